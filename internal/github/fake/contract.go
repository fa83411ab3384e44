package fake

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed testdata/github-openapi-subset.json
var description []byte

// contract is GitHub's own description of its API, in a form that requests and
// responses can be held against.
type contract struct {
	doc    *openapi3.T
	router routers.Router
	// completed and sound remember what was found out: the same answers are given
	// over and over, and a check costs as much as the rest of an exchange.
	completed, sound memo
}

// memo keeps what was found out about the last answers.
type memo struct {
	sync.Map
	n atomic.Int64
}

// put keeps one more, and forgets all when they are many: a long test gives no two
// answers alike.
func (m *memo) put(key, value any) {
	if m.n.Add(1)%4096 == 0 {
		m.Clear()
	}
	m.Store(key, value)
}

var loadContract = sync.OnceValues(func() (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("loading GitHub's description: %w", err)
	}
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				closeBody(op.RequestBody.Value)
			}
		}
	}
	// GitHub takes a bare array of names too, and that is what go-github sends;
	// the description knows the object form alone.
	labels := doc.Paths.Value("/repos/{owner}/{repo}/issues/{issue_number}/labels").Post.RequestBody.Value.Content["application/json"].Schema.Value
	names := openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()).WithMinItems(1)
	labels.OneOf = append(labels.OneOf, names.NewRef())
	// The two forms of a user differ by how much the token may see, and a user
	// that fits the private form fits the public one but for its extra fields.
	doc.Paths.Value("/user").Get.Responses.Value("200").Value.Content["application/json"].Schema = doc.Components.Schemas["public-user"]
	doc.Servers = openapi3.Servers{{URL: "https://api.github.com"}}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("routing GitHub's description: %w", err)
	}
	return &contract{doc: doc, router: router}, nil
})

// closeBody refuses keys that the description does not name: GitHub ignores
// them, so a misspelt one is a setting that never arrives.
func closeBody(body *openapi3.RequestBody) {
	no := false
	for _, media := range body.Content {
		schema := media.Schema.Value
		for _, s := range append([]*openapi3.SchemaRef{media.Schema}, schema.OneOf...) {
			if len(s.Value.Properties) > 0 {
				s.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
			}
		}
	}
}

// exchange is a request and the operation that it is.
type exchange struct {
	input *openapi3filter.RequestValidationInput
}

// request checks a request. What it returns checks the response; it is nil for
// a request that the description does not know.
func (c *contract) request(r *http.Request, body []byte) (*exchange, error) {
	check := r.Clone(r.Context())
	check.URL = &url.URL{Scheme: "https", Host: "api.github.com", Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	check.Host, check.RequestURI = "api.github.com", ""
	check.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := c.router.FindRoute(check)
	if err != nil {
		return nil, fmt.Errorf("GitHub has no such operation: %w", err)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: check, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			MultiError: true, IncludeResponseStatus: true, SkipSettingDefaults: true,
			RejectWhenRequestBodyNotSpecified: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	return &exchange{input}, openapi3filter.ValidateRequest(r.Context(), input)
}

// response checks a response. Refusals that an operation does not list exist all
// the same (401, 403, 429, 5xx come from what stands before it); of those only
// the body's form is checked.
func (c *contract) response(x *exchange, status int, header http.Header, body []byte) error {
	key := x.key(status, body)
	if _, ok := c.sound.Load(key); ok {
		return nil
	}
	err := c.check(x, status, header, body)
	if err == nil {
		c.sound.put(key, true)
	}
	return err
}

// key tells answers apart.
func (x *exchange) key(status int, body []byte) string {
	return fmt.Sprintf("%s %s %d %s", x.input.Route.Method, x.input.Route.Path, status, body)
}

func (c *contract) check(x *exchange, status int, header http.Header, body []byte) error {
	if x.input.Route.Operation.Responses.Status(status) == nil {
		if status < 400 {
			return fmt.Errorf("this operation is never answered with %d", status)
		}
		var value any
		if err := json.Unmarshal(body, &value); err != nil {
			return nil // a proxy's page, as a 502 has it
		}
		return c.doc.Components.Schemas["basic-error"].Value.VisitJSON(value)
	}
	return openapi3filter.ValidateResponse(x.input.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: x.input, Status: status, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: x.input.Options,
	})
}

// complete fills in what a response must have beside what the fake knows, with
// the emptiest value that the description allows. The fake says what matters and
// stays as small as that.
func (c *contract) complete(x *exchange, status int, value any) ([]byte, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	if x == nil {
		return data, nil
	}
	response := x.input.Route.Operation.Responses.Status(status)
	if response == nil || response.Value.Content["application/json"] == nil {
		return data, nil
	}
	key := x.key(status, data)
	if done, ok := c.completed.Load(key); ok {
		return done.([]byte), nil
	}
	// By way of JSON everything is a map, a list or a scalar.
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, err
	}
	filled, err := fill(response.Value.Content["application/json"].Schema.Value, plain, true)
	if err != nil {
		return nil, err
	}
	if data, err = json.Marshal(filled); err == nil {
		c.completed.put(key, data)
	}
	return data, err
}

// fill completes value, or makes one where there is none.
func fill(s *openapi3.Schema, value any, given bool) (any, error) {
	if given && value == nil || !given && s.Nullable {
		return nil, nil
	}
	for _, alternatives := range []openapi3.SchemaRefs{s.OneOf, s.AnyOf, s.AllOf} {
		for _, alternative := range alternatives {
			if v, err := fill(alternative.Value, value, given); err == nil && alternative.Value.VisitJSON(v) == nil {
				return v, nil
			}
		}
	}
	switch {
	case s.Type.Is(openapi3.TypeObject) || len(s.Properties) > 0:
		object, ok := value.(map[string]any)
		if given && !ok {
			return nil, fmt.Errorf("%T where the description has an object", value)
		}
		if object == nil {
			object = map[string]any{}
		}
		return object, fillObject(s, object)
	case s.Type.Is(openapi3.TypeArray):
		list, ok := value.([]any)
		if given && !ok {
			return nil, fmt.Errorf("%T where the description has a list", value)
		}
		for i := range list {
			item, err := fill(s.Items.Value, list[i], true)
			if err != nil {
				return nil, err
			}
			list[i] = item
		}
		if list == nil {
			list = []any{}
		}
		return list, nil
	case given:
		return value, nil
	case len(s.Enum) > 0:
		return s.Enum[0], nil
	case s.Type.Is(openapi3.TypeString):
		return emptyString(s.Format), nil
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		return float64(0), nil
	case s.Type.Is(openapi3.TypeBoolean):
		return false, nil
	}
	return nil, errors.New("a schema of no kind that the fake can fill")
}

func fillObject(s *openapi3.Schema, object map[string]any) error {
	required := map[string]bool{}
	for _, name := range s.Required {
		required[name] = true
	}
	for name, property := range s.Properties {
		value, given := object[name]
		if !given && !required[name] {
			continue
		}
		filled, err := fill(property.Value, value, given)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		object[name] = filled
	}
	return nil
}

func emptyString(format string) string {
	switch format {
	case "date-time":
		return "2026-03-02T09:00:00Z"
	case "uri":
		return "https://api.github.com/"
	}
	return ""
}

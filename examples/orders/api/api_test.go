package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/orders/stock"
)

func TestStatus(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		want                     int
	}{
		{"health", "GET", "/healthz", "", http.StatusNoContent},
		{"stock of a mug", "GET", "/stock/mug", "", http.StatusOK},
		{"stock of a sofa", "GET", "/stock/sofa", "", http.StatusNotFound},
		{"an order", "POST", "/orders", `{"country":"de","lines":{"mug":2}}`, http.StatusCreated},
		{"more than there is", "POST", "/orders", `{"country":"de","lines":{"mug":9}}`, http.StatusConflict},
		{"an empty order", "POST", "/orders", `{"country":"de","lines":{}}`, http.StatusUnprocessableEntity},
		{"an unknown country", "POST", "/orders", `{"country":"xx","lines":{"mug":1}}`, http.StatusUnprocessableEntity},
		{"half an order", "POST", "/orders", `{"country":"de"`, http.StatusBadRequest},
		{"a body without end", "POST", "/orders", `{"country":"` + strings.Repeat("x", maxBody) + `"}`, http.StatusBadRequest},
		{"a wrong method", "DELETE", "/orders", "", http.StatusMethodNotAllowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			New(stock.New(map[string]int{"mug": 5})).ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body)))
			if w.Code != tt.want {
				t.Errorf("status = %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestTotalIsInTheAnswer(t *testing.T) {
	w := httptest.NewRecorder()
	New(stock.New(map[string]int{"mug": 5})).ServeHTTP(w,
		httptest.NewRequest("POST", "/orders", strings.NewReader(`{"country":"de","lines":{"mug":2}}`)))
	if want := `"Gross":2380`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("answer = %s, want %s in it", w.Body, want)
	}
}

// Package integration speaks to the whole service over a socket.
package integration

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/orders/api"
	"example.com/orders/stock"
)

// shop starts a service with four mugs and thirty lamps.
func shop(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(api.New(stock.New(map[string]int{"mug": 4, "lamp": 30})))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // what breaks in the service is seen from outside
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func place(t *testing.T, url, order string) (status int, total struct{ Net, Discount, Tax, Gross int64 }) {
	t.Helper()
	resp, err := http.Post(url+"/orders", "application/json", strings.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&total); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, total
}

func available(t *testing.T, url, sku string) int {
	t.Helper()
	resp, err := http.Get(url + "/stock/" + sku)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Available int }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Available
}

func TestAnOrderIsPricedAndTaken(t *testing.T) {
	url := shop(t)
	status, total := place(t, url, `{"country":"de","lines":{"mug":3}}`)
	if status != http.StatusCreated || total.Gross != 3570 {
		t.Errorf("status %d, gross %d, want 201 and 3570", status, total.Gross)
	}
	if got := available(t, url, "mug"); got != 1 {
		t.Errorf("%d mugs left, want 1", got)
	}
}

func TestManyLampsAreCheaper(t *testing.T) {
	if _, total := place(t, shop(t), `{"country":"fr","lines":{"lamp":10}}`); total.Discount != 2495 {
		t.Errorf("discount %d, want 2495", total.Discount)
	}
}

func TestWhatIsSoldOutStaysSoldOut(t *testing.T) {
	url := shop(t)
	for i, want := range []int{http.StatusCreated, http.StatusCreated, http.StatusConflict} {
		if status, _ := place(t, url, `{"country":"es","lines":{"mug":2}}`); status != want {
			t.Errorf("order %d: status %d, want %d", i+1, status, want)
		}
	}
}

func TestARefusedOrderTakesNothing(t *testing.T) {
	url := shop(t)
	if status, _ := place(t, url, `{"country":"de","lines":{"mug":1,"lamp":31}}`); status != http.StatusConflict {
		t.Errorf("status %d, want 409", status)
	}
	if got := available(t, url, "mug"); got != 4 {
		t.Errorf("%d mugs left, want 4", got)
	}
}

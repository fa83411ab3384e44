// Package api serves orders over HTTP.
package api

import (
	"encoding/json"
	"net/http"

	"example.com/orders/price"
	"example.com/orders/stock"
)

// cents is the price list.
var cents = map[string]int64{"mug": 1000, "lamp": 4990, "desk": 18900}

// maxBody is more than any order needs.
const maxBody = 64 << 10

// Order is what a customer sends.
type Order struct {
	Country string         `json:"country"`
	Lines   map[string]int `json:"lines"` // SKU to count
}

// New serves orders from a shelf.
func New(shelf *stock.Shelf) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /stock/{sku}", func(w http.ResponseWriter, r *http.Request) {
		n, ok := shelf.Available(r.PathValue("sku"))
		if !ok {
			answer(w, http.StatusNotFound, map[string]string{"error": "not sold here"})
			return
		}
		answer(w, http.StatusOK, map[string]int{"available": n})
	})
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) { order(shelf, w, r) })
	return mux
}

func order(shelf *stock.Shelf, w http.ResponseWriter, r *http.Request) {
	var o Order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&o); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": "not an order: " + err.Error()})
		return
	}
	lines := make([]price.Line, 0, len(o.Lines))
	for sku, n := range o.Lines {
		lines = append(lines, price.Line{SKU: sku, Count: n, Each: cents[sku]})
	}
	total, err := price.Quote(lines, o.Country)
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	if err := shelf.Reserve(o.Lines); err != nil {
		answer(w, http.StatusConflict, map[string]string{"error": err.Error()})
		return
	}
	answer(w, http.StatusCreated, total)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return // the customer has hung up
	}
}

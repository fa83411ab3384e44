// Command orders serves the order API on localhost:8080.
package main

import (
	"log"
	"net/http"
	"time"

	"example.com/orders/api"
	"example.com/orders/stock"
)

func main() {
	shelf := stock.New(map[string]int{"mug": 40, "lamp": 6, "desk": 2})
	server := &http.Server{
		Addr:              "localhost:8080",
		Handler:           api.New(shelf),
		ReadHeaderTimeout: 5 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

// Command orders serves two pages on a port of the loopback interface, of which one
// always fails: what k6 counts of them is known beforehand.
package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	http.HandleFunc("/orders", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "12 orders") })
	http.HandleFunc("/refund", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no refunds", http.StatusInternalServerError)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	panic(http.Serve(l, nil))
}

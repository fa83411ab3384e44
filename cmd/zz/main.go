package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"

	"github.com/tollgate-ci/tollgate/parsers"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func main() {
	runtime.GOMAXPROCS(1)
	n := 1
	if len(os.Args) > 2 {
		n, _ = strconv.Atoi(os.Args[2])
	}
	if p := os.Getenv("PROF"); p != "" {
		f, _ := os.Create(p)
		pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	minPlain, minParse := time.Hour, time.Hour
	buf := make([]byte, 256<<10)
	for range n {
		f, _ := os.Open(os.Args[1])
		c := cpu()
		for {
			if k, err := f.Read(buf); k == 0 || err != nil {
				break
			}
		}
		if d := cpu() - c; d < minPlain {
			minPlain = d
		}
		f.Close()
		f, _ = os.Open(os.Args[1])
		runtime.GC()
		c = cpu()
		r, err := parsers.Parse(context.Background(), parsers.Source{Name: os.Args[1], Reader: f})
		if err != nil || !r.Conclusive() {
			panic(err)
		}
		if d := cpu() - c; d < minParse {
			minParse = d
		}
		f.Close()
	}
	fmt.Println(minPlain, minParse, float64(minParse)/float64(minPlain))
}

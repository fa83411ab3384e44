package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// childFlag makes this program measure one reader of one file and nothing else.
const childFlag = "-measure-one"

// sample is one measurement. The exported part is what a child process says, the
// rest is what its parent sees.
type sample struct {
	Nanoseconds int64
	Items       int
	Held        uint64 // bytes of heap that the result keeps alive

	wall, cpu time.Duration
	peak      int64 // bytes
	calm      bool  // nobody else computed meanwhile, as far as is known
}

// measure runs a reader in a process of its own. The wall time of our own readers
// is that of the reading alone; a program's is that of its process.
func measure(r reader, path string) (sample, error) {
	var cmd *exec.Cmd
	if r.command != nil {
		cmd = exec.Command(r.command[0], append(r.command[1:len(r.command):len(r.command)], path)...)
	} else {
		self, err := os.Executable()
		if err != nil {
			return sample{}, err
		}
		cmd = exec.Command(self, childFlag, r.name, path)
	}
	if r.name == oneCore.name {
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1") // the collector's work as well
	}
	var said edges
	var complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &complaint
	start := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(start)}
	if cmd.ProcessState == nil {
		return s, err
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.peak = peakOf(cmd.ProcessState)
	if r.count != nil {
		// Its status may speak of the tests; that it read them, its count tells.
		m := r.count.FindSubmatch(said.bytes())
		if m == nil {
			return s, fmt.Errorf("it does not say what it read (%v): %s", err, strings.TrimSpace(complaint.String()))
		}
		s.Items, err = strconv.Atoi(string(m[1]))
		return s, err
	}
	if err != nil {
		return s, fmt.Errorf("%w: %s", err, strings.TrimSpace(complaint.String()))
	}
	if r.command != nil {
		return s, nil
	}
	if err := json.Unmarshal(said.bytes(), &s); err != nil {
		return s, err
	}
	s.wall = time.Duration(s.Nanoseconds)
	return s, nil
}

// edges keeps the beginning and the end of what is written to it.
type edges struct{ head, tail []byte }

const edge = 4 << 10

func (e *edges) Write(p []byte) (int, error) {
	n := min(len(p), edge-len(e.head))
	e.head = append(e.head, p[:n]...)
	e.tail = append(e.tail, p[max(n, len(p)-edge):]...)
	if len(e.tail) > 16*edge {
		e.tail = append([]byte(nil), e.tail[len(e.tail)-edge:]...)
	}
	return len(p), nil
}

func (e *edges) bytes() []byte { return append(e.head[:len(e.head):len(e.head)], e.tail...) }

// child is the other side of measure.
func child(name, path string) error {
	for _, r := range ownReaders {
		if r.name != name {
			continue
		}
		before := heap()
		start := time.Now()
		result, items, err := r.read(path)
		s := sample{Nanoseconds: time.Since(start).Nanoseconds(), Items: items}
		if err != nil {
			return err
		}
		if after := heap(); after > before {
			s.Held = after - before
		}
		runtime.KeepAlive(result)
		return json.NewEncoder(os.Stdout).Encode(s)
	}
	return fmt.Errorf("no reader %q", name)
}

// heap is what is alive on it.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

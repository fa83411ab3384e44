package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// entry is what came of one mutant.
type entry struct {
	Key  string
	Fate fate
	Day  string // on which it was tried
}

// book keeps entries, a line each; of several for one mutant the last holds.
type book struct {
	of   map[string]entry
	file *os.File // nil without a state file
}

func openBook(path string) (*book, error) {
	b := &book{of: map[string]entry{}}
	if path == "" {
		return b, nil
	}
	have, err := os.Open(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		defer have.Close()
		sc := bufio.NewScanner(have)
		for line := 1; sc.Scan(); line++ {
			var e entry
			if err := json.Unmarshal(sc.Bytes(), &e); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, line, err)
			}
			b.of[e.Key] = e
		}
		if err := sc.Err(); err != nil {
			return nil, err
		}
	}
	b.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	return b, err
}

func (b *book) note(m *mutant, f fate, now time.Time) error {
	e := entry{Key: m.key, Fate: f, Day: now.UTC().Format(time.DateOnly)}
	b.of[e.Key] = e
	if b.file == nil {
		return nil
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = b.file.Write(append(line, '\n'))
	return err
}

func (b *book) close() {
	if b.file != nil {
		b.file.Close()
	}
}

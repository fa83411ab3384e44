package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// heard is standard output, which remembers that something was not written to it:
// a report that nobody could read is no answer.
type heard struct {
	io.Writer
	err error
}

func (h *heard) Write(p []byte) (int, error) {
	n, err := h.Writer.Write(p)
	if err != nil && h.err == nil {
		h.err = err
	}
	return n, err
}

// writeWhole writes a file that the user names in one step: where it cannot be written,
// or the run is killed, what was there stays. What is no file, such as /dev/stdout, is
// written to as it is.
func writeWhole(path string, data []byte, mode fs.FileMode) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, mode)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) { // of the name that the user gave
			at.Op, at.Path = "open", path
		}
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

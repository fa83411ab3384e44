package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Bucket is where objects are kept under keys with slashes in them. No object is ever
// changed: its key holds the digest of its contents, so whoever writes a key again
// writes the same.
type Bucket interface {
	// Get gives an object, or an error if it is larger than limit. One that is not
	// there is fs.ErrNotExist.
	Get(ctx context.Context, key string, limit int64) ([]byte, error)
	// Put writes an object whole or not at all: nobody ever sees half of it.
	Put(ctx context.Context, key string, data []byte) error
	// List gives the keys that begin with a prefix, in order, and an error if there
	// are more than limit.
	List(ctx context.Context, prefix string, limit int) ([]string, error)
	// Delete removes an object. One that is not there is no error.
	Delete(ctx context.Context, key string) error
	Close() error
}

// Open opens the bucket that a URL names: a directory, by its path or as file://.
// The default binary has no other, because the libraries of the clouds are larger
// than all of it; cmd/tollgate-cloud has them.
func Open(_ context.Context, store string) (Bucket, error) {
	dir := store
	if scheme, _, ok := strings.Cut(store, "://"); ok {
		u, err := url.Parse(store)
		switch {
		case err != nil:
			return nil, fmt.Errorf("the store %q is no URL; give a directory, or file:///path", Name(store))
		case scheme != "file":
			return nil, fmt.Errorf("this tollgate keeps baselines in directories and cannot open %s://; use the one that is built from cmd/tollgate-cloud, or give a directory", scheme)
		case u.Host != "" && u.Host != "localhost" || u.Path == "" || u.RawQuery != "":
			return nil, fmt.Errorf("the store %q names no directory of this machine; write it with three slashes: file:///path", Name(store))
		}
		dir = filepath.FromSlash(u.Path)
		if len(dir) > 2 && dir[2] == ':' { // \C:\path
			dir = dir[1:]
		}
	}
	return directory(dir), nil
}

// Name gives a store as it may be shown: without what could be a secret.
func Name(store string) string {
	scheme, rest, ok := strings.Cut(store, "://")
	if !ok {
		return filepath.ToSlash(store)
	}
	rest, _, _ = strings.Cut(rest, "?")
	host, path, more := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if more {
		host += "/"
	}
	return scheme + "://" + host + path
}

// directory is a bucket of files. One that does not exist yet is empty.
type directory string

// temporary begins the names of files that are being written. No key has it.
const temporary = ".writing-"

func (d directory) Get(_ context.Context, key string, limit int64) ([]byte, error) {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name := filepath.FromSlash(key)
	if info, err := root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, limit)
}

// bounded reads all, up to limit bytes.
func bounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, err
}

// Put writes beside the place, and moves what is whole and on the disk there.
func (d directory) Put(_ context.Context, key string, data []byte) error {
	name := filepath.Join(string(d), filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), temporary)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func (d directory) List(ctx context.Context, prefix string, limit int) ([]string, error) {
	root, err := os.OpenRoot(string(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	defer root.Close()
	var keys []string
	err = fs.WalkDir(root.FS(), path.Clean(prefix), func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile, or nothing has the prefix
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir() || strings.HasPrefix(e.Name(), temporary):
			return nil
		case len(keys) == limit:
			return tooMany(prefix, limit)
		}
		keys = append(keys, name)
		return nil
	})
	slices.Sort(keys)
	return keys, err
}

func tooMany(prefix string, limit int) error {
	return fmt.Errorf("there are more than %d objects below %s; remove old ones with tollgate baseline prune", limit, prefix)
}

func (d directory) Delete(_ context.Context, key string) error {
	err := os.Remove(filepath.Join(string(d), filepath.FromSlash(key)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (directory) Close() error { return nil }

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
	"gocloud.dev/gcerrors"

	"github.com/tollgate-ci/tollgate/internal/history"
)

// open opens a directory as tollgate does, and everything else by its URL.
func open(ctx context.Context, store string) (history.Bucket, error) {
	if scheme, _, ok := strings.Cut(store, "://"); !ok || scheme == "file" {
		return history.Open(ctx, store)
	}
	b, err := blob.OpenBucket(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", history.Name(store), err)
	}
	return bucket{b}, nil
}

// bucket is one of an object store.
type bucket struct{ blobs *blob.Bucket }

func (b bucket) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	r, err := b.blobs.NewReader(ctx, key, nil)
	if err != nil {
		return nil, absent(err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, err
}

// absent gives an object that is not there the name that readers of files know.
func absent(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return errors.Join(fs.ErrNotExist, err)
	}
	return err
}

// Put writes in one request or, if the object is large, in pieces that show when the
// last one has come: an object store has no half objects.
func (b bucket) Put(ctx context.Context, key string, data []byte) error {
	return b.blobs.WriteAll(ctx, key, data, &blob.WriterOptions{ContentType: "application/octet-stream"})
}

func (b bucket) List(ctx context.Context, prefix string, limit int) ([]string, error) {
	var keys []string
	for it := b.blobs.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := it.Next(ctx)
		switch {
		case err == io.EOF:
			return keys, nil // object stores list in the order of the keys
		case err != nil:
			return nil, err
		case len(keys) == limit:
			return nil, fmt.Errorf("there are more than %d objects below %s; let old ones expire", limit, prefix)
		}
		keys = append(keys, o.Key)
	}
}

func (b bucket) Delete(ctx context.Context, key string) error {
	if err := absent(b.blobs.Delete(ctx, key)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (b bucket) Close() error { return b.blobs.Close() }

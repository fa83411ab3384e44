// Package part writes what one machine saw of the evidence into one compact file,
// and reads it again where the verdict is made. docs/parts.md describes the bytes.
// A part is hostile like any report: reading one has limits, and what is not whole
// or not as it was written is an error, with the place.
package part

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Version is that of the format. It is raised whenever a reader of the version
// before would misread the bytes; there is one version at a time.
const Version = 6

// A part begins with a line that tells it, its version and the digest of its
// unpacked contents; the rest is one gzip member.
const magic = "tollgate part "

// packing is the level of gzip. What stands in columns hardly gets smaller by a slower
// one, and level 6 writes cases at two thirds and coverage at a sixth of the speed.
const packing = gzip.BestSpeed

// Limits of a part.
const (
	maxUnpacked = 256 << 20 // bytes of contents
	maxRoom     = 1 << 30   // bytes that names and sets of lines take when they are unfolded
	maxReports  = 1 << 17
	maxSources  = 10_000
	maxWord     = 200 // bytes of a commit, a job, a leg or a version
)

// File is the contents of a part: reports, and the sources of the policy that they
// were read for. One report may be of several sources.
type File struct {
	Tool    string           // version of Tollgate that wrote it
	Key     evidence.PartKey // Digest is set by Encode and Decode
	Sources []Source         // by name, each once
	Reports []*evidence.Report
}

// Source is what was found for one source of the policy.
type Source struct {
	Name    string
	Reports []int // indexes of File.Reports, rising
}

// Of gives the reports of a source, and whether there are any.
func (f *File) Of(source string) ([]*evidence.Report, bool) {
	var rs []*evidence.Report
	for _, s := range f.Sources {
		if s.Name == source {
			for _, i := range s.Reports {
				rs = append(rs, f.Reports[i])
			}
		}
	}
	return rs, len(rs) > 0
}

// SetOf merges what parts have for one source, in whatever order they come. It holds
// every part of a family of which one has a report of the source: of the others the
// gates ask where theirs is.
func SetOf(source string, files []*File) evidence.Set {
	families := map[evidence.PartKey]bool{}
	for _, f := range files {
		if _, any := f.Of(source); any {
			families[f.Key.Family()] = true
		}
	}
	var set evidence.Set
	for _, f := range files {
		if families[f.Key.Family()] {
			reports, _ := f.Of(source)
			set.Parts = append(set.Parts, evidence.SetOf(f.Key, reports...).Parts...)
		}
	}
	return evidence.Merge(set, evidence.Set{})
}

// Is reports whether a file that begins so is a part, of whatever version.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }

// CheckKey says what is wrong with a key that is to stand in a part.
func CheckKey(k evidence.PartKey) error {
	for _, w := range []struct{ name, value string }{{"commit", k.Commit}, {"job", k.Job}, {"leg", k.Leg}} {
		if len(w.value) > maxWord {
			return fmt.Errorf("the %s has %d bytes; at most %d", w.name, len(w.value), maxWord)
		}
		if i := strings.IndexFunc(w.value, func(c rune) bool { return !strconv.IsPrint(c) || c == '\ufffd' }); i >= 0 {
			return fmt.Errorf("the %s %q holds what cannot be printed", w.name, w.value)
		}
	}
	if k.Attempt < 1 {
		return fmt.Errorf("the attempt is %d; it counts from 1", k.Attempt)
	}
	if k.Shard != "" {
		if _, _, err := evidence.ParseShard(k.Shard); err != nil {
			return err
		}
	}
	return nil
}

// Encode writes a part and sets the digest in its key. The same File gives the
// same bytes.
func Encode(w io.Writer, f *File) error {
	if err := CheckKey(f.Key); err != nil {
		return err
	}
	var packed bytes.Buffer
	zw, err := gzip.NewWriterLevel(&packed, packing)
	if err != nil {
		return err
	}
	sum := sha256.New()
	c := &coder{out: bufio.NewWriterSize(io.MultiWriter(sum, zw), 64<<10), room: maxRoom}
	c.file(f)
	switch {
	case c.err != nil:
		return c.err
	case c.at > maxUnpacked:
		return fmt.Errorf("the evidence has %d bytes; a part has at most %d: split it into more shards", c.at, maxUnpacked)
	}
	if err := errors.Join(c.out.Flush(), zw.Close()); err != nil {
		return err
	}
	f.Key.Digest = hex.EncodeToString(sum.Sum(nil))
	if _, err := fmt.Fprintf(w, "%s%d sha256:%s\n", magic, Version, f.Key.Digest); err != nil {
		return err
	}
	_, err = packed.WriteTo(w)
	return err
}

// Decode reads a part. Every error says why the part cannot be believed, and what
// to do; nothing of it may be used then.
func Decode(r io.Reader) (*File, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	digest, err := header(br)
	if err != nil {
		return nil, err
	}
	zr, err := gzip.NewReader(br)
	if err != nil {
		return nil, fmt.Errorf("the part is cut off or altered after its first line (%w); upload it again, whole", err)
	}
	zr.Multistream(false)
	hr := &hashing{r: zr, sum: sha256.New()}
	c := &coder{in: bufio.NewReaderSize(hr, 64<<10), room: maxRoom}
	f := &File{}
	c.file(f)
	if c.err == nil {
		c.end()
	}
	if c.err != nil {
		return nil, c.err
	}
	if got := hex.EncodeToString(hr.sum.Sum(nil)); got != digest {
		return nil, fmt.Errorf("the part is altered: its contents have the digest %s, and its first line says %s; upload it again", got[:12], digest[:12])
	}
	if _, err := br.ReadByte(); err != io.EOF {
		return nil, errors.New("something follows the end of the part; upload it again, as it was written")
	}
	f.Key.Digest = digest
	return f, nil
}

// header reads the first line.
func header(br *bufio.Reader) (digest string, err error) {
	line, err := br.ReadSlice('\n')
	rest, ok := strings.CutPrefix(string(line), magic)
	if !ok {
		if len(line) == 0 {
			return "", errors.New("the file is empty; collect did not end, or the upload did not")
		}
		return "", errors.New("this is no part; write one with tollgate collect")
	}
	word, rest, _ := strings.Cut(rest, " ")
	if v, vErr := strconv.Atoi(strings.TrimSuffix(word, "\n")); vErr == nil && v > Version {
		return "", fmt.Errorf("this part is of version %d and this tollgate reads version %d; use the newer tollgate here too, one version on every machine", v, Version)
	} else if vErr != nil || v != Version {
		if err != nil {
			return "", errors.New("the part ends in its first line; upload it again, whole")
		}
		return "", fmt.Errorf("the part says that it is of version %.20q; this tollgate reads version %d", word, Version)
	}
	digest, ok = strings.CutPrefix(strings.TrimSuffix(rest, "\n"), "sha256:")
	if raw, hexErr := hex.DecodeString(digest); err != nil || !ok || hexErr != nil || len(raw) != sha256.Size || strings.ToLower(digest) != digest {
		return "", errors.New("the first line of the part is cut off or altered; upload it again, whole")
	}
	return digest, nil
}

// hashing sums what is read through it, and ends what has no end.
type hashing struct {
	r   io.Reader
	sum hash.Hash
	n   int64
}

var errTooLong = fmt.Errorf("more than %d bytes of contents; no part has them", maxUnpacked)

func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.sum.Write(p[:n])
	if h.n += int64(n); h.n > maxUnpacked {
		return 0, errTooLong
	}
	return n, err
}

// file is the contents of a part.
func (c *coder) file(f *File) {
	c.text(&f.Tool, maxWord, "version of tollgate")
	c.text(&f.Key.Commit, maxWord, "commit")
	c.text(&f.Key.Job, maxWord, "job")
	c.text(&f.Key.Leg, maxWord, "leg")
	c.text(&f.Key.Shard, maxWord, "shard")
	number(c, &f.Key.Attempt, 1, 1<<31, "attempt")
	if c.err == nil && c.in != nil {
		c.check(CheckKey(f.Key))
	}
	list(c, &f.Reports, maxReports, "reports", func(r **evidence.Report) {
		if *r == nil {
			*r = &evidence.Report{}
		}
		c.report(*r)
	})
	before := ""
	list(c, &f.Sources, maxSources, "sources", func(s *Source) {
		c.text(&s.Name, maxText, "source")
		if s.Name <= before {
			c.fail("the source %.40q stands after %.40q", s.Name, before)
		}
		before = s.Name
		list(c, &s.Reports, maxReports, "reports of a source", func(i *int) {
			number(c, i, 0, uint64(len(f.Reports)), "report of a source")
			if *i >= len(f.Reports) {
				c.fail("there is no report %d", *i)
			}
		})
		if !slices.IsSorted(s.Reports) || len(slices.Compact(slices.Clone(s.Reports))) != len(s.Reports) {
			c.fail("the reports of source %.40q are out of order", s.Name)
		}
	})
}

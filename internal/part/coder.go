package part

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// maxText is the most bytes of any text: far above what a report keeps of one.
const maxText = 64 << 10

// coder writes a value or reads it, so that one description of a report serves
// both ways and they cannot differ. After an error it does nothing more.
type coder struct {
	out *bufio.Writer // one of the two is nil
	in  *bufio.Reader

	at   int64 // bytes of contents so far
	room int64 // bytes that may still be unfolded
	err  error

	dict  []string          // names of this report, in the order in which they come
	known map[string]uint64 // while writing, their places in dict, from 1
	buf   []byte
}

// fail notes the first thing that is wrong, with its place.
func (c *coder) fail(format string, args ...any) {
	if c.err != nil {
		return
	}
	why := fmt.Sprintf(format, args...)
	if c.out != nil {
		c.err = fmt.Errorf("the evidence does not fit into a part: %s", why)
		return
	}
	c.err = fmt.Errorf("the part is not as tollgate writes it, at byte %d of the unpacked contents: %s; upload it again", c.at, why)
}

func (c *coder) check(err error) {
	if err != nil {
		c.fail("%v", err)
	}
}

// broken notes that reading stopped.
func (c *coder) broken(err error) {
	switch {
	case c.err != nil:
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		c.err = fmt.Errorf("the part is cut off: it ends at byte %d of the unpacked contents; upload it again, whole", c.at)
	case errors.Is(err, errTooLong):
		c.err = err
	default:
		c.err = fmt.Errorf("the part is altered, or cannot be read, near byte %d of the unpacked contents (%w); upload it again", c.at, err)
	}
}

// end expects that there is nothing more.
func (c *coder) end() {
	if _, err := c.in.ReadByte(); err == nil {
		c.fail("more follows")
	} else if err != io.EOF {
		c.broken(err)
	}
}

// take accounts for bytes that little input unfolds into.
func (c *coder) take(n int) {
	if c.room -= int64(n); c.room < 0 {
		c.fail("names and lines that unfold to more than %d bytes; split the evidence into more shards", maxRoom)
	}
}

// uint is a whole number, as encoding/binary's Uvarint.
func (c *coder) uint(v *uint64) {
	if c.err != nil {
		return
	}
	if c.out != nil {
		c.buf = binary.AppendUvarint(c.buf[:0], *v)
		c.at += int64(len(c.buf))
		if _, err := c.out.Write(c.buf); err != nil {
			c.err = err
		}
		return
	}
	*v = 0
	for shift := 0; ; shift += 7 {
		b, err := c.in.ReadByte()
		if err != nil {
			c.broken(err)
			return
		}
		c.at++
		if shift == 63 && b > 1 || b == 0 && shift > 0 {
			c.fail("a number that is too long")
			return
		}
		*v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return
		}
	}
}

type integer interface {
	~int | ~int64 | ~uint8 | ~uint32 | ~uint64
}

// number is a whole number from lo to hi.
func number[T integer](c *coder, v *T, lo, hi uint64, what string) {
	n := uint64(*v)
	c.uint(&n)
	if c.err == nil && (n < lo || n > hi) {
		c.fail("%d as %s; it is %d to %d", n, what, lo, hi)
		n = lo
	}
	*v = T(n)
}

// signed is a number of either sign, small ones short.
func (c *coder) signed(v *int64) {
	n := uint64(*v)<<1 ^ uint64(*v>>63)
	c.uint(&n)
	*v = int64(n>>1) ^ -int64(n&1)
}

// step is a number from 0 to hi, told by how far it is from the one before.
func step[T integer](c *coder, v *T, before T, hi int64, what string) {
	d := int64(*v) - int64(before)
	c.signed(&d)
	if c.in == nil {
		return
	}
	n := int64(before) + d
	if c.err == nil && (n < 0 || n > hi) {
		c.fail("%d as %s; it is 0 to %d", n, what, hi)
	}
	*v = T(n)
}

// yes is a truth.
func (c *coder) yes(v *bool, what string) {
	n := uint8(0)
	if *v {
		n = 1
	}
	number(c, &n, 0, 1, what)
	*v = n == 1
}

// byte is a byte.
func (c *coder) byte(v *uint8) {
	if c.err != nil {
		return
	}
	if c.out != nil {
		c.at++
		c.err = c.out.WriteByte(*v)
		return
	}
	b, err := c.in.ReadByte()
	if err != nil {
		c.broken(err)
		return
	}
	c.at++
	*v = b
}

// text is a length and so many bytes.
func (c *coder) text(v *string, max int, what string) {
	n := len(*v)
	number(c, &n, 0, uint64(max), "bytes of a "+what)
	if c.err != nil {
		return
	}
	if c.out != nil {
		c.at += int64(n)
		if _, err := c.out.WriteString(*v); err != nil {
			c.err = err
		}
		return
	}
	*v = string(c.bytes(n))
}

// bytes reads n bytes, which hold until the next call.
func (c *coder) bytes(n int) []byte {
	if cap(c.buf) < n {
		c.buf = make([]byte, n)
	}
	b := c.buf[:n]
	got, err := io.ReadFull(c.in, b)
	c.at += int64(got)
	if err != nil {
		c.broken(err)
	}
	return b
}

// name is a text that is likely to come again in this report: 0 and the text the
// first time, and then its place among those that came.
func (c *coder) name(v *string, what string) {
	if c.out != nil {
		id := c.known[*v]
		c.uint(&id)
		if id == 0 {
			c.text(v, maxText, what)
			c.dict = append(c.dict, *v)
			c.known[*v] = uint64(len(c.dict))
		}
		return
	}
	id := uint64(0)
	c.uint(&id)
	switch {
	case c.err != nil:
	case id == 0:
		c.text(v, maxText, what)
		c.dict = append(c.dict, *v)
	case id > uint64(len(c.dict)):
		c.fail("name %d, of %d", id, len(c.dict))
	default:
		*v = c.dict[id-1]
	}
}

// forget forgets the names of the report before.
func (c *coder) forget() {
	c.dict = c.dict[:0]
	if c.out != nil {
		c.known = map[string]uint64{}
	}
}

// float is 0 and a signed number where it is a whole one, else 1 and its 8 bytes.
func (c *coder) float(v *float64) {
	whole := int64(0)
	isWhole := math.Abs(*v) < 1<<53 && math.Float64bits(float64(int64(*v))) == math.Float64bits(*v)
	if isWhole {
		whole = int64(*v)
	}
	raw := !isWhole
	c.yes(&raw, "kind of a number")
	if !raw {
		c.signed(&whole)
		if whole <= -1<<53 || whole >= 1<<53 {
			c.fail("%d as a whole number", whole)
		}
		*v = float64(whole)
		return
	}
	if c.err != nil {
		return
	}
	if c.out != nil {
		c.at += 8
		if _, err := c.out.Write(binary.LittleEndian.AppendUint64(c.buf[:0], math.Float64bits(*v))); err != nil {
			c.err = err
		}
		return
	}
	if b := c.bytes(8); c.err == nil {
		*v = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	if math.IsNaN(*v) || math.IsInf(*v, 0) {
		c.fail("%v as a number", *v)
	}
}

// list is a length and so many elements. What is read grows with its bytes and not
// with the length that is claimed. A list of none is read as nil.
func list[T any](c *coder, v *[]T, max uint64, what string, element func(*T)) {
	n := len(*v)
	number(c, &n, 0, max, "number of "+what)
	if c.in != nil {
		*v = nil
	}
	for i := 0; i < n && c.err == nil; i++ {
		if c.in != nil {
			*v = append(*v, *new(T))
		}
		element(&(*v)[i])
	}
}

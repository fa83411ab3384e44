package findings

import (
	"path"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// base is what a uriBaseId stands for (§3.14.14); it may stand on another.
type base struct{ uri, base string }

func (p *sarif) bases(u *run) {
	for name := range p.s.Members {
		id := p.intern(cut(name, evidence.MaxName))
		var b base
		for name := range p.s.Members {
			switch string(name) {
			case "uri":
				b.uri = strings.TrimSpace(p.name())
			case "uriBaseId":
				b.base = p.name()
			}
		}
		if u.bases == nil {
			u.bases = make(map[string]base)
		}
		if len(u.bases) < maxBases {
			u.bases[id] = b
		}
	}
}

// maxBases bounds the bases of a run; tools write one or two.
const maxBases = 64

func (p *sarif) artifacts(u *run) {
	for range p.s.Elements {
		var a placed
		for name := range p.s.Members {
			if string(name) != "location" {
				continue
			}
			for name := range p.s.Members {
				switch string(name) {
				case "uri":
					a.uri = p.nameID()
				case "uriBaseId":
					a.base = p.nameID()
				}
			}
		}
		p.hold(40)
		u.artifacts = append(u.artifacts, a)
	}
}

// located is a URI and its base, as written; placed is it by their names.
type (
	located struct{ uri, base string }
	placed  struct{ uri, base evidence.NameID }
)

// resolvedPath is what a URI was last resolved to.
type resolvedPath struct {
	of         *run
	base, path evidence.NameID
}

// path makes a path of a URI: relative to the outermost base, which is where the
// sources were checked out, if it lies there; else as it is. Percent signs are
// decoded, "./" and "a/../" are resolved (RFC 3986 §5.2.4).
func (p *sarif) path(u *run, l placed) evidence.NameID {
	if l.uri == 0 {
		return 0
	}
	list := &p.r.Findings
	if n := list.Names() - len(p.paths); n > 0 {
		p.paths = append(p.paths, make([]resolvedPath, n)...)
	}
	if done := p.paths[l.uri]; done.of == u && done.base == l.base {
		return done.path
	}
	path := p.keepName([]byte(u.resolve(located{list.NameOf(l.uri), list.NameOf(l.base)})))
	p.paths[l.uri] = resolvedPath{u, l.base, path}
	return path
}

func (u *run) resolve(l located) string {
	if strings.TrimSpace(l.uri) == "" {
		return ""
	}
	uri := strings.ReplaceAll(strings.TrimSpace(l.uri), `\`, "/") // a URI has none: it is a Windows path
	if isRooted(uri) {
		below, ok := u.belowBase(uri)
		switch {
		case ok:
			return path.Clean(decodePercent(below))
		case strings.HasPrefix(uri, "file:"):
			return decodePercent(uri)
		case uri[0] == '/':
			return path.Clean(decodePercent(uri))
		default:
			return uri
		}
	}
	// Bases may be nested; those below the outermost are put before.
	for id, hops := l.base, 0; id != "" && hops < maxBases; hops++ {
		b := u.bases[id]
		switch prefix := withSlash(b.uri); {
		case b.uri == "":
			id = b.base
		case isRooted(prefix):
			below, _ := u.belowBase(prefix)
			uri, id = below+uri, ""
		default:
			uri, id = prefix+uri, b.base
		}
	}
	return path.Clean(decodePercent(uri))
}

// belowBase gives what is left of an absolute URI below the shortest base that it
// lies under. The root of a file system is no base: all lies under it.
func (u *run) belowBase(uri string) (rest string, ok bool) {
	root := ""
	for _, b := range u.bases {
		dir := withSlash(b.uri)
		if !isRooted(dir) || strings.TrimLeft(strings.TrimPrefix(dir, "file:"), "/") == "" {
			continue
		}
		if len(uri) > len(dir) && strings.HasPrefix(uri, dir) && (root == "" || len(dir) < len(root)) {
			root = dir
		}
	}
	if root == "" {
		return "", false
	}
	return uri[len(root):], true
}

func withSlash(dir string) string {
	if strings.HasSuffix(dir, "/") {
		return dir
	}
	return dir + "/"
}

// isRooted reports whether nothing can be put before a URI.
func isRooted(uri string) bool { return uri[0] == '/' || isAbsolute(uri) }

// isAbsolute reports whether a URI has a scheme, or a drive.
func isAbsolute(uri string) bool {
	for i, c := range []byte(uri) {
		switch {
		case c == ':':
			return i > 0
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return false
}

// decodePercent undoes percent encoding; what is none is left as it is.
func decodePercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

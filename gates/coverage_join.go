package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Reports name files as their tools saw them: from the root of the repository or of
// a package in it, by the path of a Go module, by where a container built them. All
// of that is joined to the files of the repository here, once for every metric.
//
// A path joins the file with which it shares most of its end, element by element.
// What is before that on either side is the rule by which the two differ, and rules
// are voted on: a tool writes all paths of a report in one way, or in a few. So
// `index.js` is found in the package where the rest of the report is, and a header
// of the system is not taken for the file of the same name in the repository.

// joined is where a path of a report was found.
type joined struct {
	// path is that of the file in the repository; where it was not found, the path as
	// the rule of the report would have it, or else as the report writes it.
	path  string
	state joinState
	// end is what all files share that an ambiguous path could be.
	end string
}

// joinState is what came of looking a path up.
type joinState uint8

const (
	_         joinState = iota
	unlisted            // nobody knows the files of the repository
	found               // one file of the repository
	outside             // none
	ambiguous           // several, and nothing tells which
)

// repository is the files of the repository, made ready to be found by their ends.
type repository struct {
	has  map[string]bool
	ends []string // every path as endKey has it, sorted
}

func newRepository(t evidence.Tree) *repository {
	r := &repository{has: make(map[string]bool, len(t.Paths)), ends: make([]string, 0, len(t.Paths))}
	for _, p := range t.Paths {
		r.has[p] = true
		r.ends = append(r.ends, endKey(p))
	}
	slices.Sort(r.ends)
	return r
}

// endKey writes a path backwards, each element closed by a byte that is below all
// others: two keys begin alike as far as the paths end alike, and those that share
// an end stand together.
func endKey(path string) string {
	key := make([]byte, 0, len(path)+1)
	for i := len(path) - 1; i >= 0; i-- {
		c := path[i]
		if c == '/' {
			c = 0
		}
		key = append(key, c)
	}
	return string(append(key, 0))
}

// shared is how much two keys begin alike, in whole elements.
func shared(a, b string) int {
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == 0 {
			n = i + 1
		}
	}
	return n
}

// neighbour is the file of the repository that shares most of its end with a path, how
// much that is, and whether it is the only one that shares so much.
type neighbour struct {
	path, file string
	end        int
	only       bool
}

// rule is in what the two differ.
func (n neighbour) rule() rule {
	return rule{n.path[:len(n.path)-n.end], n.file[:len(n.file)-n.end]}
}

func (r *repository) nearest(path string) neighbour {
	key := endKey(path)
	at, _ := slices.BinarySearch(r.ends, key)
	best, file := 0, ""
	for _, i := range []int{at - 1, at} {
		if i >= 0 && i < len(r.ends) {
			if n := shared(key, r.ends[i]); n > best {
				best, file = n, r.ends[i]
			}
		}
	}
	if best == 0 {
		return neighbour{path: path}
	}
	n := 0
	for i := max(at-2, 0); i < min(at+2, len(r.ends)); i++ {
		if shared(key, r.ends[i]) >= best {
			n++
		}
	}
	return neighbour{path, pathOf(file), best - 1, n == 1}
}

// pathOf gives the path of a key.
func pathOf(key string) string {
	path := make([]byte, 0, len(key)-1)
	for i := len(key) - 2; i >= 0; i-- {
		c := key[i]
		if c == 0 {
			c = '/'
		}
		path = append(path, c)
	}
	return string(path)
}

// rule is in what the paths of a report and of the repository differ: from is in
// place of to.
type rule struct{ from, to string }

// votes are for a rule, by how much they prove.
type votes struct{ strong, fair int }

// maxSiblings bounds how many places of one prefix are tried for a path that alone
// says too little.
const maxSiblings = 64

// joinRules are the rules of one report that are believed: by what they take away, what
// they put in its place.
type joinRules map[string][]string

// join finds the files of a report in the repository.
func (r *repository) join(report *evidence.Report) []joined {
	near := make([]neighbour, len(report.Coverage))
	for i := range near {
		near[i] = r.nearest(slashed(report.Coverage[i].Path))
	}
	out := make([]joined, len(near))
	rules := vote(near)
	for i := range near {
		out[i] = r.find(near[i], rules)
	}
	return out
}

// vote asks every path for its rule, and believes those with a strong vote: of a
// path that is, or ends in, or is the end of, a file of the repository, with two
// elements at least. Where both sides have a beginning of their own, two paths must
// agree, or all the report must be so. What rests on the name of a file alone is
// believed where the report has nothing better.
func vote(paths []neighbour) joinRules {
	all := map[rule]votes{}
	seen := map[string]bool{}
	var sum votes
	for _, n := range paths {
		if !n.only || seen[n.path] {
			continue
		}
		seen[n.path] = true
		path, end, k := n.path, n.end, n.rule()
		v := all[k]
		long := strings.Contains(path[len(path)-end:], "/")
		switch whole := k.from == "" || k.to == ""; {
		case k == rule{} || whole && long:
			v.strong++
			sum.strong++
		case long:
			v.fair++
			sum.fair++
		case whole: // believed where the report has nothing better
		default:
			continue // two files of one name are not one file
		}
		all[k] = v
	}
	believed := joinRules{}
	for k, v := range all {
		if v.strong > 0 || v.fair > 0 && (v.fair > 1 || sum.strong == 0) || sum.strong+sum.fair == 0 {
			believed[k.from] = append(believed[k.from], k.to)
		}
	}
	return believed
}

// believes reports whether a rule is among those of the report.
func (rules joinRules) believes(k rule) bool { return slices.Contains(rules[k.from], k.to) }

// find looks one path up by the rules of its report. The file that shares most of
// its end is the one, if no other shares as much and a rule leads there.
func (r *repository) find(n neighbour, rules joinRules) joined {
	path, end, only := n.path, n.end, n.only
	if only && rules.believes(n.rule()) {
		return joined{path: n.file, state: found}
	}
	best, ends, guess, many := joined{path: path, state: outside}, 0, path, false
	for cut := 0; cut < len(path); cut++ {
		if cut > 0 && path[cut-1] != '/' {
			continue
		}
		tos := rules[path[:cut]]
		if len(tos) == 1 {
			guess = tos[0] + path[cut:] // by the longest that is taken away
		}
		if many = many || len(tos) > maxSiblings; len(tos) > maxSiblings {
			continue
		}
		for _, to := range tos {
			file := to + path[cut:]
			if !r.has[file] { // no two rules lead to one file: each ends where the paths differ
				continue
			}
			if file == path {
				return joined{path: path, state: found}
			}
			switch end := sharedEnd(path, file); {
			case end > ends:
				best, ends = joined{path: file, state: found}, end
			case end == ends:
				best = joined{path: path, state: ambiguous, end: path[len(path)-end:]}
			}
		}
	}
	switch {
	case best.state == found:
		return best
	case r.has[path]:
		return joined{path: path, state: found}
	case best.state == ambiguous:
		return best
	case end > 0 && (end == len(path) && !only || many):
		return joined{path: path, state: ambiguous, end: path[len(path)-end:]}
	default:
		return joined{path: guess, state: outside}
	}
}

// sharedEnd is how much of their ends two paths share that share some, in whole elements.
func sharedEnd(a, b string) int { return shared(endKey(a), endKey(b)) - 1 }

// repository gives the files of the repository, or nil if nobody knows them.
func (j *judge) repository() *repository {
	if j.repo == nil && j.in.Tree.Known {
		j.repo = newRepository(j.in.Tree)
	}
	return j.repo
}

// joined gives where the files of a report are in the repository.
func (j *judge) joined(report *evidence.Report) []joined {
	if at, ok := j.joins[report]; ok {
		return at
	}
	var at []joined
	root := j.rootOf[report]
	switch repo := j.repository(); {
	case repo != nil && root != "":
		at = j.roots.join(repo, root, report)
	case repo != nil:
		at = repo.join(report)
	default:
		place := slashed
		if root != "" {
			place = j.roots.place(root)
		}
		for i := range report.Coverage {
			at = append(at, joined{path: place(report.Coverage[i].Path), state: unlisted})
		}
	}
	if j.joins == nil {
		j.joins = map[*evidence.Report][]joined{}
	}
	j.joins[report] = at
	return at
}

// unlistedGap says that paths could not be joined to the repository.
func (j *judge) unlistedGap() gap {
	why := firstLine(j.in.Tree.Unknown)
	if why == "" {
		why = "nobody listed them"
	}
	return gap{text: "the files of the repository are not known: " + why, remedy: "run in a checkout of the repository"}
}

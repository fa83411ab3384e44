package coverage

// resume opens the scopes in which a second half begins.
func (j *jacocoReader) resume(open []string) {
	for i, element := range open {
		switch element {
		case "report", "group", "package":
			j.open = append(j.open, jacocoScope{element: element, depth: i + 1, elsewhere: true})
		}
	}
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said. The scopes that the halves share end here.
func (j *jacocoReader) join(o *jacocoReader) bool {
	for _, f := range o.files.files {
		f.At.Line += j.s.Line() - 1
		j.files.take(f, 0)
	}
	for _, rest := range o.resumed {
		sc := j.scope()
		if rest.noSource || rest.methods != nil || sc.element != rest.element {
			return false
		}
		for i := range jacocoUnits {
			sc.sums[i].add(rest.sums[i].listed, rest.sums[i].stated)
			if !rest.counters.has[i] {
				continue
			}
			if sc.counters.has[i] {
				return false
			}
			sc.counters.has[i], sc.counters.value[i] = true, rest.counters.value[i]
		}
		j.closeScope()
	}
	return len(j.r.Problems) == 0
}

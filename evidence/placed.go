package evidence

import "slices"

// Placed is the report with the paths of tests and findings as place has them, which is
// asked once for each path. What does not change is shared with the report, which stays
// as it is; those of coverage stay as the report writes them.
func (r *Report) Placed(place func(string) string) *Report {
	out := *r
	out.Cases = r.Cases.placed(place)
	out.Findings = r.Findings.placed(place)
	return &out
}

// placed is the cases with other files. Records are shared, because a file is kept by
// its number or in the details.
func (c *Cases) placed(place func(string) string) Cases {
	out := *c
	at := map[string]string{"": ""}
	once := func(file string) string {
		to, ok := at[file]
		if !ok {
			to = place(file)
			at[file] = to
		}
		return to
	}
	out.files.strs = slices.Clone(c.files.strs)
	for i, file := range out.files.strs {
		out.files.strs[i] = once(file)
	}
	out.details = chunks[Detail]{}
	for i := range c.details.n {
		d := *c.details.at(i)
		d.File = once(d.File)
		out.details.add(d)
	}
	return out
}

// placed is the findings with other paths. A path may be the name of something else
// too, so that each that changes is a new name.
func (f *FindingList) placed(place func(string) string) FindingList {
	out := *f
	out.names.strs = slices.Clone(f.names.strs)
	out.recs = make([][]FindingRecord, len(f.recs))
	at := map[NameID]NameID{0: 0}
	for i, recs := range f.recs {
		out.recs[i] = slices.Clone(recs)
		for k := range out.recs[i] {
			path := &out.recs[i][k].Path
			to, ok := at[*path]
			if !ok {
				to = NameID(len(out.names.strs))
				out.names.strs = append(out.names.strs, place(f.NameOf(*path)))
				at[*path] = to
			}
			*path = to
		}
	}
	out.also = make([][]Place, len(f.also))
	for i, also := range f.also {
		out.also[i] = slices.Clone(also)
		for k := range out.also[i] {
			out.also[i][k].Path = place(also[k].Path)
		}
	}
	return out
}

package evidence

// Diff is what the change touches, from the merge base to the head.
type Diff struct {
	// Base and Head are commits in full, "" if unknown. Base is the merge base of
	// the change, not the tip of the branch that it goes to.
	Base, Head string
	// Known reports whether Files is all that changed. A change whose files nobody
	// could read is not one that touches nothing.
	Known bool
	// Unknown says why Known is false, for people, and Remedy what would make it known.
	Unknown, Remedy string

	Files []FileChange // by path
}

// FileChange is one file of a change.
type FileChange struct {
	Path string // from the root of the repository, with forward slashes
	Old  string // before, where it was renamed or copied; else ""
	How  ChangeKind
	// Added are the lines of the new file that were added or changed, and Removed
	// those of the old one that are gone or changed; each in order, none touching
	// the next. Both are nil for a binary file.
	Added, Removed []LineRange
	Binary         bool
	// Cut says that the lines are not all known: GitHub leaves out the patch of a
	// large file.
	Cut bool
	// Generated says that a program wrote the file: .gitattributes or its own first
	// lines say so.
	Generated bool
	Owners    []string // "@user", "@org/team" or an address, by CODEOWNERS
	// Coverable are the added lines on which code that runs stands, where Tollgate
	// can tell by reading the source; Parsed says that it could.
	Coverable []LineRange
	Parsed    bool
}

// ChangeKind is what became of a file.
type ChangeKind uint8

const (
	_ ChangeKind = iota
	Added
	Modified
	Deleted
	Renamed // with or without changes
	Copied
)

func (k ChangeKind) String() string {
	switch k {
	case Added:
		return "added"
	case Modified:
		return "modified"
	case Deleted:
		return "deleted"
	case Renamed:
		return "renamed"
	case Copied:
		return "copied"
	default:
		panic("evidence: undefined kind of change")
	}
}

// LineRange is lines First to Last, both in it, counted from 1.
type LineRange struct{ First, Last int }

// Len is how many lines that are.
func (r LineRange) Len() int { return r.Last - r.First + 1 }

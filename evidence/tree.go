package evidence

// Tree is which files the repository holds at the head of the change.
type Tree struct {
	// Known reports whether Paths is all of them: a tree that nobody could list is
	// not an empty one.
	Known bool
	// Unknown says why Known is false, for people.
	Unknown string
	Paths   []string // from the root of the repository, with forward slashes
}

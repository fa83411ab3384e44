package evidence

// ShortCommit is what people compare of a commit: the first seven digits of its SHA.
func ShortCommit(sha string) string { return sha[:min(7, len(sha))] }

// Package housetest holds the rules of the house as tests. A rule is a function
// from a tree of files to complaints; TestHouse runs every rule over the
// repository, and TestEveryRuleCanComplain runs each over a tree that breaks it,
// so that no rule is one that cannot fail.
package housetest

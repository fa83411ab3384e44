//go:build !linux

package main

// ownCPUs are those that this process may run on, where one can be chosen.
func ownCPUs() []int { return nil }

// onCPUs runs do where the system likes.
func onCPUs(_ []int, do func()) { do() }

package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// ownCPUs are those that this process may run on.
func ownCPUs() (cpus []int) {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

// onCPUs runs do, and the processes that it starts, on some CPUs alone; on any, if none
// are given.
func onCPUs(cpus []int, do func()) {
	runtime.LockOSThread() // a process runs where the thread that starts it may
	defer runtime.UnlockOSThread()
	var before, set unix.CPUSet
	if len(cpus) > 0 && unix.SchedGetaffinity(0, &before) == nil {
		for _, cpu := range cpus {
			set.Set(cpu)
		}
		if unix.SchedSetaffinity(0, &set) == nil {
			defer unix.SchedSetaffinity(0, &before)
		}
	}
	do()
}

// Package service runs a daemon: its log, its tasks from start to graceful
// stop, its metrics and health server, and the line that says why an address
// cannot be bound.
//
// Goroutines start in Run only. The package keeps no state of its own: a main
// builds what it needs and passes it on. It never reads configuration files and
// never knows what a task does.
package service

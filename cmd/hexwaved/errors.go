package main

import (
	"strings"
)

// oneLine joins the lines of an error, so that a supervisor's log shows the
// whole reason of a stop in one entry.
func oneLine(err error) string {
	var parts []string
	for line := range strings.Lines(err.Error()) {
		if s := strings.TrimSpace(line); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "; ")
}

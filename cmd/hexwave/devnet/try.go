package devnet

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"
)

// tryLimit bounds one of the commands that the ready block offers.
const tryLimit = 20 * time.Second

// tries are the arguments of the commands that the ready block offers.
func (r *run) tries() [][]string {
	all := [][]string{
		{"hotspot", "list"},
		{"coverage", "check", placeText(r.layout.Hotspots[0].True)},
		{"challenge", "list"},
	}
	if r.paths.dir != DefaultDir() {
		for i := range all {
			all[i] = append(all[i], "--devnet", r.paths.dir)
		}
	}
	return all
}

// try runs what the ready block offers as a user would, and counts what answers.
func (r *run) try(ctx context.Context) {
	self, err := os.Executable()
	if err != nil {
		r.log.Warn("offered commands not tried", "reason", err)
		return
	}
	for _, args := range r.tries() {
		one, cancel := context.WithTimeout(ctx, tryLimit)
		cmd := exec.CommandContext(one, self, args...)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		cancel()
		if err != nil || len(out) == 0 {
			r.log.Warn("an offered command does not work", "command", strings.Join(args, " "), "reason", err, "said", strings.TrimSpace(said.String()))
			continue
		}
		r.tried++
	}
}

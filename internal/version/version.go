// Package version says which build this is. It owns the two values that the
// linker sets and their printed form; it never reads files or the network.
package version

import (
	"runtime"
	"runtime/debug"
)

// Set by the linker: -X github.com/hexwave/hexwave/internal/version.version=...
var (
	version = ""
	commit  = ""
)

// Info identifies a build.
type Info struct {
	Version string `json:"version"` // of git describe, or "unknown"
	Commit  string `json:"commit"`  // full hash, or "unknown"
	Go      string `json:"go"`      // go1.26.8
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// Get returns the identity of the running binary. A binary built without the
// Makefile takes what the Go toolchain recorded.
func Get() Info {
	i := Info{Version: version, Commit: commit, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if i.Version == "" || i.Commit == "" {
		i = i.fill(debug.ReadBuildInfo())
	}
	return i
}

func (i Info) fill(b *debug.BuildInfo, ok bool) Info {
	if ok && i.Version == "" && b.Main.Version != "(devel)" {
		i.Version = b.Main.Version
	}
	if ok && i.Commit == "" {
		for _, s := range b.Settings {
			if s.Key == "vcs.revision" {
				i.Commit = s.Value
			}
		}
	}
	if i.Version == "" {
		i.Version = "unknown"
	}
	if i.Commit == "" {
		i.Commit = "unknown"
	}
	return i
}

// String is the one line of `version`: version, short commit, toolchain, platform.
func (i Info) String() string {
	c := i.Commit
	if len(c) > 12 {
		c = c[:12]
	}
	return i.Version + " (" + c + ", " + i.Go + ", " + i.OS + "/" + i.Arch + ")"
}

package version

import (
	"runtime/debug"
	"testing"
)

func TestString(t *testing.T) {
	i := Info{Version: "v1.2.0", Commit: "0123456789abcdef0123", Go: "go1.26.8", OS: "linux", Arch: "arm64"}
	if got, want := i.String(), "v1.2.0 (0123456789ab, go1.26.8, linux/arm64)"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestFill(t *testing.T) {
	build := &debug.BuildInfo{Main: debug.Module{Version: "v0.3.1"}, Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}}}
	for _, tt := range []struct {
		name            string
		in              Info
		build           *debug.BuildInfo
		version, commit string
	}{
		{"nothing known", Info{}, nil, "unknown", "unknown"},
		{"toolchain knows", Info{}, build, "v0.3.1", "abc"},
		{"linker wins", Info{Version: "v9", Commit: "def"}, build, "v9", "def"},
		{"devel is no version", Info{}, &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "unknown", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.in.fill(tt.build, tt.build != nil)
			if got.Version != tt.version || got.Commit != tt.commit {
				t.Errorf("fill() = %s %s, want %s %s", got.Version, got.Commit, tt.version, tt.commit)
			}
		})
	}
}

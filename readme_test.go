package repo_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// live are the commands of the READMEs that need a network or do not end. Of
// these the test holds the words and flags against the program's own help; the
// devnet run of tools/ci/e2e.sh executes what a new user is told to try.
var live = []string{
	"explorer run", "packetrouter run", "hotspot run", "hotspot status", "payeragent run", "hexwaved start", "hexwaved status", "hexwaved query",
	"hexwave devnet", "hexwave hotspot", "hexwave challenge", "hexwave coverage", "hexwave wallet send", "hexwave proof",
}

// placeholders stand in READMEs for what only the reader knows.
var placeholders = strings.NewReplacer("hxw1...", "hxw1vmcfs0naqu7wdc9vaskuuujw6sx5wzcxr4ezcv", " HEIGHT", " 5000")

// editor does what `$EDITOR hotspot.toml` and the like ask of the reader.
const editor = `#!/bin/sh
sed -i -e 's|^addresses = .*|addresses = ["127.0.0.1:1701"]|' -e 's|^rpc = .*|rpc = ["http://127.0.0.1:26657", "http://127.0.0.1:26667"]|' \
  -e 's|^org = .*|org = 2|' -e 's|^key_file = .*|key_file = "key.json"|' -e 's|^state_dir = .*|state_dir = "state"|' "$1"
`

var (
	fence   = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")
	comment = regexp.MustCompile(`\s+#.*$`)
	literal = regexp.MustCompile(`^[a-z][a-z-]*$`)
)

// readme is one README with a folder in which its commands run.
type readme struct {
	path, dir string
	env       []string
}

func TestReadmeCommands(t *testing.T) {
	for _, r := range readmes(t) {
		t.Run(r.path, func(t *testing.T) {
			for _, b := range blocks(t, r.path, "console") {
				for line := range strings.Lines(b) {
					command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
					if !ok {
						t.Errorf("%q is no command: begin it with $", line)
						continue
					}
					r.check(t, placeholders.Replace(comment.ReplaceAllString(command, "")))
				}
			}
		})
	}
}

// TestReadmeSettings has each program read the TOML that its README shows.
func TestReadmeSettings(t *testing.T) {
	seen := 0
	for _, r := range readmes(t) {
		for _, b := range blocks(t, r.path, "toml") {
			if err := os.WriteFile(filepath.Join(r.dir, "readme.toml"), []byte(b), 0o600); err != nil {
				t.Fatal(err)
			}
			r.run(t, filepath.Base(filepath.Dir(r.path))+" config validate --config readme.toml")
			seen++
		}
	}
	if seen == 0 {
		t.Error("no README shows any setting: the search is broken")
	}
}

// check runs a command, or asks help about one that needs a network.
func (r readme) check(t *testing.T, command string) {
	t.Helper()
	if target, ok := strings.CutPrefix(command, "make "); ok {
		if out, err := exec.Command("make", "--dry-run", target).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		return
	}
	if slices.ContainsFunc(live, func(l string) bool { return command == l || strings.HasPrefix(command, l+" ") }) {
		r.help(t, command)
		return
	}
	r.run(t, command)
}

// help holds a command's words and flags against the program.
func (r readme) help(t *testing.T, command string) {
	t.Helper()
	_, usage, ok := strings.Cut(r.run(t, command+" --help"), "Usage:\n")
	usage, more, _ := strings.Cut(usage, "\n")
	var words []string
	for w := range strings.FieldsSeq(usage) {
		if !literal.MatchString(w) {
			break
		}
		words = append(words, w)
	}
	if next, _, _ := strings.Cut(more, "\n"); !ok || strings.Contains(next, "[command]") {
		t.Errorf("%s: no such command; the help is that of %q", command, strings.Join(words, " "))
	}
	if !strings.HasPrefix(command+" ", strings.Join(words, " ")+" ") {
		t.Errorf("%s: the program calls it %q", command, strings.Join(words, " "))
	}
}

func (r readme) run(t *testing.T, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "bash", "-euc", command)
	c.Dir, c.Env = r.dir, r.env
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// readmes prepares the READMEs that users read.
func readmes(t *testing.T) []readme {
	t.Helper()
	paths, err := filepath.Glob("cmd/*/README.md")
	if err != nil || len(paths) < 6 {
		t.Fatalf("READMEs of programs: %v, %v; want six and more", paths, err)
	}
	bin := programs(t)
	var out []readme
	for _, p := range append(paths, "README.md") {
		dir := t.TempDir()
		out = append(out, readme{p, dir, []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + dir, "EDITOR=" + filepath.Join(dir, "edit")}})
		if err := os.WriteFile(filepath.Join(dir, "edit"), []byte(editor), 0o700); err != nil {
			t.Fatal(err)
		}
		// What `bundle sign` signs is the example of the specification.
		if err := os.WriteFile(filepath.Join(dir, "routes.json"), []byte(blocks(t, "docs/spec/bundle.md", "json")[0]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// programs is a folder with all programs: bin, where make puts them before it
// runs tests, else one that is built now.
func programs(t *testing.T) string {
	t.Helper()
	bin, err := filepath.Abs("bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"hexwaved", "hexwave", "packetrouter", "hotspot", "explorer", "payeragent"} {
		if _, err := os.Stat(filepath.Join(bin, p)); err == nil {
			continue
		}
		dir := t.TempDir()
		if out, err := exec.Command("go", "build", "-o", dir, "./cmd/...").CombinedOutput(); err != nil {
			t.Fatalf("build the programs: %v\n%s", err, out)
		}
		return dir
	}
	return bin
}

// blocks are the fenced blocks of a language.
func blocks(t *testing.T, path, language string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range fence.FindAllSubmatch(text, -1) {
		if string(m[1]) == language {
			out = append(out, string(m[2]))
		}
	}
	return out
}

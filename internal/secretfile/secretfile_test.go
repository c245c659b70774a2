package secretfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/internal/secretfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
		err  error
	}{
		"one line":         {"s3cret with blanks \n", 0o600, "s3cret with blanks ", nil},
		"no line end":      {"s3cret", 0o400, "s3cret", nil},
		"others read it":   {"s3cret\n", 0o644, "", secretfile.ErrOpen},
		"empty":            {"\n", 0o600, "", secretfile.ErrFormat},
		"too short":        {"s3c\n", 0o600, "", secretfile.ErrFormat},
		"two lines":        {"s3cret\ns3cret\n", 0o600, "", secretfile.ErrFormat},
		"longer than sane": {strings.Repeat("s3cret", 100), 0o600, "", secretfile.ErrFormat},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		got, err := secretfile.Read(path, 4)
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3c") {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
	if _, err := secretfile.Read(filepath.Join(dir, "none"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

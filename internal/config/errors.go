package config

import (
	"errors"
	"fmt"
	"strings"
)

// Why a configuration was refused. Every error of this package is one line that
// names the setting, where it was found and what to do, and wraps one of these.
var (
	// ErrRead: the file cannot be read or is not TOML.
	ErrRead = errors.New("cannot read configuration")
	// ErrUnknownKey: a file key, environment variable or flag that no setting has.
	ErrUnknownKey = errors.New("unknown key")
	// ErrBadValue: a value that does not fit the type of its setting.
	ErrBadValue = errors.New("bad value")
	// ErrInvalid: a Validate method refused the loaded settings.
	ErrInvalid = errors.New("invalid configuration")
)

// problem is one refused setting. Its text is the line a user reads.
type problem struct {
	kind error
	text string
}

func (p *problem) Error() string { return p.text }
func (p *problem) Unwrap() error { return p.kind }

func problemf(kind error, format string, args ...any) error {
	return &problem{kind: kind, text: fmt.Sprintf(format, args...)}
}

// maxSuggest is the largest number of edits at which a name is still offered.
const maxSuggest = 4

// nearest returns the known name with the fewest edits from name, "" when none
// is close. Equal distances keep the order of known.
func nearest(name string, known []string) string {
	best, bestDist := "", maxSuggest+1
	for _, k := range known {
		d := editDistance(strings.ToLower(name), strings.ToLower(k))
		if limit := max(1, len(k)/3+1); d > limit {
			continue
		}
		if d < bestDist {
			best, bestDist = k, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes. Names longer than 128
// bytes are never close to one of ours and cost nothing.
func editDistance(a, b string) int {
	if len(a) > 128 || len(b) > 128 {
		return 128
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}

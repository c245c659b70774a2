package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFile bounds what is read as a configuration file, in bytes.
const maxFile = 1 << 20

// applyFile sets every setting that data names and returns the line of each.
// name is how messages call the file.
func applyFile(name string, data []byte, fields []field) (map[string]int, error) {
	if len(data) > maxFile {
		return nil, problemf(ErrRead, "%s: %d bytes is too large for a configuration file (limit %d)", name, len(data), maxFile)
	}
	var doc map[string]any
	if err := toml.Unmarshal(data, &doc); err != nil {
		var d *toml.DecodeError
		if errors.As(err, &d) {
			line, _ := d.Position()
			return nil, problemf(ErrRead, "%s:%d: not valid TOML: %s", name, line, oneLine(d.Error()))
		}
		return nil, problemf(ErrRead, "%s: not valid TOML: %s", name, oneLine(err.Error()))
	}
	lines, err := keyLines(data)
	if err != nil {
		return nil, problemf(ErrRead, "%s: not valid TOML: %s", name, oneLine(err.Error()))
	}
	a := fileApplier{name: name, lines: lines, fields: map[string]field{}, set: map[string]int{}}
	for _, f := range fields {
		a.fields[f.path] = f
		a.known = append(a.known, f.path)
		for i := strings.IndexByte(f.path, '.'); i >= 0; {
			a.fields[f.path[:i]] = field{}
			next := strings.IndexByte(f.path[i+1:], '.')
			if next < 0 {
				break
			}
			i += next + 1
		}
	}
	if err := a.table("", doc); err != nil {
		return nil, err
	}
	return a.set, nil
}

type fileApplier struct {
	name   string
	lines  map[string]int
	fields map[string]field // settings, and sections with a zero field
	known  []string
	set    map[string]int
}

func (a *fileApplier) table(path string, t map[string]any) error {
	// In the order of the file, so that the first mistake is the one named.
	keys := slices.Sorted(maps.Keys(t))
	slices.SortStableFunc(keys, func(x, y string) int {
		return a.line(join(path, x)) - a.line(join(path, y))
	})
	for _, k := range keys {
		full := join(path, k)
		f, ok := a.fields[full]
		switch sub, isTable := t[k].(map[string]any); {
		case !ok:
			return a.unknown(full)
		case f.value.IsValid():
			if err := setTOML(f.value, t[k]); err != nil {
				return problemf(ErrBadValue, "%s: %s: %v", a.at(full), full, err)
			}
			a.set[full] = a.line(full)
		case !isTable:
			return problemf(ErrBadValue, "%s: %s is a section; write [%s] and its keys below", a.at(full), full, full)
		default:
			if err := a.table(full, sub); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *fileApplier) unknown(full string) error {
	hint := "remove it, or see `config init` for every key"
	if n := nearest(full, a.known); n != "" {
		hint = fmt.Sprintf("did you mean %q?", n)
	} else if n := a.sameLeaf(full); n != "" {
		hint = fmt.Sprintf("did you mean %q?", n)
	}
	return problemf(ErrUnknownKey, "%s: unknown key %q; %s", a.at(full), full, hint)
}

// sameLeaf finds a setting whose last part is that of full: the right key under
// the wrong section.
func (a *fileApplier) sameLeaf(full string) string {
	leaf := full[strings.LastIndexByte(full, '.')+1:]
	for _, k := range a.known {
		if k[strings.LastIndexByte(k, '.')+1:] == leaf {
			return k
		}
	}
	return ""
}

func (a *fileApplier) at(full string) string {
	if l := a.line(full); l > 0 {
		return fmt.Sprintf("%s:%d", a.name, l)
	}
	return a.name
}

// line is where a key stands; a key inside an inline table has the line of
// that table.
func (a *fileApplier) line(full string) int {
	for p := full; p != ""; p = p[:max(0, strings.LastIndexByte(p, '.'))] {
		if l, ok := a.lines[p]; ok {
			return l
		}
	}
	return 0
}

// keyLines maps each dotted key and table of the document to its first line.
func keyLines(data []byte) (map[string]int, error) {
	var p unstable.Parser
	p.Reset(data)
	lines := map[string]int{}
	prefix := ""
	for p.NextExpression() {
		e := p.Expression()
		path := ""
		if e.Kind == unstable.KeyValue {
			path = prefix
		}
		line := 0
		for it := e.Key(); it.Next(); {
			k := it.Node()
			path = join(path, string(k.Data))
			if line == 0 {
				line = p.Shape(k.Raw).Start.Line
			}
			if _, seen := lines[path]; !seen {
				lines[path] = line
			}
		}
		if e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
			prefix = path
		}
	}
	return lines, p.Error()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

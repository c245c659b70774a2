package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/hexwave/hexwave/internal/service"
)

// Formats are the values of -o.
var Formats = [...]string{"table", "wide", "json", "yaml", "csv", "ndjson", "id"}

// Output says where and how results are printed. Results go to Out, prose to
// stderr.
type Output struct {
	Out    io.Writer
	Format string // one of Formats; "" is table on a terminal, json elsewhere
	Field  string // a.b prints that part of each JSON object alone
	Color  bool
}

// BindOutput adds -o, --field and --no-color to cmd and all below it and returns
// what they fill.
func BindOutput(cmd *cobra.Command) *Output {
	o := &Output{Out: os.Stdout}
	var plain bool
	f := cmd.PersistentFlags()
	f.StringVarP(&o.Format, "output", "o", "", strings.Join(Formats[:], "|")+" (default table on a terminal, json when piped)")
	f.StringVar(&o.Field, "field", "", "print only this part of the JSON result, as in a.b")
	f.BoolVar(&plain, "no-color", false, "no colour (also: NO_COLOR set)")
	previous := cmd.PersistentPreRunE
	cmd.PersistentPreRunE = func(c *cobra.Command, args []string) error {
		o.Out = c.OutOrStdout()
		o.Color = !plain && os.Getenv("NO_COLOR") == "" && service.IsTerminal(o.Out)
		if o.Format != "" && !slices.Contains(Formats[:], o.Format) {
			return Errorf(Usage, c.CommandPath()+" -o json", "unknown output format %q; use %s", o.Format, strings.Join(Formats[:], ", "))
		}
		if previous != nil {
			return previous(c, args)
		}
		return nil
	}
	return o
}

func (o *Output) format() string {
	switch {
	case o.Format != "":
		return o.Format
	case o.Field == "" && service.IsTerminal(o.Out):
		return "table"
	default:
		return "json"
	}
}

// Column is one column of a table.
type Column[T any] struct {
	Name string
	Wide bool // shown by -o wide and csv only
	Text func(T) string
}

// View says how things of one kind are shown.
type View[T any] struct {
	Schema  string // "hotspot/v1"; a list is "hotspot-list/v1"
	ID      func(T) string
	Columns []Column[T]
}

// ErrNoField: --field names a part that the result does not have.
var ErrNoField = errors.New("no such field")

// List prints rows.
func (v View[T]) List(o *Output, rows []T) error {
	switch o.format() {
	case "table", "wide":
		return v.table(o, rows, o.format() == "wide")
	case "csv":
		return v.csv(o, rows)
	case "id":
		for _, r := range rows {
			if _, err := fmt.Fprintln(o.Out, v.ID(r)); err != nil {
				return err
			}
		}
		return nil
	case "ndjson":
		for _, r := range rows {
			b, err := v.tagged(r)
			if err != nil {
				return err
			}
			if err := o.json(b, false); err != nil {
				return err
			}
		}
		return nil
	default:
		name, ver, _ := strings.Cut(v.Schema, "/")
		if rows == nil {
			rows = []T{}
		}
		b, err := marshal(struct {
			Schema string `json:"schema"`
			Items  []T    `json:"items"`
		}{name + "-list/" + ver, rows})
		if err != nil {
			return err
		}
		return o.structured(b)
	}
}

// One prints a single thing; as a table it is one line a column.
func (v View[T]) One(o *Output, row T) error {
	switch o.format() {
	case "table", "wide":
		w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
		for _, c := range v.Columns {
			if c.Wide && o.format() != "wide" {
				continue
			}
			if _, err := fmt.Fprintf(w, "%s:\t%s\n", c.Name, clean(c.Text(row))); err != nil {
				return err
			}
		}
		return w.Flush()
	case "json", "yaml":
		b, err := v.tagged(row)
		if err != nil {
			return err
		}
		return o.structured(b)
	default:
		return v.List(o, []T{row})
	}
}

// tagged is row as a JSON object whose first member is the schema.
func (v View[T]) tagged(row T) ([]byte, error) {
	b, err := marshal(row)
	if err != nil {
		return nil, err
	}
	if len(b) < 2 || b[0] != '{' {
		panic(fmt.Sprintf("cli: %T is not a JSON object", row))
	}
	out := append([]byte(`{"schema":`), strconv.Quote(v.Schema)...)
	if string(b) != "{}" {
		out = append(out, ',')
	}
	return append(out, b[1:]...), nil
}

// marshal is json.Marshal without escapes for HTML: a terminal reads this.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (v View[T]) table(o *Output, rows []T, wide bool) error {
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', tabwriter.StripEscape)
	var head []string
	for _, c := range v.Columns {
		if wide || !c.Wide {
			head = append(head, o.bold(strings.ToUpper(c.Name)))
		}
	}
	if _, err := fmt.Fprintln(w, strings.Join(head, "\t")); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := fmt.Fprintln(w, strings.Join(v.cells(r, wide), "\t")); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (v View[T]) cells(row T, wide bool) []string {
	var out []string
	for _, c := range v.Columns {
		if wide || !c.Wide {
			out = append(out, clean(c.Text(row)))
		}
	}
	return out
}

func (v View[T]) csv(o *Output, rows []T) error {
	w := csv.NewWriter(o.Out)
	var head []string
	for _, c := range v.Columns {
		head = append(head, c.Name)
	}
	all := [][]string{head}
	for _, r := range rows {
		all = append(all, v.cells(r, true))
	}
	return w.WriteAll(all)
}

// bold wraps s for a terminal. The control bytes are in tabwriter's escape
// brackets, which keep them from being cut; they count equally in each header.
func (o *Output) bold(s string) string {
	if !o.Color {
		return s
	}
	return "\xff\x1b[1m\xff" + s + "\xff\x1b[0m\xff"
}

// clean keeps one cell on one line and free of terminal control codes: names
// come from strangers.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

// structured prints a JSON document as json or yaml, or one field of it.
func (o *Output) structured(doc []byte) error {
	if o.Field != "" || o.format() != "yaml" {
		return o.json(doc, true)
	}
	// JSON is YAML: decoding into a node keeps the order of keys and exact numbers.
	var node yaml.Node
	if err := yaml.Unmarshal(doc, &node); err != nil {
		return err
	}
	blockStyle(&node)
	enc := yaml.NewEncoder(o.Out)
	enc.SetIndent(2)
	if err := enc.Encode(&node); err != nil {
		return err
	}
	return enc.Close()
}

func blockStyle(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		blockStyle(c)
	}
}

func (o *Output) json(doc []byte, indent bool) error {
	if o.Field != "" {
		part, err := pick(doc, o.Field)
		if err != nil {
			return err
		}
		var text string
		if json.Unmarshal(part, &text) == nil {
			_, err = fmt.Fprintln(o.Out, text) // a bare string, for the shell
			return err
		}
		doc = part
	}
	enc := json.NewEncoder(o.Out)
	enc.SetEscapeHTML(false)
	if indent {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(json.RawMessage(doc))
}

// pick follows a path of member names and list positions.
func pick(doc []byte, path string) (json.RawMessage, error) {
	cur := json.RawMessage(doc)
	for name := range strings.SplitSeq(path, ".") {
		var obj map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(cur, &obj) == nil && obj[name] != nil {
			cur = obj[name]
			continue
		}
		i, err := strconv.Atoi(name)
		if err != nil || json.Unmarshal(cur, &list) != nil || i < 0 || i >= len(list) {
			return nil, Errorf(Usage, "", "%w: %q in %q", ErrNoField, name, path)
		}
		cur = list[i]
	}
	return cur, nil
}

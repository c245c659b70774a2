// Package bench owns the form in which a benchmark reports: one table for
// people and one JSON array for machines, from the same rows. It measures
// nothing and fills nothing in.
package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// Better says which way an improvement goes.
type Better string

// Directions.
const (
	Higher Better = "higher"
	Lower  Better = "lower"
)

// Row is one figure. Target and limit are absent (nil) when there is none: the
// target is what the architecture asks for, the limit what a peer or the bare
// work reached in the same run, both in Unit.
type Row struct {
	Name   string   `json:"name"`
	Value  float64  `json:"value"`
	Unit   string   `json:"unit"`
	Better Better   `json:"better"`
	Target *float64 `json:"target"`
	Limit  *float64 `json:"limit"`
	// LimitName says what was measured as the limit.
	LimitName string `json:"limit_name"`
	// Ratio is Value / Limit, computed by Report.
	Ratio *float64 `json:"ratio_to_limit"`
}

// Against returns r with a limit measured in the same run and a target of factor
// times that; factor 0 sets no target.
func (r Row) Against(name string, limit, factor float64) Row {
	r.Limit, r.LimitName = &limit, name
	if factor != 0 {
		target := factor * limit
		r.Target = &target
	}
	return r
}

// Goal returns r with a fixed target.
func (r Row) Goal(target float64) Row {
	r.Target = &target
	return r
}

// Meets reports whether r reaches its target; without one it does.
func (r Row) Meets() bool {
	switch {
	case r.Target == nil:
		return true
	case r.Better == Higher:
		return r.Value >= *r.Target
	}
	return r.Value <= *r.Target
}

// Report prints the table to w and writes the rows to file, which is replaced;
// with an empty name only the table is printed.
func Report(w io.Writer, file string, rows []Row) error {
	for i := range rows {
		if l := rows[i].Limit; l != nil && *l != 0 {
			ratio := rows[i].Value / *l
			rows[i].Ratio = &ratio
		}
	}
	if err := table(w, rows); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	if file == "" {
		return nil
	}
	raw, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return fmt.Errorf("encode rows: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("make folder for rows: %w", err)
	}
	if err := os.WriteFile(file, append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

func table(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tOURS\tUNIT\tLIMIT\tRATIO\tTARGET\t\tLIMIT IS")
	for _, r := range rows {
		verdict := ""
		switch {
		case r.Target == nil:
		case r.Meets():
			verdict = "ok"
		default:
			verdict = "SHORT"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, number(&r.Value), r.Unit, number(r.Limit), number(r.Ratio), number(r.Target), verdict, r.LimitName)
	}
	return t.Flush()
}

// number shows three significant places, and a dash for nothing.
func number(v *float64) string {
	switch {
	case v == nil:
		return "-"
	case *v >= 1000:
		return fmt.Sprintf("%.0f", *v)
	case *v >= 100:
		return fmt.Sprintf("%.1f", *v)
	case *v >= 1:
		return fmt.Sprintf("%.2f", *v)
	}
	return fmt.Sprintf("%.3g", *v)
}

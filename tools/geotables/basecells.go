package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

const (
	faceCount = 20
	baseCount = 122
	noCell    = "127"
)

var (
	comment = regexp.MustCompile(`//[^\n]*|(?s)/\*.*?\*/`)
	number  = regexp.MustCompile(`-?\d+(\.\d+)?`)
)

// numbers returns the numeric literals of the C initializer that follows the
// last declaration of name, and fails unless there are exactly want.
func numbers(src, name string, want int) ([]string, error) {
	at := strings.LastIndex(src, name+" = {")
	if at < 0 {
		return nil, fmt.Errorf("table %s: not found", name)
	}
	body := src[at+len(name):]
	end := strings.Index(body, "};")
	if end < 0 {
		return nil, fmt.Errorf("table %s: no end", name)
	}
	body = comment.ReplaceAllString(body[:end], "")
	body = strings.ReplaceAll(body, "INVALID_BASE_CELL", noCell)
	got := number.FindAllString(body, -1)
	if len(got) != want {
		return nil, fmt.Errorf("table %s: %d numbers, want %d", name, len(got), want)
	}
	return got, nil
}

func writeBaseCells(b *bytes.Buffer, src string) error {
	onFace, err := numbers(src, "faceIjkBaseCells[NUM_ICOSA_FACES][3][3][3]", faceCount*27*2)
	if err != nil {
		return err
	}
	next, err := numbers(src, "baseCellNeighbors[NUM_BASE_CELLS][7]", baseCount*7)
	if err != nil {
		return err
	}
	turns, err := numbers(src, "baseCellNeighbor60CCWRots[NUM_BASE_CELLS][7]", baseCount*7)
	if err != nil {
		return err
	}
	data, err := numbers(src, "baseCellData[NUM_BASE_CELLS]", baseCount*7)
	if err != nil {
		return err
	}

	b.WriteString("// faceBases gives base cell and turns of each face's (i, j, k), index 9i+3j+k.\n")
	b.WriteString("var faceBases = [20][27]placedBase{\n")
	for f := range faceCount {
		b.WriteString("{")
		for n := range 27 {
			at := 2 * (27*f + n)
			fmt.Fprintf(b, "{%s, %s},", onFace[at], onFace[at+1])
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n\n// baseLinks gives the neighbour base cell and turns for each base cell and digit.\n")
	b.WriteString("var baseLinks = [122][7]placedBase{\n")
	for c := range baseCount {
		b.WriteString("{")
		for d := range 7 {
			fmt.Fprintf(b, "{%s, %s},", next[7*c+d], strings.TrimPrefix(turns[7*c+d], "-"))
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n\n// bases gives home face, pentagon mark and the faces from which a pentagon turns clockwise.\n")
	b.WriteString("var bases = [122]base{\n")
	for c := range baseCount {
		d := data[7*c : 7*c+7]
		if d[4] == "1" {
			fmt.Fprintf(b, "{home: %s, pentagon: true, clockwise: [2]int8{%s, %s}},\n", d[0], d[5], d[6])
		} else {
			fmt.Fprintf(b, "{home: %s},\n", d[0])
		}
	}
	b.WriteString("}\n")
	return nil
}

package api

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

// errParam carries what is wrong with a parameter, in words for its sender.
var errParam = errors.New("bad parameter")

func badParam(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errParam, fmt.Sprintf(format, args...))
}

// degrees reads a number of degrees in [-limit, limit].
func degrees(q url.Values, name string, limit float64) (float64, error) {
	text := q.Get(name)
	if text == "" {
		return 0, badParam("%s is missing", name)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < -limit || v > limit {
		return 0, badParam("%s must be a number of degrees from %g to %g", name, -limit, limit)
	}
	return v, nil
}

// count reads a whole number from 1 to most; most if it is not given.
func count(q url.Values, name string, fallback, most int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badParam("%s must be a whole number from 1 to %d", name, most)
	}
	return n, nil
}

// box reads bbox=west,south,east,north in degrees; west may exceed east.
func box(text string) (index.Box, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return index.Box{}, badParam("bbox must be west,south,east,north")
	}
	var v [4]float64
	for i, p := range parts {
		limit := 180.0
		if i%2 == 1 {
			limit = 90
		}
		f, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(f) || f < -limit || f > limit {
			return index.Box{}, badParam("bbox must be west,south,east,north in degrees")
		}
		v[i] = f
	}
	if v[1] > v[3] {
		return index.Box{}, badParam("bbox: south is north of north")
	}
	return index.Box{West: v[0], South: v[1], East: v[2], North: v[3]}, nil
}

// parents reads a comma list of cells.
func parents(text string) ([]explorer.Cell, error) {
	parts := strings.Split(text, ",")
	if len(parts) > MaxParents {
		return nil, badParam("at most %d parents", MaxParents)
	}
	out := make([]explorer.Cell, len(parts))
	for i, p := range parts {
		c, err := explorer.ParseCell(strings.ToLower(p))
		if err != nil {
			return nil, badParam("parent %d is not an H3 cell", i+1)
		}
		if c.Resolution() > explorer.CoverageRes {
			return nil, badParam("parent %d is finer than resolution %d", i+1, explorer.CoverageRes)
		}
		out[i] = c
	}
	return out, nil
}

// resolution reads res=0..8; "auto" or nothing gives fallback.
func resolution(q url.Values, fallback int) (int, error) {
	text := q.Get("res")
	if text == "" || text == "auto" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > explorer.CoverageRes {
		return 0, badParam("res must be auto or 0 to %d", explorer.CoverageRes)
	}
	return n, nil
}

// autoRes returns the finest resolution at which a full box holds at most MaxAutoCells cells.
func autoRes(b index.Box) int {
	width := b.East - b.West
	if width < 0 {
		width += 360
	}
	const rad = math.Pi / 180
	share := width / 360 * (math.Sin(b.North*rad) - math.Sin(b.South*rad)) / 2
	const cells0 = 122
	for res := explorer.CoverageRes; res > 0; res-- {
		if share*cells0*math.Pow(7, float64(res)) <= MaxAutoCells {
			return res
		}
	}
	return 0
}

// sequence reads a sequence number.
func sequence(text string) (explorer.Seq, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badParam("since must be a sequence number")
	}
	return explorer.Seq(n), nil
}

// detail returns the words of a parameter error for its sender.
func detail(err error) string {
	return strings.TrimPrefix(err.Error(), errParam.Error()+": ")
}

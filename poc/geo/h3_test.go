//go:build cgo

package geo

import (
	"math"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/uber/h3-go/v4"
)

// reference returns what Uber's library says. It divides by 1e7 as its callers do.
func reference(t testing.TB, p Point, res int) Cell {
	t.Helper()
	c, err := h3.LatLngToCell(h3.NewLatLng(float64(p.Lat)/1e7, float64(p.Lng)/1e7), res)
	if err != nil {
		t.Fatalf("h3 %v res %d: %v", p, res, err)
	}
	return Cell(c)
}

func pointAt(lat, lng float64) Point {
	lng = math.Mod(lng+540, 360) - 180
	return Point{E7(math.Round(max(-90, min(90, lat)) * 1e7)), E7(math.Round(lng * 1e7))}
}

// uniform returns a point uniformly distributed on the sphere.
func uniform(r *rand.Rand) Point {
	return pointAt(math.Asin(2*r.Float64()-1)*180/math.Pi, r.Float64()*360-180)
}

// edgeDistance returns how far p is from the nearest edge of its cell, in
// radians on the plane of its face.
func edgeDistance(p Point, res int) float64 {
	v := p.unit()
	f, depth := nearestFace(&v)
	den := depth.shiftDown(60)
	a, b := zoom(quoQ60(dot(&v, &faceFrames[f].i), den), quoQ60(dot(&v, &faceFrames[f].j), den), res)
	at := nearestHex(a, b)
	da := float64(a-at.a<<planeBits) / (1 << planeBits)
	db := float64(b-at.b<<planeBits) / (1 << planeBits)
	q, r, s := da-db, db, -da
	inside := 0.5 - max(math.Abs(q-r), math.Abs(r-s), math.Abs(s-q))/2
	return inside * 0.38196601125010500003 / math.Pow(7, float64(res)/2)
}

// centreDistance returns the angle in radians to the centre of the face of p.
func centreDistance(p Point) float64 {
	v := p.unit()
	f, _ := nearestFace(&v)
	var sum float64
	for n := range v {
		d := float64(v[n]-faceFrames[f].centre[n]) / q60
		sum += d * d
	}
	return math.Sqrt(sum)
}

// tally compares points and keeps the differences, each of which must be
// explained by the reference's double arithmetic.
type tally struct {
	points, differ int
	worst          float64
}

func (c *tally) compare(t *testing.T, p Point, res int) {
	t.Helper()
	c.points++
	got, want := CellAt(p, res), reference(t, p, res)
	if got == want {
		return
	}
	c.differ++
	// The reference takes the angle from the face centre by acos near 1, whose
	// error grows as 1/angle.
	edge := edgeDistance(p, res)
	allowed := 4e-15 + 4e-16/max(centreDistance(p), 1e-9)
	c.worst = max(c.worst, edge)
	if edge > allowed || edge > 1e-9 {
		t.Fatalf("cell of %v res %d = %s, want %s; %g rad from an edge", p, res, got, want, edge)
	}
}

// sampleSize is 200,000 points, or GEO_POINTS of them.
func sampleSize(t *testing.T) int {
	t.Helper()
	text, ok := os.LookupEnv("GEO_POINTS")
	if !ok {
		return 200_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		t.Fatalf("GEO_POINTS=%q is not a positive number", text)
	}
	return n
}

func TestCellAtMatchesH3OnTheSphere(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var c tally
	for n := range sampleSize(t) {
		c.compare(t, uniform(r), n%(MaxRes+1))
	}
	c.report(t)
}

func (c *tally) report(t *testing.T) {
	t.Helper()
	t.Logf("%d points, %d differ, worst %.3g rad from an edge", c.points, c.differ, c.worst)
	if c.differ*1000 > c.points {
		t.Errorf("%d of %d points differ, more than 0.1 %%", c.differ, c.points)
	}
}

func TestCellAtMatchesH3AroundPentagons(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var c tally
	for res := range MaxRes + 1 {
		pentagons, err := h3.Pentagons(res)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pentagons {
			centre, err := p.LatLng()
			if err != nil {
				t.Fatal(err)
			}
			for range 200 {
				size := 60 / math.Pow(7, float64(res)/2) * r.Float64()
				angle := 2 * math.Pi * r.Float64()
				lat := centre.Lat + size*math.Sin(angle)
				lng := centre.Lng + size*math.Cos(angle)/math.Cos(centre.Lat*math.Pi/180)
				c.compare(t, pointAt(lat, lng), res)
			}
		}
	}
	c.report(t)
}

// direction returns the point below a vector of any length.
func direction(v vec) Point {
	x, y, z := float64(v[0]), float64(v[1]), float64(v[2])
	return pointAt(math.Atan2(z, math.Hypot(x, y))*180/math.Pi, math.Atan2(y, x)*180/math.Pi)
}

func TestCellAtMatchesH3OnFaceEdges(t *testing.T) {
	var c tally
	r := rand.New(rand.NewSource(3))
	edges := 0
	for f := range faceFrames {
		for g := range f {
			one, two := faceFrames[f].centre, faceFrames[g].centre
			if dot(&one, &two).shiftDown(60) < q60/10*7 {
				continue
			}
			edges++
			// The faces meet in the arc through their midpoint along their
			// normal.
			along := cross(one, two)
			for range 200 {
				share := 2*r.Float64() - 1
				var v vec
				for n := range v {
					v[n] = one[n]/2 + two[n]/2 + int64(share*float64(along[n]))
				}
				p := direction(v)
				for _, d := range []E7{-1000, -1, 0, 1, 1000} {
					c.compare(t, Point{p.Lat + d, p.Lng}, r.Intn(MaxRes+1))
				}
			}
		}
	}
	if edges != 30 {
		t.Errorf("found %d edges of an icosahedron", edges)
	}
	c.report(t)
}

// Close to a face centre the reference loses up to half of its digits.
func TestCellAtMatchesH3AtFaceCentres(t *testing.T) {
	var c tally
	r := rand.New(rand.NewSource(7))
	for f := range faceFrames {
		centre := direction(faceFrames[f].centre)
		for n := range 2000 {
			spread := 1_000_000 >> r.Intn(20)
			p := Point{centre.Lat + E7(r.Intn(2*spread+1)-spread), centre.Lng + E7(r.Intn(2*spread+1)-spread)}
			c.compare(t, p, n%(MaxRes+1))
		}
	}
	c.report(t)
}

func cross(a, b vec) vec {
	return vec{
		mulQ60(a[1], b[2]) - mulQ60(a[2], b[1]),
		mulQ60(a[2], b[0]) - mulQ60(a[0], b[2]),
		mulQ60(a[0], b[1]) - mulQ60(a[1], b[0]),
	}
}

func TestCellAtMatchesH3AtPolesAndAntimeridian(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	var c tally
	for n := range 5000 {
		res := n % (MaxRes + 1)
		off := E7(r.Intn(2_000_000) >> r.Intn(20))
		lng := E7(r.Int63n(2*int64(MaxLng)) - int64(MaxLng))
		lat := E7(r.Int63n(2*int64(MaxLat)) - int64(MaxLat))
		for _, p := range []Point{{MaxLat - off, lng}, {off - MaxLat, lng}, {lat, MaxLng - off}, {lat, off - MaxLng}} {
			c.compare(t, p, res)
		}
	}
	for res := range MaxRes + 1 {
		if east, west := CellAt(Point{123, MaxLng}, res), CellAt(Point{123, -MaxLng}, res); east != west {
			t.Errorf("antimeridian at res %d: %s and %s", res, east, west)
		}
	}
	c.report(t)
}

func TestCellAtMatchesH3AtCellCentres(t *testing.T) {
	cells, err := h3.Res0Cells()
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range cells {
		children, err := base.Children(3)
		if err != nil {
			t.Fatal(err)
		}
		for _, child := range children {
			centre, err := child.LatLng()
			if err != nil {
				t.Fatal(err)
			}
			if got := CellAt(pointAt(centre.Lat, centre.Lng), 3); got != Cell(child) {
				t.Fatalf("centre of %s is in %s", child, got)
			}
		}
	}
}

func compareDisk(t *testing.T, c Cell) {
	t.Helper()
	for k := range MaxDisk + 1 {
		rings, err := h3.GridDiskDistancesSafe(h3.Cell(c), k)
		if err != nil {
			t.Fatal(err)
		}
		var want []Cell
		for _, ring := range rings {
			at := len(want)
			for _, x := range ring {
				if x != 0 {
					want = append(want, Cell(x))
				}
			}
			slices.Sort(want[at:])
		}
		got, err := Disk(c, k)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("disk of %s, k %d = %v, %v, want %v", c, k, got, err, want)
		}
	}
}

func TestDiskMatchesH3(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for n := range 3000 {
		compareDisk(t, CellAt(uniform(r), n%(MaxRes+1)))
	}
}

func TestDiskMatchesH3AroundPentagons(t *testing.T) {
	for _, res := range []int{0, 1, 2, 5, 6, 14, 15} {
		pentagons, err := h3.Pentagons(res)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pentagons {
			around, err := h3.GridDisk(p, min(res+1, 4))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range around {
				if c != 0 {
					compareDisk(t, Cell(c))
				}
			}
		}
	}
}

// Every base cell border at once: all cells of resolution 2.
func TestDiskMatchesH3OnAllCoarseCells(t *testing.T) {
	cells, err := h3.Res0Cells()
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range cells {
		for res := range 3 {
			children, err := base.Children(res)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range children {
				compareDisk(t, Cell(c))
			}
		}
	}
}

func TestValidMatchesH3(t *testing.T) {
	r := rand.New(rand.NewSource(6))
	for n := range 200_000 {
		c := CellAt(uniform(r), n%(MaxRes+1))
		c ^= Cell(1) << r.Intn(64)
		if n%2 == 0 {
			c ^= Cell(1) << r.Intn(64)
		}
		if got, want := c.Valid(), h3.Cell(c).IsValid(); got != want {
			t.Fatalf("%s valid = %v, want %v", c, got, want)
		}
	}
	for res := range MaxRes + 1 {
		pentagons, err := h3.Pentagons(res)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pentagons {
			for bit := range 64 {
				c := Cell(p) ^ Cell(1)<<bit
				if got, want := c.Valid(), h3.Cell(c).IsValid(); got != want {
					t.Fatalf("%s valid = %v, want %v", c, got, want)
				}
			}
			if !Cell(p).Pentagon() {
				t.Errorf("%s is a pentagon", p)
			}
		}
	}
}

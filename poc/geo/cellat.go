package geo

// face is a face of the icosahedron: the unit vector to its centre, and two
// vectors that project. A point p has, in the face's plane and in units of the
// resolution 0 spacing, the axial coordinates p.i/p.centre and p.j/p.centre.
type face struct {
	centre, i, j vec
}

// placedBase is a base cell as seen from elsewhere: turns is how many 60
// degree counter-clockwise rotations lead into the base cell's own frame.
type placedBase struct {
	cell, turns uint8
}

// base describes a base cell. A pentagon's missing direction is left clockwise
// when coming from one of the two given faces, else counter-clockwise.
type base struct {
	home      int8
	pentagon  bool
	clockwise [2]int8
}

func (b *base) clockwiseFrom(face int8) bool {
	return b.clockwise[0] == face || b.clockwise[1] == face
}

// noBase marks the neighbour a pentagon lacks in baseLinks.
const noBase = 127

// sevenTo holds the powers of 7 that scale resolution 0 to an even resolution.
var sevenTo = [8]int64{1, 7, 49, 343, 2401, 16807, 117649, 823543}

// planeBits is the number of fraction bits of a plane coordinate: 2^-36 of a
// cell spacing, 10^-11 m at resolution 15.
const planeBits = 36

// CellAt returns the H3 cell of resolution res that contains p, or 0 if p or
// res is out of range.
//
// It is H3's latLngToCell in the vector form of the gnomonic projection: face
// by largest scalar product (the lowest number wins a tie), two quotients for
// the coordinates, nearest hexagon, then the index from the finest digit up.
// The operations and their rounding are part of the protocol.
func CellAt(p Point, res int) Cell {
	if p.Validate() != nil || res < 0 || res > MaxRes {
		return 0
	}
	v := p.unit()
	f, depth := nearestFace(&v)
	frame := &faceFrames[f]
	den := depth.shiftDown(60)
	a, b := zoom(quoQ60(dot(&v, &frame.i), den), quoQ60(dot(&v, &frame.j), den), res)
	return index(f, nearestHex(a, b), res)
}

// nearestFace returns the face whose centre is nearest and the Q120 cosine of
// the angle to it, which is at least 0.79.
func nearestFace(v *vec) (f int, cos wide) {
	cos = dot(v, &faceFrames[0].centre)
	for n := 1; n < len(faceFrames); n++ {
		if c := dot(v, &faceFrames[n].centre); cos.less(c) {
			f, cos = n, c
		}
	}
	return f, cos
}

// zoom turns Q60 coordinates of resolution 0 into coordinates of res with
// planeBits fraction bits. A step down multiplies by a number of length
// sqrt(7); two steps of opposite turn are exactly 7.
func zoom(a, b int64, res int) (int64, int64) {
	if res&1 == 1 {
		a, b = 2*a+b, 3*b-a
	}
	k := sevenTo[res/2]
	return mulWide(a, k).shiftDown(60 - planeBits), mulWide(b, k).shiftDown(60 - planeBits)
}

// nearestHex rounds plane coordinates to the hexagon whose centre is nearest:
// the three coordinates a-b, b, -a sum to zero; each is rounded, and the one
// that moved most is set from the others.
func nearestHex(a, b int64) axial {
	q, dq := nearest(a - b)
	r, dr := nearest(b)
	s, ds := nearest(-a)
	switch {
	case q+r+s == 0:
	case dq > dr && dq > ds:
	case dr > ds:
		r = -q - s
	default:
		s = -q - r
	}
	return axial{-s, r}
}

// nearest returns x rounded to an integer, halves up, and how far it moved.
func nearest(x int64) (n int64, moved uint64) {
	n = (x + 1<<(planeBits-1)) >> planeBits
	return n, magnitude(x - n<<planeBits)
}

// index returns the cell at a place on a face, or 0 if the place is outside
// the face's table, which no point of the face is.
func index(f int, at axial, res int) Cell {
	var d digits
	for r := res; r > 0; r-- {
		at, d[r] = at.split(r)
	}
	low := min(at.a, at.b, 0)
	i, j, k := at.a-low, at.b-low, -low
	if max(i, j, k) > 2 {
		return 0
	}
	placed := faceBases[f][9*i+3*j+k]
	if home := &bases[placed.cell]; home.pentagon {
		if d.lead(res) == dirK {
			d.turn(res, wayOut(home.clockwiseFrom(int8(f))))
		}
		d.turnPentagon(res, int(placed.turns))
	} else {
		d.turn(res, int(placed.turns))
	}
	return d.cell(placed.cell, res)
}

// wayOut is the turn that leaves a pentagon's missing direction.
func wayOut(isClockwise bool) int {
	if isClockwise {
		return clockwise
	}
	return 1
}

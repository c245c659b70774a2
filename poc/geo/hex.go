package geo

// axial is a cell of the hexagonal plane of one icosahedron face: a steps along
// the i axis (0 degrees) and b steps along the j axis (120 degrees). H3's
// (i, j, k) with k at 240 degrees is (i-k, j-k) here.
type axial struct {
	a, b int64
}

// Digits of an H3 index that the rules name: the direction a pentagon lacks
// and the two beside it.
const (
	dirK  = 1
	dirJK = 3
	dirIK = 5

	noDigit = 7
)

// unitVectors gives the step of every digit.
var unitVectors = [7]axial{{0, 0}, {-1, -1}, {0, 1}, {-1, 0}, {1, 0}, {0, -1}, {1, 1}}

// stepDigits is the inverse of unitVectors at index 3(a+1) + b+1.
var stepDigits = [9]uint8{dirK, dirJK, noDigit, dirIK, 0, 2, noDigit, 4, 6}

// turned gives each digit after 0 to 5 counter-clockwise turns of 60 degrees.
var turned = [6][7]uint8{
	{0, 1, 2, 3, 4, 5, 6},
	{0, 5, 3, 1, 6, 4, 2},
	{0, 4, 1, 5, 2, 6, 3},
	{0, 6, 5, 4, 3, 2, 1},
	{0, 2, 4, 6, 1, 3, 5},
	{0, 3, 6, 2, 5, 1, 4},
}

// clockwise is one clockwise turn, as counter-clockwise turns.
const clockwise = 5

func (x axial) add(y axial) axial { return axial{x.a + y.a, x.b + y.b} }

// split divides a cell of resolution res >= 1 into the cell of resolution
// res-1 that contains it and the digit within that. Odd resolutions (class
// III) are turned counter-clockwise against the one above, even ones clockwise.
func (x axial) split(res int) (parent axial, digit uint8) {
	var centre axial
	if res&1 == 1 {
		parent = axial{seventh(3*x.a - x.b), seventh(x.a + 2*x.b)}
		centre = axial{2*parent.a + parent.b, 3*parent.b - parent.a}
	} else {
		parent = axial{seventh(2*x.a + x.b), seventh(3*x.b - x.a)}
		centre = axial{3*parent.a - parent.b, parent.a + 2*parent.b}
	}
	return parent, stepDigits[3*(x.a-centre.a+1)+x.b-centre.b+1]
}

// seventh returns x/7 to nearest for |x| < 2^30.
func seventh(x int64) int64 {
	const bias = 1 << 28
	return (x+3+7*bias)/7 - bias
}

// digits are the digits of an index, digit r at [r]; [0] is unused.
type digits [MaxRes + 1]uint8

// lead returns the first non-zero digit up to res.
func (d *digits) lead(res int) uint8 {
	for _, x := range d[1 : res+1] {
		if x != 0 {
			return x
		}
	}
	return 0
}

// turn rotates the index counter-clockwise about its base cell.
func (d *digits) turn(res, turns int) {
	if turns %= 6; turns == 0 {
		return
	}
	for r := 1; r <= res; r++ {
		d[r] = turned[turns][d[r]]
	}
}

// turnPentagon is turn about a pentagon, which skips the direction it lacks.
func (d *digits) turnPentagon(res, turns int) {
	total, lead := turns, d.lead(res)
	for range turns {
		if lead = turned[1][lead]; lead == dirK {
			lead = turned[1][lead]
			total++
		}
	}
	d.turn(res, total)
}

// cell packs the index.
func (d *digits) cell(baseCell uint8, res int) Cell {
	c := cellHeader | uint64(res)<<resShift | uint64(baseCell)<<baseShift
	for r := 1; r <= res; r++ {
		c |= uint64(d[r]) << (3 * (MaxRes - r))
	}
	return Cell(c | (1<<(3*(MaxRes-res)) - 1))
}

// digits unpacks the index of a valid cell.
func (c Cell) digits() (d digits) {
	for r := 1; r <= c.Res(); r++ {
		d[r] = uint8(c >> (3 * (MaxRes - r)) & 7)
	}
	return d
}

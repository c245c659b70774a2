// Package mvt owns the bytes of Mapbox Vector Tiles (specification 2.1): layers of points and polygons with integer
// identities and string or integer properties, in the order they are added.
//
// It encodes only, knows no map projection, and keeps no state between tiles.
package mvt

import "encoding/binary"

// Extent is the width of a tile in its own units.
const Extent = 4096

// Wire numbers of the specification's vector_tile.proto.
const (
	tileLayers = 3

	layerName     = 1
	layerFeatures = 2
	layerKeys     = 3
	layerValues   = 4
	layerExtent   = 5
	layerVersion  = 15

	featureID       = 1
	featureTags     = 2
	featureType     = 3
	featureGeometry = 4

	valueString = 1
	valueSint   = 6

	typePoint   = 1
	typePolygon = 3

	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// Point is a place in a tile's units; y grows southward. Places outside 0 to Extent are allowed.
type Point struct{ X, Y int32 }

// Layer collects features. The zero Layer with a Name is ready for use.
type Layer struct {
	Name string

	features []byte
	count    int
	keys     []string
	keyOf    map[string]uint32
	values   []byte
	valueOf  map[value]uint32
	tags     []uint32
	geometry []uint32
	scratch  []byte
}

// value is a property's value: a string, or an integer if text is false.
type value struct {
	text bool
	s    string
	n    int64
}

// Len returns the number of features.
func (l *Layer) Len() int { return l.count }

// Int sets an integer property of the next feature.
func (l *Layer) Int(key string, n int64) { l.tag(key, value{n: n}) }

// String sets a string property of the next feature.
func (l *Layer) String(key, s string) { l.tag(key, value{text: true, s: s}) }

func (l *Layer) tag(key string, v value) {
	if l.keyOf == nil {
		l.keyOf, l.valueOf = map[string]uint32{}, map[value]uint32{}
	}
	k, ok := l.keyOf[key]
	if !ok {
		k = uint32(len(l.keys))
		l.keyOf[key], l.keys = k, append(l.keys, key)
	}
	i, ok := l.valueOf[v]
	if !ok {
		i = uint32(len(l.valueOf))
		l.valueOf[v] = i
		l.scratch = l.scratch[:0]
		if v.text {
			l.scratch = appendBytes(l.scratch, valueString, []byte(v.s))
		} else {
			l.scratch = appendVarint(l.scratch, valueSint, zigzag(v.n))
		}
		l.values = appendBytes(l.values, layerValues, l.scratch)
	}
	l.tags = append(l.tags, k, i)
}

// Polygon ends a feature whose outline is one ring, clockwise on the screen and not closed. A ring that has fewer than
// three different corners in tile units is dropped with its properties.
func (l *Layer) Polygon(id uint64, ring []Point) {
	l.geometry = l.geometry[:0]
	var at Point
	for _, p := range ring {
		if len(l.geometry) == 0 {
			l.geometry = append(l.geometry, command(moveTo, 1), delta(p.X), delta(p.Y), 0)
		} else if p != at && p != ring[0] {
			l.geometry = append(l.geometry, delta(p.X-at.X), delta(p.Y-at.Y))
		} else {
			continue
		}
		at = p
	}
	corners := (len(l.geometry)-4)/2 + 1
	if corners < 3 {
		l.tags = l.tags[:0]
		return
	}
	l.geometry[3] = command(lineTo, uint32(corners-1))
	l.geometry = append(l.geometry, command(closePath, 1))
	l.end(id, typePolygon)
}

// Point ends a feature at one place.
func (l *Layer) Point(id uint64, p Point) {
	l.geometry = append(l.geometry[:0], command(moveTo, 1), delta(p.X), delta(p.Y))
	l.end(id, typePoint)
}

// end writes the feature under construction.
func (l *Layer) end(id uint64, typ uint64) {
	b := appendVarint(l.scratch[:0], featureID, id)
	b = appendPacked(b, featureTags, l.tags)
	b = appendVarint(b, featureType, typ)
	b = appendPacked(b, featureGeometry, l.geometry)
	l.features = appendBytes(l.features, layerFeatures, b)
	l.scratch, l.tags = b, l.tags[:0]
	l.count++
}

// Encode returns a tile with the layers that have features; nil if none has.
func Encode(layers ...*Layer) []byte {
	var tile []byte
	for _, l := range layers {
		if l.count == 0 {
			continue
		}
		b := appendVarint(nil, layerVersion, 2)
		b = appendBytes(b, layerName, []byte(l.Name))
		b = append(b, l.features...)
		for _, k := range l.keys {
			b = appendBytes(b, layerKeys, []byte(k))
		}
		b = append(b, l.values...)
		b = appendVarint(b, layerExtent, Extent)
		tile = appendBytes(tile, tileLayers, b)
	}
	return tile
}

func command(id, count uint32) uint32 { return id | count<<3 }

func delta(v int32) uint32 { return uint32(v<<1) ^ uint32(v>>31) }

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func appendVarint(b []byte, field int, v uint64) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3)
	return binary.AppendUvarint(b, v)
}

func appendBytes(b []byte, field int, v []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|2)
	b = binary.AppendUvarint(b, uint64(len(v)))
	return append(b, v...)
}

func appendPacked(b []byte, field int, v []uint32) []byte {
	size := 0
	for _, n := range v {
		size += uvarintLen(n)
	}
	b = binary.AppendUvarint(b, uint64(field)<<3|2)
	b = binary.AppendUvarint(b, uint64(size))
	for _, n := range v {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

func uvarintLen(n uint32) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

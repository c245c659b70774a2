package land

import "math"

// mix scrambles a number (splitmix64's finaliser).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hash combines numbers into one.
func hash(parts ...uint64) uint64 {
	h := uint64(len(parts))
	for _, p := range parts {
		h = mix(h ^ p)
	}
	return h
}

// unit maps a hash to [0, 1).
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// normal maps a hash to a normal deviate, by Box and Muller.
func normal(h uint64) float64 {
	u, v := 1-unit(mix(h)), unit(mix(h+1))
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// Uniform returns a number in [0, 1) that depends on parts alone.
func Uniform(parts ...uint64) float64 { return unit(hash(parts...)) }

// Normal returns a normal deviate that depends on parts alone.
func Normal(parts ...uint64) float64 { return normal(hash(parts...)) }

package packetrouter

// bucket is a token bucket in millionths of a packet. The zero bucket is full.
type bucket struct {
	tokens   int64
	filledAt int64 // Unix microseconds
}

// allow takes one packet at a time of day; rate is packets a second, burst the
// most at once.
func (b *bucket) allow(now int64, rate, burst int) bool {
	most := int64(burst) * 1e6
	if b.filledAt == 0 {
		b.tokens = most
	} else if d := now - b.filledAt; d > 0 {
		b.tokens = min(most, b.tokens+min(d, most)*int64(rate))
	}
	b.filledAt = max(b.filledAt, now)
	if b.tokens < 1e6 {
		return false
	}
	b.tokens -= 1e6
	return true
}

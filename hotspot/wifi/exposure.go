package wifi

// Rules of service on credit (docs/spec/wifi.md, Exposure).
const (
	// answerWithin is how long a payer may take to a voucher before a claim counts
	// against the limit, milliseconds.
	answerWithin = 10_000
	// voucherGrace is how long any claim may stay without a voucher.
	voucherGrace = 120_000
	// firstExposure is the limit for a payer without history, bytes.
	firstExposure = 1 << 20
	// forgiven is the part of refused claims that vouchers make good for: one in
	// ten of what was vouchered.
	forgiven = 10
)

// claim is what a usage record asks for.
type claim struct {
	at    uint64 // Unix milliseconds
	micro uint64
}

// exposure is what a hotspot has served one payer on credit.
type exposure struct {
	claims    []claim // without voucher, oldest first
	vouchered uint64  // micro-DC, all time
	refused   uint64  // micro-DC, all time
}

// cover takes an amount off the oldest claims.
func (e *exposure) cover(micro uint64) {
	for micro > 0 && len(e.claims) > 0 {
		c := &e.claims[0]
		n := min(micro, c.micro)
		c.micro -= n
		micro -= n
		if c.micro == 0 {
			e.claims = e.claims[1:]
		}
	}
}

// withholding reports whether the payer owes more, or for longer, than it is
// trusted with. one is the price of a MiB in micro-DC, most the highest limit.
func (e *exposure) withholding(now, one, most uint64) bool {
	overdue := e.refused - min(e.refused, e.vouchered/forgiven)
	for _, c := range e.claims {
		if now > c.at+voucherGrace {
			return true
		}
		if now > c.at+answerWithin {
			overdue = add(overdue, c.micro)
		}
	}
	return overdue > limit(e.vouchered, one, most)
}

// limit is what a payer is trusted with: the price of a MiB at first, doubled with
// each limit's worth vouchered, up to most.
func limit(vouchered, one, most uint64) uint64 {
	for l := one; l < most; l *= 2 {
		if vouchered < l {
			return l
		}
		vouchered -= l
	}
	return max(one, most)
}

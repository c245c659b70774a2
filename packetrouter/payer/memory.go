package payer

import "github.com/hexwave/hexwave/packetrouter/lanes"

// Memory is the ledger as the lane's log has it. Make one, open the lane with it
// and then the payer; from then on it is the lane's alone.
type Memory struct{ ledger *ledger }

var _ lanes.Memory = (*Memory)(nil)

// NewMemory returns an empty memory.
func NewMemory() *Memory { return &Memory{newLedger()} }

// Remember implements lanes.Memory. Errors: lanes.ErrMemo.
func (m *Memory) Remember(memo []byte) error { return m.ledger.apply(memo) }

// AppendTo implements lanes.Memory.
func (m *Memory) AppendTo(b []byte) []byte { return m.ledger.appendTo(b) }

// Restore implements lanes.Memory. Errors: lanes.ErrMemo.
func (m *Memory) Restore(b []byte) error {
	l, err := restore(b)
	if err != nil {
		return err
	}
	m.ledger = l
	return nil
}

// tentative returns a ledger of its own that says the same.
func (m *Memory) tentative() *ledger {
	l, err := restore(m.ledger.appendTo(nil))
	if err != nil {
		panic("payer: a ledger that was written cannot be read: " + err.Error())
	}
	return l
}

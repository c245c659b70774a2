package journal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hexwave/hexwave/explorer"
)

// blockLine is a block in the file. Each event is under the one key of its type.
type blockLine struct {
	Height explorer.Height `json:"h"`
	Time   time.Time       `json:"t"`
	Events []eventLine     `json:"e"`
}

type eventLine struct {
	Registered *explorer.HotspotRegistered    `json:"registered,omitempty"`
	Located    *explorer.HotspotLocated       `json:"located,omitempty"`
	Status     *explorer.HotspotStatusChanged `json:"status,omitempty"`
	Owner      *explorer.HotspotOwnerChanged  `json:"owner,omitempty"`
	Rotated    *explorer.HotspotKeyRotated    `json:"rotated,omitempty"`
	Challenge  *explorer.ChallengeSettled     `json:"challenge,omitempty"`
	Epoch      *explorer.EpochClosed          `json:"epoch,omitempty"`
	Claimed    *explorer.Claimed              `json:"claimed,omitempty"`
	Owed       *explorer.Owed                 `json:"owed,omitempty"`
	OwedTaken  *explorer.OwedClaimed          `json:"owed_claimed,omitempty"`
	Settled    *explorer.Settled              `json:"settled,omitempty"`
}

func encode(b explorer.Block) (blockLine, error) {
	out := blockLine{Height: b.Height, Time: b.Time, Events: make([]eventLine, len(b.Events))}
	for i, e := range b.Events {
		l := &out.Events[i]
		switch e := e.(type) {
		case explorer.HotspotRegistered:
			l.Registered = &e
		case explorer.HotspotLocated:
			l.Located = &e
		case explorer.HotspotStatusChanged:
			l.Status = &e
		case explorer.HotspotOwnerChanged:
			l.Owner = &e
		case explorer.HotspotKeyRotated:
			l.Rotated = &e
		case explorer.ChallengeSettled:
			l.Challenge = &e
		case explorer.EpochClosed:
			l.Epoch = &e
		case explorer.Claimed:
			l.Claimed = &e
		case explorer.Owed:
			l.Owed = &e
		case explorer.OwedClaimed:
			l.OwedTaken = &e
		case explorer.Settled:
			l.Settled = &e
		default:
			return blockLine{}, fmt.Errorf("no line for an event of type %T", e)
		}
	}
	return out, nil
}

func decode(body []byte) (explorer.Block, error) {
	var l blockLine
	if err := json.Unmarshal(body, &l); err != nil {
		return explorer.Block{}, err
	}
	b := explorer.Block{Height: l.Height, Time: l.Time, Events: make([]explorer.Event, 0, len(l.Events))}
	for _, e := range l.Events {
		ev := e.event()
		if ev == nil {
			return explorer.Block{}, fmt.Errorf("block %d holds an event of an unknown type", l.Height)
		}
		b.Events = append(b.Events, ev)
	}
	return b, nil
}

func (l eventLine) event() explorer.Event {
	switch {
	case l.Registered != nil:
		return *l.Registered
	case l.Located != nil:
		return *l.Located
	case l.Status != nil:
		return *l.Status
	case l.Owner != nil:
		return *l.Owner
	case l.Rotated != nil:
		return *l.Rotated
	case l.Challenge != nil:
		return *l.Challenge
	case l.Epoch != nil:
		return *l.Epoch
	case l.Claimed != nil:
		return *l.Claimed
	case l.Owed != nil:
		return *l.Owed
	case l.OwedTaken != nil:
		return *l.OwedTaken
	case l.Settled != nil:
		return *l.Settled
	}
	return nil
}

package chainsource

import "github.com/hexwave/hexwave/explorer"

// Events of a hotspot's life after it was registered. Those that change nothing the map shows are not among them: offers, new
// hash chains, who shares the pay, places in the ledger of pay.

type transferred struct {
	Hotspot uint32 `json:"hotspot"`
	To      string `json:"to"`
}

func (e *transferred) domain() explorer.Event {
	return explorer.HotspotOwnerChanged{Index: explorer.HotspotIndex(e.Hotspot), Owner: e.To}
}

type retired struct {
	Hotspot uint32 `json:"hotspot"`
}

func (e *retired) domain() explorer.Event {
	return explorer.HotspotStatusChanged{Index: explorer.HotspotIndex(e.Hotspot), Status: explorer.StatusRetired}
}

type keyRotated struct {
	Hotspot uint32 `json:"hotspot"`
	ID      string `json:"id"`
	Name    string `json:"name"`
}

func (e *keyRotated) domain() explorer.Event {
	return explorer.HotspotKeyRotated{Index: explorer.HotspotIndex(e.Hotspot), ID: e.ID, Name: e.Name}
}

type owed struct {
	Hotspot uint32 `json:"hotspot"`
	Spark   number `json:"spark"`
}

func (e *owed) domain() explorer.Event {
	return explorer.Owed{Hotspot: explorer.HotspotIndex(e.Hotspot), Amount: explorer.Spark(e.Spark)}
}

type owedClaimed struct {
	Paid number `json:"paid"`
}

func (e *owedClaimed) domain() explorer.Event {
	return explorer.OwedClaimed{Amount: explorer.Spark(e.Paid)}
}

package devnet

import (
	"context"
	"fmt"
	"net/http"

	"github.com/hexwave/hexwave/poc/reward"
)

// WiFiFacts compare what access points counted with what the AAA, the hotspot, its
// vouchers and the chain have of it.
type WiFiFacts struct {
	Online                                bool
	Sessions, Accepted, Rejects           uint64
	RejectedWrongly, AcceptedWrongly      uint64 // right passwords rejected, wrong ones accepted
	Grants, KeysRight, KeysWrong          uint64
	Reauthentications, Roams, Disconnects uint64
	Points, AAA                           uint64 // bytes: counted by access points, known to the AAA
	Claimed, Vouchered, Refused           uint64 // micro-DC at the hotspot
	Settled, Credits, Rows                uint64 // micro-DC and DC in blocks, and of how many epochs
	Waiting                               int    // records and packets without an answer
}

// wifiSim is the part of the simulator's facts that is looked at; its README
// describes them.
type wifiSim struct {
	Phones struct {
		Accepted           uint64     `json:"logins_ok"`
		RejectedExpected   uint64     `json:"rejected_expected"`
		RejectedUnexpected uint64     `json:"rejected_unexpected"`
		AcceptedUnexpected uint64     `json:"accepted_unexpected"`
		Grants             uint64     `json:"grants"`
		KeysRight          uint64     `json:"keys_right"`
		KeysWrong          uint64     `json:"keys_wrong"`
		Reauthentications  uint64     `json:"reauthentications"`
		Roams              uint64     `json:"roams"`
		Disconnects        uint64     `json:"disconnects"`
		Bytes              uint64     `json:"bytes"`
		Sessions           []struct{} `json:"sessions"`
	} `json:"phones"`
	AAA struct {
		Bytes uint64 `json:"bytes"`
	} `json:"aaa"`
}

// wifiStatus is the part of the Wi-Fi hotspot's status that is looked at.
type wifiStatus struct {
	hotspotStatus
	WiFi struct {
		Records int `json:"records_waiting"`
		Packets int `json:"accounting_waiting"`
		Payers  []struct {
			Org       uint32 `json:"org"`
			Claimed   uint64 `json:"claimed_udc"`
			Vouchered uint64 `json:"vouchered_udc"`
			Refused   uint64 `json:"refused_udc"`
		} `json:"payers"`
	} `json:"wifi"`
}

// leaveWiFi has the phones leave, and waits until the payer has vouchered for all
// that was carried.
func (r *run) leaveWiFi(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, settleLimit)
	defer cancel()
	if err := r.until(ctx, "phones leave", func(context.Context) error {
		_, err := r.get(ctx, http.MethodPost, r.ports.url(offWiFi)+"/stop") // it takes longer than one ask
		return err
	}); err != nil {
		return err
	}
	return r.until(ctx, "vouchers for Wi-Fi", func(ctx context.Context) error {
		m, err := r.askWiFi(ctx)
		switch {
		case err != nil:
			return err
		case m.Waiting > 0:
			return fmt.Errorf("%d records and packets wait", m.Waiting)
		case m.Vouchered+m.Refused < m.Claimed:
			return fmt.Errorf("%d of %d micro-DC vouchered", m.Vouchered, m.Claimed)
		}
		return nil
	})
}

// askWiFi asks simulator and hotspot.
func (r *run) askWiFi(ctx context.Context) (WiFiFacts, error) {
	var sim wifiSim
	if err := r.getJSON(ctx, r.ports.url(offWiFi)+"/facts", &sim); err != nil {
		return WiFiFacts{}, fmt.Errorf("Wi-Fi simulator: %w", err)
	}
	var s wifiStatus
	if err := r.getJSON(ctx, r.ports.url(offWiFiAPI)+"/status", &s); err != nil {
		return WiFiFacts{}, fmt.Errorf("%s: %w", wifiName, err)
	}
	p := sim.Phones
	m := WiFiFacts{
		Online: s.Hotspot != 0 && s.Router.Connected, Sessions: uint64(len(p.Sessions)), Accepted: p.Accepted, Rejects: p.RejectedExpected,
		RejectedWrongly: p.RejectedUnexpected, AcceptedWrongly: p.AcceptedUnexpected, Grants: p.Grants, KeysRight: p.KeysRight,
		KeysWrong: p.KeysWrong, Reauthentications: p.Reauthentications, Roams: p.Roams, Disconnects: p.Disconnects,
		Points: p.Bytes, AAA: sim.AAA.Bytes, Waiting: s.WiFi.Records + s.WiFi.Packets,
	}
	for _, x := range s.WiFi.Payers {
		m.Claimed, m.Vouchered, m.Refused = m.Claimed+x.Claimed, m.Vouchered+x.Vouchered, m.Refused+x.Refused
	}
	return m, nil
}

// measureWiFi adds what the blocks have settled.
func (r *run) measureWiFi(ctx context.Context, blocks *carried) (WiFiFacts, error) {
	m, err := r.askWiFi(ctx)
	for _, cum := range blocks.wifi {
		m.Rows++
		m.Settled += cum
		m.Credits += cum / reward.MicroPerCredit
	}
	return m, err
}

// settledWiFi reports what is left to settle of what was vouchered: what blocks
// have must be all but less than one DC an epoch, just as the figures demand.
func (r *run) settledWiFi(ctx context.Context, blocks *carried) error {
	s, err := r.chain.Status(ctx)
	if err != nil {
		return err
	}
	if err := r.readBlocks(ctx, blocks, s.Height); err != nil {
		return err
	}
	m, err := r.measureWiFi(ctx, blocks)
	if err == nil && m.dropped() > m.remainders() {
		err = fmt.Errorf("%d of %d micro-DC settled", m.Settled, m.Vouchered)
	}
	return err
}

// dropped is what was vouchered and stands in no block, in micro-DC.
func (w *WiFiFacts) dropped() float64 { return float64(w.Vouchered) - float64(w.Settled) }

// remainders is the most that settling whole DC may leave, in micro-DC.
func (w *WiFiFacts) remainders() float64 { return float64(w.Rows) * (reward.MicroPerCredit - 1) }

func wifiFigures(w WiFiFacts) []Figure {
	micro := float64(wifiPrice / reward.MicroPerCredit)
	return []Figure{
		yes("wifi_hotspot_online", w.Online),
		atLeast("wifi_sessions", float64(w.Sessions), wifiUsers-1),
		atLeast("wifi_logins", float64(w.Accepted), wifiUsers-1),
		atLeast("wifi_rejects", float64(w.Rejects), 1).because("a phone with a wrong password"),
		equal("wifi_logins_rejected_wrongly", float64(w.RejectedWrongly), 0),
		equal("wifi_logins_accepted_wrongly", float64(w.AcceptedWrongly), 0),
		equal("wifi_grants", float64(w.Grants), float64(w.Accepted)).because("Accepts with exactly one grant"),
		equal("wifi_session_keys_right", float64(w.KeysRight), float64(w.Accepted)).because("as the AAA made them, over four hops"),
		told("wifi_reauthentications", float64(w.Reauthentications)),
		told("wifi_roams", float64(w.Roams)),
		told("wifi_disconnects", float64(w.Disconnects)),
		atLeast("wifi_bytes", float64(w.Points), 1).because("counted by the access points"),
		equal("wifi_bytes_at_aaa", float64(w.AAA), float64(w.Points)),
		equal("wifi_bytes_metered", float64(w.Claimed)/micro, float64(w.Points)),
		equal("wifi_udc_vouchered", float64(w.Vouchered), float64(w.Points)*micro).because("10 micro-DC a byte"),
		equal("wifi_udc_refused", float64(w.Refused), 0),
		told("wifi_udc_settled", float64(w.Settled)),
		atMost("wifi_udc_dropped", w.dropped(), w.remainders()).
			because(fmt.Sprintf("less than one DC in each of %d epochs", w.Rows)),
		told("wifi_credits_settled", float64(w.Credits)).in("DC"),
		equal("wifi_unanswered", float64(w.Waiting), 0).because("records without the payer's word, accounting without the AAA's"),
	}
}

package devnet

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Figure is one measured number with what it must reach.
type Figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`
	Target string  `json:"target,omitempty"` // empty: told, not judged
	Pass   bool    `json:"pass"`
	Soft   bool    `json:"soft,omitempty"` // falling short is told and does not fail the run
	Note   string  `json:"note,omitempty"`
}

// Section groups the figures of one gate.
type Section struct {
	Name    string   `json:"name"`
	Figures []Figure `json:"figures"`
}

// Report is the result of a run.
type Report struct {
	Schema   string    `json:"schema"` // "devnet-report/v1"
	Seed     uint64    `json:"seed"`
	Seconds  float64   `json:"seconds"`
	Kills    []string  `json:"kills,omitempty"`
	Pass     bool      `json:"pass"`
	Sections []Section `json:"sections"`
	Problems []string  `json:"problems,omitempty"` // what could not be measured
}

// Measured is everything that was counted from outside during a run.
type Measured struct {
	House    HouseFacts
	Chain    ChainFacts
	Packet   PacketFacts
	WiFi     WiFiFacts
	Beacon   BeaconFacts
	Map      MapFacts
	Trials   Trials
	Problems []string
}

// HouseFacts are about the processes.
type HouseFacts struct {
	ReadySeconds  float64
	PeakRSSMB     float64
	ProcessesLeft int
	Tries         int // commands that the ready block offers
	TriesOK       int // of those, how many worked
}

// ChainFacts are the chain's, asked at one height.
type ChainFacts struct {
	Validators, Signing int
	Blocks              int64
	HeightsCompared     int
	AppHashEqual        bool
	Spread              int64 // between the highest and the lowest validator at the end
	SupplyBefore        uint64
	SupplyAfter         uint64
	Minted              uint64 // by the rewards module's own total
	Claimed             uint64 // what Claim transactions paid
	Claimable           uint64 // summed over hotspots
	Splits              uint64
	Burned              uint64
	CreditsUsed         uint64 // by settlement, item fees included
	CreditsFees         uint64 // of those, item fees
	EscrowSpent         uint64 // by how much the org's escrow went down
	Batches             uint64 // of the free lane, in blocks
	BatchesFailed       uint64
	VouchersRefused     uint64
}

// PacketFacts are what the radio log and the network server saw.
type PacketFacts struct {
	HotspotsOnline, Hotspots int
	DevicesJoined, OTAA      int
	Heard, Delivered         uint64
	Beyond                   uint64 // copies over a route's budget
	Answered, Received       uint64
	ConfirmedSent, Acked     uint64
	WindowsMissed            uint64
	LostToRadio              uint64
	Repeated                 uint64 // the same copy twice
	CreditsMetered           uint64 // by the frames that reached the network server
	UnackedAtKill            uint64 // copies received shortly before a router was killed
}

// BeaconFacts compare the radio log with the chain's verdicts.
type BeaconFacts struct {
	Challenged, Settled, Missed, Void uint64
	Valid, Accepted                   uint64 // witnesses, by the radio log and by the chain
	HonestReports, HonestRejected     uint64
	Redundant                         uint64 // honest reports beyond the most kept, no fault
	LiesSent, LiesAccepted            map[Role]uint64
	ColluderSpark                     uint64
	NoCheats                          bool // nobody cheats in this run
}

// MapFacts are the explorer's.
type MapFacts struct {
	Cells, CellsFalse, Empty int
	Outpost                  bool // the town has a hotspot that nobody hears
}

// Targets of the run.
const (
	wantReady     = 10.0
	wantDelivered = 0.99
	wantWindows   = 0.80 // of some thirty answers: a stall of the machine costs several at once
	wantSettled   = 0.95
	wantAccepted  = 0.90
	wantRejected  = 0.01
	wantLies      = 15
	// dcOfAFrame is the most that a frame of a devnet's device costs: 48 bytes.
	dcOfAFrame = 2
)

// Evaluate turns what was measured into figures. killed says that processes
// were killed on purpose, which allows packets under way to arrive twice.
func Evaluate(m Measured, killed bool) []Section {
	return []Section{
		{"house", houseFigures(m.House)},
		{"chain", chainFigures(m.Chain, m.Packet.CreditsMetered, m.WiFi.Credits, unbilled(m.Packet, killed))},
		{"packet", packetFigures(m.Packet, killed)},
		{"wifi", wifiFigures(m.WiFi)},
		{"beacon", beaconFigures(m.Beacon)},
		{"map", mapFigures(m.Map)},
		{"money", moneyFigures(&m.Trials, m.Chain.Validators)},
	}
}

func houseFigures(h HouseFacts) []Figure {
	return []Figure{
		atMost("ready_seconds", h.ReadySeconds, wantReady).in("s").soft("a busy machine is slower"),
		told("peak_rss_mb", h.PeakRSSMB).in("MB"),
		equal("processes_left", float64(h.ProcessesLeft), 0),
		equal("try_commands_ok", float64(h.TriesOK), float64(h.Tries)).because("commands of the ready block, run as printed"),
	}
}

// unbilled is what copies may cost that a router delivered, then was killed, and that
// arrived again: it no longer knows whose they were and bills nobody, DC.
func unbilled(p PacketFacts, killed bool) uint64 {
	if !killed {
		return 0
	}
	return (p.Beyond + p.Repeated) * dcOfAFrame
}

func chainFigures(c ChainFacts, packets, wifi, unbilled uint64) []Figure {
	metered := packets + wifi
	change := float64(c.SupplyAfter) - float64(c.SupplyBefore)
	paid := c.Claimed + c.Claimable + c.Splits
	return []Figure{
		equal("validators_signing", float64(c.Signing), float64(c.Validators)),
		atLeast("blocks", float64(c.Blocks), 10),
		yes("app_hash_equal", c.AppHashEqual && c.HeightsCompared > 0).because(fmt.Sprintf("%d heights compared on all validators", c.HeightsCompared)),
		atMost("validator_lag_blocks", float64(c.Spread), 3),
		equal("minted_spark", float64(c.Minted), float64(paid)).because(fmt.Sprintf("claimed %d + claimable %d + splits %d", c.Claimed, c.Claimable, c.Splits)),
		told("claimed_spark", float64(c.Claimed)),
		told("claimable_spark", float64(c.Claimable)),
		told("splits_spark", float64(c.Splits)),
		told("burned_spark", float64(c.Burned)),
		equal("supply_change_spark", change, float64(c.Minted)-float64(c.Burned)).because("minted - burned"),
		told("credits_metered", float64(metered)).in("DC").because(fmt.Sprintf("%d for frames at the network server, priced by their length, %d for Wi-Fi", packets, wifi)),
		within("credits_burned", float64(c.CreditsUsed), float64(metered+c.CreditsFees), float64(unbilled)).in("DC").because(fmt.Sprintf("metered + %d DC of item fees", c.CreditsFees)),
		equal("metered_twice", max(0, float64(c.CreditsUsed)-float64(c.CreditsFees)-float64(metered)), 0).in("DC"),
		told("lane_batches", float64(c.Batches)).because(fmt.Sprintf("%d failed as a whole, %d vouchers in them refused", c.BatchesFailed, c.VouchersRefused)),
		equal("escrow_spent", float64(c.EscrowSpent), float64(c.CreditsUsed)).in("DC"),
	}
}

func packetFigures(p PacketFacts, killed bool) []Figure {
	twice := equal("duplicates_delivered", float64(p.Beyond), 0).because("copies beyond the route's budget")
	repeated := equal("copies_repeated", float64(p.Repeated), 0)
	windows := atLeast("rx_windows_met_share", 1-ratio(p.WindowsMissed, p.Answered), wantWindows)
	if killed {
		windows = windows.soft("a killed router misses windows")
		why := "copies under way when a process was killed may arrive twice"
		twice = atMost("duplicates_delivered", float64(p.Beyond), float64(p.UnackedAtKill)).because(why)
		repeated = atMost("copies_repeated", float64(p.Repeated), float64(p.UnackedAtKill)).because(why)
	}
	return []Figure{
		equal("hotspots_online", float64(p.HotspotsOnline), float64(p.Hotspots)),
		equal("devices_joined", float64(p.DevicesJoined), float64(p.OTAA)),
		atLeast("uplinks_heard", float64(p.Heard), 1),
		told("uplinks_delivered", float64(p.Delivered)),
		atLeast("uplinks_delivered_share", ratio(p.Delivered, p.Heard), wantDelivered),
		twice,
		repeated,
		atLeast("downlinks_acked", float64(p.Received), 1).because(fmt.Sprintf("answers that reached their device, of %d sent; %d lost on air", p.Answered, p.LostToRadio)),
		told("confirmed_acked_share", ratio(p.Acked, p.ConfirmedSent)),
		told("rx_windows_missed", float64(p.WindowsMissed)).because("answers on air in neither window"),
		windows,
	}
}

func beaconFigures(b BeaconFacts) []Figure {
	figures := []Figure{
		atLeast("beacons_challenged", float64(b.Challenged), 1),
		told("beacons_settled", float64(b.Settled)).because(fmt.Sprintf("%d missed, %d void", b.Missed, b.Void)),
		atLeast("beacons_settled_share", ratio(b.Settled, b.Challenged), wantSettled),
		told("witnesses_valid", float64(b.Valid)).because("by the radio log: decoded, in reach, at most as many as are kept"),
		told("witnesses_accepted", float64(b.Accepted)),
		atLeast("witnesses_accepted_share", ratio(b.Accepted, b.Valid), wantAccepted),
		atMost("honest_reports_rejected_share", ratio(b.HonestRejected, b.HonestReports), wantRejected).because(fmt.Sprintf("%d of %d", b.HonestRejected, b.HonestReports)),
		told("honest_reports_redundant", float64(b.Redundant)).because("one spot or more witnesses than are kept: no fault"),
	}
	if b.NoCheats {
		return figures
	}
	var sent, accepted uint64
	for _, role := range cheats {
		if role == Colluder || role == Leaker {
			continue
		}
		sent += b.LiesSent[role]
		accepted += b.LiesAccepted[role]
		figures = append(figures, atLeast("lies_sent_"+string(role), float64(b.LiesSent[role]), wantLies/3))
	}
	return append(figures,
		atLeast("lies_sent", float64(sent), wantLies),
		equal("lies_accepted", float64(accepted), 0),
		told("colluder_paid_spark", float64(b.ColluderSpark)).because("unsolved: who is handed the payload in time cannot be told from radio"),
	)
}

func mapFigures(m MapFacts) []Figure {
	return []Figure{
		atLeast("coverage_cells", float64(m.Cells), 1),
		equal("coverage_cells_false", float64(m.CellsFalse), 0),
		emptyCells(m),
	}
}

// emptyCells is judged where the town has an outpost.
func emptyCells(m MapFacts) Figure {
	const name = "coverage_cells_tested_empty"
	if !m.Outpost {
		return told(name, float64(m.Empty))
	}
	return atLeast(name, float64(m.Empty), 1).because("the outpost's beacons go unheard")
}

func told(name string, v float64) Figure { return Figure{Name: name, Value: v, Pass: true} }

func equal(name string, v, want float64) Figure {
	return Figure{Name: name, Value: v, Target: "= " + number(want), Pass: v == want}
}

// within is equal, or below by no more than slack.
func within(name string, v, want, slack float64) Figure {
	if slack == 0 {
		return equal(name, v, want)
	}
	return Figure{Name: name, Value: v, Target: number(want-slack) + " to " + number(want), Pass: v <= want && v >= want-slack}
}

func atLeast(name string, v, want float64) Figure {
	return Figure{Name: name, Value: v, Target: "≥ " + number(want), Pass: v >= want}
}

func atMost(name string, v, want float64) Figure {
	return Figure{Name: name, Value: v, Target: "≤ " + number(want), Pass: v <= want}
}

func yes(name string, ok bool) Figure {
	f := Figure{Name: name, Target: "= 1", Pass: ok}
	if ok {
		f.Value = 1
	}
	return f
}

func (f Figure) in(unit string) Figure { f.Unit = unit; return f }

func (f Figure) because(note string) Figure { f.Note = note; return f }

// soft marks a figure that depends on the machine more than on the program.
func (f Figure) soft(note string) Figure {
	f.Soft = true
	if !f.Pass {
		f.Note = note
	}
	return f
}

// ratio is 0 for nothing of nothing: a share of no events proves nothing.
func ratio(part, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// NewReport judges a run.
func NewReport(seed uint64, took time.Duration, kills []Kill, m Measured) Report {
	r := Report{Schema: "devnet-report/v1", Seed: seed, Seconds: took.Seconds(), Sections: Evaluate(m, len(kills) > 0), Problems: m.Problems}
	for _, k := range kills {
		r.Kills = append(r.Kills, fmt.Sprintf("%s@%s", k.Process, k.After))
	}
	r.Pass = len(r.Short()) == 0
	return r
}

// Short names what fell short.
func (r Report) Short() []string {
	var out []string
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if !f.Pass && !f.Soft {
				out = append(out, fmt.Sprintf("%s is %s, want %s", f.Name, number(f.Value), f.Target))
			}
		}
	}
	for _, p := range r.Problems {
		out = append(out, "not measured: "+p)
	}
	return out
}

// JSON is the report file.
func (r Report) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(r, "", "  ")
	return append(b, '\n'), err
}

// Table prints the report for people.
func (r Report) Table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range r.Sections {
		fmt.Fprintf(w, "%s\t\t\t\t\n", strings.ToUpper(s.Name))
		for _, f := range s.Figures {
			mark := "ok"
			switch {
			case !f.Pass:
				mark = "SHORT"
			case f.Target == "":
				mark = ""
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", f.Name, strings.TrimSpace(number(f.Value)+" "+f.Unit), f.Target, mark, f.Note)
		}
	}
	return w.Flush()
}

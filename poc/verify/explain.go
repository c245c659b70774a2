package verify

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// Line is one check of an explanation.
type Line struct {
	Name            string
	Passed          bool
	Verdict         wire.Verdict // that a failure gives
	Measured, Limit string       // with units
}

// Explain runs every check of both tables, also behind the first that fails,
// and shows what was measured. Included tells that the inclusion checks passed
// when they were made: their state has moved on since, so they are shown as
// passed. Settled tells to show the settlement checks too.
func (c *Case) Explain(included, settled bool) []Line {
	c.d2 = c.DistanceSquared()
	lines := make([]Line, 0, len(inclusion)+len(settlement)+1)
	for i := range inclusion {
		lines = append(lines, inclusion[i].line(c, included))
	}
	if included {
		lines = append(lines, Line{
			Name: "signature", Passed: true, Verdict: wire.BadSignature,
			Measured: "valid", Limit: "valid under " + c.Witness.Key.String(),
		})
	}
	if settled {
		for i := range settlement {
			lines = append(lines, settlement[i].line(c, false))
		}
	}
	return lines
}

func (k *check) line(c *Case, passed bool) Line {
	measured, limit := k.show(c)
	return Line{Name: k.name, Passed: passed || k.ok(c), Verdict: k.verdict, Measured: measured, Limit: limit}
}

func showChain(c *Case) (string, string) {
	return hex.EncodeToString(c.Report.Chain[:]), hex.EncodeToString(c.Challenge.Chain[:])
}

func showChallenge(c *Case) (string, string) {
	return strconv.FormatUint(c.Report.Challenge, 10), strconv.FormatUint(c.Challenge.ID, 10)
}

func showHeight(c *Case) (string, string) {
	return fmt.Sprintf("height %d", c.Height), fmt.Sprintf("%d to %d", c.Challenge.Drawn+1, c.Challenge.Close)
}

func showStanding(c *Case) (string, string) { return c.Witness.Standing.String(), Active.String() }

func showSortition(c *Case) (string, string) {
	n, target, stratum := c.Sortition.Near, c.Sortition.NearTarget, "near"
	if c.far() {
		n, target, stratum = c.Sortition.Far, c.Sortition.FarTarget, "far"
	}
	drawn := "not drawn"
	if isEligible(c) {
		drawn = "drawn"
	}
	return drawn, fmt.Sprintf("%d of %d %s hotspots", min(n, target), n, stratum)
}

func showRegion(c *Case) (string, string) {
	return fmt.Sprintf("region %d", c.Witness.Region), fmt.Sprintf("region %d", c.Challenge.Region)
}

func showFirst(c *Case) (string, string) {
	if c.Known {
		return "another report before it", "one report"
	}
	return "first report", "one report"
}

func showRoom(c *Case) (string, string) {
	if c.Full {
		return "full", fmt.Sprintf("%d reports", limits.MaxReports)
	}
	return "room", fmt.Sprintf("%d reports", limits.MaxReports)
}

func showQuota(c *Case) (string, string) {
	return fmt.Sprintf("%d before it in the block", c.Spent), fmt.Sprintf("%d a hotspot and block", c.Rules.Quota)
}

func showVoid(c *Case) (string, string) {
	if c.Void {
		return "the chain stood still", "blocks kept coming"
	}
	return "blocks kept coming", "blocks kept coming"
}

func showRevealed(c *Case) (string, string) {
	if !c.Revealed {
		return "no reveal", fmt.Sprintf("reveal until height %d", c.Challenge.Reveal)
	}
	return "revealed", fmt.Sprintf("reveal until height %d", c.Challenge.Reveal)
}

func showTag(c *Case) (string, string) {
	want := "unknown, not revealed"
	if c.Revealed {
		tag := wire.Tag(c.Challenge.Chain, wire.NewBeacon(c.Challenge.ID, c.Preimage), c.Witness.Key)
		want = hex.EncodeToString(tag[:])
	}
	return hex.EncodeToString(c.Report.Tag[:]), want
}

func showSelf(c *Case) (string, string) {
	return fmt.Sprintf("hotspot %d", c.Witness.Index), fmt.Sprintf("not hotspot %d", c.Challenge.Hotspot)
}

func showSF(c *Case) (string, string) {
	return fmt.Sprintf("SF%d", c.Report.SF), fmt.Sprintf("SF%d", c.Challenge.SF)
}

func showFrequency(c *Case) (string, string) {
	return fmt.Sprintf("%+d Hz", c.Report.FreqError), fmt.Sprintf("%d Hz +-%d Hz", c.Challenge.Frequency, c.Rules.FreqTolerance)
}

func showMinDistance(c *Case) (string, string) {
	return fmt.Sprintf("%d m", geo.Metres(c.d2)), fmt.Sprintf(">= %d m", c.Rules.MinDistance)
}

func showMaxDistance(c *Case) (string, string) {
	return fmt.Sprintf("%d m", geo.Metres(c.d2)), fmt.Sprintf("<= %d m", c.Rules.MaxDistance)
}

func showRSSIMax(c *Case) (string, string) {
	most := MaxRSSI(c.d2, c.Challenge.Frequency, int32(c.Challenge.Power), int32(c.Witness.Gain), c.Rules.RSSIMargin)
	return tenths(int32(c.Report.RSSI), "dBm"), "<= " + tenths(most, "dBm")
}

func showRSSIMin(c *Case) (string, string) {
	least := Sensitivity(c.Challenge.SF, c.Challenge.Bandwidth) - c.Rules.SensitivityMargin
	return tenths(int32(c.Report.RSSI), "dBm"), ">= " + tenths(least, "dBm")
}

func showSNRFloor(c *Case) (string, string) {
	return tenths(int32(c.Report.SNR), "dB"), ">= " + tenths(SNRFloor(c.Challenge.SF)-c.Rules.SNRMargin, "dB")
}

func showSNRMax(c *Case) (string, string) {
	most := maxSNR(c.Report.RSSI, c.Challenge.Bandwidth) + c.Rules.SNRMargin
	return tenths(int32(c.Report.SNR), "dB"), "<= " + tenths(most, "dB")
}

func showReciprocity(c *Case) (string, string) {
	if c.Rules.Reciprocity == 0 {
		return "off", "off"
	}
	return fmt.Sprintf("own beacon heard at height %d", c.LastBeacon),
		fmt.Sprintf("within %d blocks before %d", c.Rules.Reciprocity, c.Challenge.Drawn)
}

// tenths formats a count of tenths with its unit.
func tenths(v int32, unit string) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%d %s", sign, v/10, v%10, unit)
}

// String names a standing.
func (s Standing) String() string {
	switch s {
	case Active:
		return "active"
	case Unknown:
		return "unknown"
	case NotFull:
		return "not a full LoRa hotspot"
	case Unasserted:
		return "no asserted place"
	}
	return "waiting for the next window"
}

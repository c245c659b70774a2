package devnet

import (
	"context"
	"fmt"

	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// carried is what the blocks of a run carried in the free lane.
type carried struct {
	height  int64                      // of the last block that was read
	reports map[reportKey]wire.Verdict // every report that reached a block, with its last verdict
	batches uint64
	failed  map[string]uint64                 // batches that failed as a whole, by the chain's words
	refused map[settlementtypes.Reason]uint64 // vouchers, by reason
	wifi    map[uint32]uint64                 // highest total of the Wi-Fi hotspot that was settled, micro-DC by epoch
}

// readBlocks reads the blocks up to height that were not read before.
func (r *run) readBlocks(ctx context.Context, c *carried, height int64) error {
	for ; c.height < height; c.height++ {
		h := c.height + 1
		block, err := r.chain.RawBlock(ctx, h)
		if err != nil {
			return err
		}
		if len(block.Txs) <= 1 {
			continue // the proof of randomness alone
		}
		results, err := r.chain.Outcomes(ctx, h)
		if err != nil {
			return err
		}
		for i, raw := range block.Txs {
			if i < len(results) && !wire.IsRandomnessTx(raw) {
				c.add(raw, results[i].Code, results[i].Data, results[i].Log)
			}
		}
	}
	return nil
}

func newCarried() *carried {
	return &carried{
		reports: map[reportKey]wire.Verdict{}, failed: map[string]uint64{}, refused: map[settlementtypes.Reason]uint64{}, wifi: map[uint32]uint64{},
	}
}

// add looks at one transaction; what is no batch is passed over.
func (c *carried) add(raw []byte, code uint32, data []byte, log string) {
	var tx txtypes.TxRaw
	var body txtypes.TxBody
	if tx.Unmarshal(raw) != nil || body.Unmarshal(tx.BodyBytes) != nil || len(body.Messages) != 1 {
		return
	}
	m := body.Messages[0]
	switch m.TypeUrl {
	case "/hexwave.poc.v1.MsgSubmitReports", "/hexwave.settlement.v1.MsgSettle":
	default:
		return
	}
	c.batches++
	if code != 0 {
		c.failed[log]++
		return
	}
	if m.TypeUrl == "/hexwave.settlement.v1.MsgSettle" {
		c.addVouchers(m.Value, data)
		return
	}
	c.addReports(m.Value, data)
}

// addVouchers notes the vouchers of a batch that were refused, and what the others
// settled in micro-DC.
func (c *carried) addVouchers(value, data []byte) {
	var msg settlementtypes.MsgSettle
	var resp settlementtypes.MsgSettleResponse
	if msg.Unmarshal(value) != nil || firstResponse(data, &resp) != nil {
		return
	}
	refused := map[int]bool{}
	for _, v := range resp.Refused {
		c.refused[v.Reason]++
		refused[int(v.Item)] = true
	}
	for i := range len(msg.Items) / wire.VoucherSize {
		v, err := wire.ParseVoucher(msg.Items[i*wire.VoucherSize : (i+1)*wire.VoucherSize])
		if err == nil && v.Unit == wire.UnitMicroDC && !refused[i] {
			c.wifi[v.Epoch] = max(c.wifi[v.Epoch], v.Cum)
		}
	}
}

// addReports notes the reports of a batch that were refused when included. What
// became of the others stands in the records of their challenges.
func (c *carried) addReports(value, data []byte) {
	var msg poctypes.MsgSubmitReports
	var resp poctypes.MsgSubmitReportsResponse
	if msg.Unmarshal(value) != nil || firstResponse(data, &resp) != nil {
		return
	}
	batch, err := wire.ParseBatch(msg.Batch)
	if err != nil || batch.Kind != wire.BatchReports {
		return
	}
	for _, v := range resp.Refused {
		at := int(v.Item) * wire.ReportSize
		if at+wire.ReportSize > len(msg.Items) {
			continue
		}
		if p, err := wire.ParseReport(msg.Items[at : at+wire.ReportSize]); err == nil {
			c.reports[reportKey{p.Witness, p.Challenge}] = wire.Verdict(v.Verdict)
		}
	}
}

// settle adds the verdicts of settled challenges; they are the last word.
func (c *carried) settle(challenges map[uint64]challengeView) error {
	for id, ch := range challenges {
		for _, s := range ch.record.Reports {
			p, err := wire.ParseReportBody(s.Report)
			if err != nil {
				return fmt.Errorf("report of challenge %d: %w", id, err)
			}
			c.reports[reportKey{p.Witness, id}] = wire.Verdict(s.Verdict)
		}
	}
	return nil
}

package keeper_test

import (
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxItemGas is what an item of the fee-free lane may cost: the lane's gas for
// the bytes of a voucher, 2,000 each, covers it.
const maxItemGas = 200_000

// The dearest items pay hotspots of one full page of a cell, which is written
// once for each.
func TestItemGasIsBounded(t *testing.T) {
	n := newNet(t, 250_000_000, 100_000_000, 90_000_000)
	var vouchers [][]byte
	for i := range uint32(62) {
		index := n.Register(100+i, n.host, wire.ClassFullLoRa)
		n.Locate(n.host, index, fixture.Place(0))
		n.hotspots = append(n.hotspots, index)
		vouchers = append(vouchers, n.voucher(int(i)+2, 5_000, nil))
	}
	m := n.batch(1, nil, vouchers...)
	n.Ctx = n.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter()).WithKVGasConfig(storetypes.KVGasConfig())
	n.Must(n.Settlement.CheckBatch(n.Ctx, m))
	r, err := n.SettlementM.Settle(lane.Admit(n.Ctx), m)
	n.Must(err)
	if got := n.Ctx.GasMeter().GasConsumed(); r.Settled != 62 || got > 62*maxItemGas {
		t.Errorf("%d items used %d gas", r.Settled, got)
	}
}

package network

import (
	"crypto/ed25519"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

var errSignature = errors.New("a good signature did not verify")

// bare returns how many signatures a second all cores verify in batches when they
// do nothing else.
func bare(w *million.World, during time.Duration) (float64, error) {
	signed := make([]verify.Signed, batchItems)
	for i := range signed {
		r := wire.Report{Chain: wire.HashChainID(million.ChainID), Challenge: uint64(i), Witness: uint32(i + 1), SF: 7}
		sig := wire.Signature(ed25519.Sign(w.Private(uint32(i+1)), r.AppendBody(nil)))
		signed[i] = verify.Signed{Key: w.Keys[i], Body: r.AppendBody(nil), Sig: &sig}
	}
	var done atomic.Int64
	var bad atomic.Bool
	var group sync.WaitGroup
	began := time.Now()
	for range runtime.NumCPU() {
		group.Go(func() {
			v := verify.NewVerifier()
			for time.Since(began) < during {
				if _, any := v.Bad(signed); any {
					bad.Store(true)
				}
				done.Add(int64(len(signed)))
			}
		})
	}
	group.Wait()
	if bad.Load() {
		return 0, errSignature
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}

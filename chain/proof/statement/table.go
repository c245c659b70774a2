package statement

import (
	"encoding/hex"
	"fmt"

	"github.com/hexwave/hexwave/chain/proof"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// keyTable is that of the head of the table of orgs.
const keyTable = 0x0d

// Table is what stands for all rows of all orgs.
type Table struct {
	// Sequence rises with every change; 0 before there is an org.
	Sequence uint64 `json:"sequence"`
	Root     string `json:"root"` // hex, as docs/spec/orgtable.md says
	Orgs     uint32 `json:"orgs"`
}

func readTable(_ proof.About, get Source) (*Table, error) {
	raw, err := get(routingtypes.StoreKey, []byte{keyTable})
	if err != nil {
		return nil, err
	}
	if raw == nil {
		root := orgtable.Root(nil)
		return &Table{Root: hex.EncodeToString(root[:])}, nil
	}
	var h routingtypes.TableHead
	if err := h.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%w: table of orgs: %w", ErrState, err)
	}
	if len(h.Root) != len(orgtable.Hash{}) {
		return nil, fmt.Errorf("%w: table of orgs: root of %d bytes", ErrState, len(h.Root))
	}
	return &Table{Sequence: h.Sequence, Root: hex.EncodeToString(h.Root), Orgs: h.Orgs}, nil
}

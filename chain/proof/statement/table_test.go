package statement_test

import (
	"encoding/hex"
	"testing"

	"github.com/hexwave/hexwave/chain/proof/statement"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

func TestTableOfOrgs(t *testing.T) {
	root := orgtable.Hash{1, 2, 3}
	head := routing.TableHead{Sequence: 9, Root: root[:], Orgs: 4}
	raw, err := head.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	s, err := statement.Read(asked(statement.KindTable, 0), state{"routing0d": raw}.get)
	if want := (statement.Table{Sequence: 9, Root: hex.EncodeToString(root[:]), Orgs: 4}); err != nil || *s.Table != want {
		t.Errorf("%+v, %v", s.Table, err)
	}
	none := orgtable.Root(nil)
	s, err = statement.Read(asked(statement.KindTable, 0), state{}.get)
	if want := (statement.Table{Root: hex.EncodeToString(none[:])}); err != nil || *s.Table != want {
		t.Errorf("before there is an org: %+v, %v", s.Table, err)
	}
}

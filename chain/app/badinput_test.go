package app_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	msgv1 "cosmossdk.io/api/cosmos/msg/v1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/hexwave/hexwave/chain/chaintest"
	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// matrix gives every message of ours to a chain with everything that can be wrong in a
// field, and looks at how it is refused.
type matrix struct {
	*chaintest.Chain
	t     *testing.T
	alice *chaintest.Account
	tried int
}

// messages are the type URLs of all our messages.
func (m *matrix) messages() (urls []string) {
	for _, url := range m.App.Encoding().Registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		if strings.HasPrefix(url, "/hexwave.") {
			urls = append(urls, url)
		}
	}
	slices.Sort(urls)
	return urls
}

// blank returns a message with nothing but its signer, and the signer's field.
func (m *matrix) blank(url string) (sdk.Msg, string) {
	m.t.Helper()
	msg, err := m.App.Encoding().Registry.Resolve(url)
	if err != nil {
		m.t.Fatal(err)
	}
	desc, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(url[1:]))
	if err != nil {
		m.t.Fatal(err)
	}
	names, _ := proto.GetExtension(desc.Options(), msgv1.E_Signer).([]string)
	if len(names) != 1 {
		m.t.Fatalf("%s has signers %v", url, names)
	}
	fields := desc.(protoreflect.MessageDescriptor).Fields()
	field := reflect.ValueOf(msg).Elem().Field(fields.ByName(protoreflect.Name(names[0])).Index())
	field.SetString(m.alice.String())
	return msg, reflect.TypeOf(msg).Elem().Field(fields.ByName(protoreflect.Name(names[0])).Index()).Name
}

// plausible fills what is zero with something that may be right: 1, an account, a key.
func (m *matrix) plausible(url string) (sdk.Msg, string) {
	msg, signer := m.blank(url)
	_, key := fixture.Key(9)
	v := reflect.ValueOf(msg).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case v.Type().Field(i).Name == signer:
		case f.CanUint():
			f.SetUint(1)
		case f.CanInt():
			f.SetInt(1)
		case f.Kind() == reflect.String:
			f.SetString(m.alice.String())
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Uint8:
			f.SetBytes(key.Bytes())
		}
	}
	return msg, signer
}

// edges are what a field can hold that it should not.
func edges(f reflect.Value) (all []reflect.Value) {
	add := func(vs ...any) {
		for _, v := range vs {
			all = append(all, reflect.ValueOf(v).Convert(f.Type()))
		}
	}
	switch {
	case f.CanUint() && f.Type().Bits() == 64:
		add(uint64(0), uint64(1), uint64(math.MaxInt64), uint64(math.MaxInt64)+1, uint64(math.MaxUint64))
	case f.CanUint():
		add(uint32(0), uint32(1), uint32(math.MaxInt32)+1, uint32(math.MaxUint32))
	case f.CanInt():
		add(int32(-1), int32(0), int32(math.MaxInt32), int32(math.MinInt32))
	case f.Kind() == reflect.String:
		add("", "x", strings.Repeat("hxw1", 2_000), "hxw1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")
	case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Uint8:
		add([]byte{}, []byte{0}, bytes.Repeat([]byte{0xff}, 34), make([]byte, 60_000))
	case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Uint32:
		add([]uint32{}, []uint32{0}, []uint32{2, 1}, []uint32{1, 1}, []uint32{math.MaxUint32}, make([]uint32, 5_000))
	}
	return all
}

// refused gives a message to the chain and checks that a refusal is a registered one.
func (m *matrix) refused(what string, msg sdk.Msg) (ok bool) {
	m.t.Helper()
	m.tried++
	r := m.TryDeliver(m.alice, msg)
	m.registered(what, r)
	return r.OK()
}

func (m *matrix) registered(what string, r chaintest.Result) {
	m.t.Helper()
	if r.Code == 0 {
		return
	}
	if r.Codespace == "" || r.Codespace == "undefined" || len(r.Log) < 10 ||
		r.Codespace == sdkerrors.RootCodespace && r.Code == sdkerrors.ErrPanic.ABCICode() {
		m.t.Errorf("%s: code %d of %q: %s", what, r.Code, r.Codespace, r.Log)
	}
}

// founded is a chain on which alice has an org with an escrow and a lane.
func founded(t *testing.T) *matrix {
	t.Helper()
	c := chaintest.New(t, chaintest.Options{Validators: 1, Accounts: []string{"alice", "bob"}})
	m := &matrix{Chain: c, t: t, alice: c.Account("alice")}
	me := m.alice.String()
	_, bundle := fixture.Key(1)
	_, signer := fixture.Key(2)
	c.Deliver(m.alice, &credits.MsgMintCredits{Sender: me, Credits: 30_000_000})
	c.Deliver(m.alice, &routing.MsgCreateOrg{Owner: me, BundleKey: bundle.Bytes()})
	c.Deliver(m.alice, &credits.MsgFundOrg{Sender: me, Org: 1, Credits: 2_000_000})
	c.Deliver(m.alice, &routing.MsgAuthorizeSigner{
		Owner: me, Org: 1, Key: signer.Bytes(), Kind: routing.SIGNER_KIND_ROUTER, Allowance: 1_000_000, Bond: 1_000 * 100_000_000, Payout: me,
	})
	return m
}

func (m *matrix) sound() {
	m.t.Helper()
	all, err := m.App.CheckInvariants()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, i := range all {
		if i.Err != nil {
			m.t.Errorf("%s: %v", i.Module, i.Err)
		}
	}
}

// Every message that says nothing but who sends it is refused with a code and a sentence.
func TestEmptyMessagesAreRefused(t *testing.T) {
	m := founded(t)
	urls := m.messages()
	if len(urls) < 40 {
		t.Fatalf("there are %d messages", len(urls))
	}
	for _, url := range urls {
		msg, _ := m.blank(url)
		if m.refused(url, msg) {
			t.Errorf("%s, empty: accepted", url)
		}
	}
	m.sound()
}

// Every field of every message at its edges, the others zero and then plausible: what is
// refused is refused with a registered error, nothing panics, and the books stay right.
func TestEdgesOfEveryField(t *testing.T) {
	m := founded(t)
	for _, url := range m.messages() {
		for _, base := range []struct {
			name string
			make func(string) (sdk.Msg, string)
		}{{"blank", m.blank}, {"plausible", m.plausible}} {
			example, signer := base.make(url)
			kind := reflect.TypeOf(example).Elem()
			for i := range kind.NumField() {
				field := kind.Field(i)
				if !field.IsExported() || field.Name == signer {
					continue
				}
				for k, edge := range edges(reflect.ValueOf(example).Elem().Field(i)) {
					msg, _ := base.make(url)
					reflect.ValueOf(msg).Elem().Field(i).Set(edge)
					m.refused(fmt.Sprintf("%s, %s, %s, edge %d", url, base.name, field.Name, k), msg)
				}
			}
		}
	}
	m.sound()
	t.Logf("%d messages tried", m.tried)
}

// Nobody speaks for another: a message with somebody else's address where its signer
// stands is refused, and so is a transaction a second time.
func TestWrongSignerAndReplay(t *testing.T) {
	m := founded(t)
	bob := m.Account("bob")
	for _, url := range m.messages() {
		msg, signer := m.plausible(url)
		if strings.HasSuffix(url, "MsgRegisterVRFKey") {
			continue // its signer is a validator's address: the field below is not an account's
		}
		reflect.ValueOf(msg).Elem().FieldByName(signer).SetString(bob.String())
		r := m.TryDeliver(m.alice, msg)
		m.registered(url, r)
		if r.OK() || r.Codespace != sdkerrors.RootCodespace {
			t.Errorf("%s for bob, signed by alice: %+v", url, r)
		}
	}
	raw := m.Sign(m.alice, 0, &credits.MsgFundOrg{Sender: m.alice.String(), Org: 1, Credits: 1})
	if r := m.NextBlock(raw)[0]; !r.OK() {
		t.Fatalf("%+v", r)
	}
	if r := m.NextBlock(raw)[0]; r.Code != sdkerrors.ErrWrongSequence.ABCICode() || r.Codespace != sdkerrors.RootCodespace {
		t.Errorf("a second time: %+v", r)
	}
	m.sound()
}

package gwmp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var testEUI = EUI{0xa7, 0x71, 0x35, 0xae, 0x6a, 0x99, 0x35, 0xc6}

func mustHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withBody joins a hex header and a text body.
func withBody(t testing.TB, header, body string) []byte {
	return append(mustHex(t, header), body...)
}

func TestVectors(t *testing.T) {
	tok := Token{0x12, 0x34}
	tests := []struct {
		name string
		in   []byte
		want Packet
	}{
		{"pull_data", mustHex(t, "02123402a77135ae6a9935c6"), PullData{2, tok, testEUI}},
		{"pull_ack", mustHex(t, "02123404"), PullAck{2, tok}},
		{"push_data", withBody(t, "02123400a77135ae6a9935c6", "{}"), PushData{Version: 2, Token: tok, EUI: testEUI}},
		{"push_ack", mustHex(t, "02123401"), PushAck{2, tok}},
		{
			"tx_ack", withBody(t, "029abc05a77135ae6a9935c6", `{"txpk_ack":{"error":"TOO_LATE"}}`),
			TxAck{Version: 2, Token: Token{0x9a, 0xbc}, EUI: testEUI, Error: TxTooLate},
		},
		{"tx_ack empty", mustHex(t, "029abc05a77135ae6a9935c6"), TxAck{Version: 2, Token: Token{0x9a, 0xbc}, EUI: testEUI}},
		{"version 1", mustHex(t, "01123402a77135ae6a9935c6"), PullData{1, tok, testEUI}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if enc := got.Append(nil); !bytes.Equal(enc, tt.in) {
				t.Errorf("encoded %x, want %x", enc, tt.in)
			}
		})
	}
}

func TestUplinkVector(t *testing.T) {
	const phy = "40010000480044030168656c6c6f26961368"
	p := RxPk{
		Time: "2026-01-02T03:04:05.000006Z", Tmst: 4294967295, Chan: 2, FreqHz: 868100000, CRC: CRCOK,
		Datr: LoRaRate(7, 125), Codr: "4/5", RSSI: -112, SNR: 55, HasSNR: true, Data: mustHex(t, phy),
	}
	const want = `{"tmst":4294967295,"time":"2026-01-02T03:04:05.000006Z","chan":2,"rfch":0,"freq":868.100000,` +
		`"stat":1,"modu":"LORA","datr":"SF7BW125","codr":"4/5","rssi":-112,"lsnr":5.5,"size":18,"data":"QAEAAEgARAMBaGVsbG8mlhNo"}`
	if got := string(p.AppendJSON(nil)); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	got, err := Parse(PushData{Version: 2, EUI: testEUI, RxPks: []RxPk{p}}.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]RxPk{p}, got.(PushData).RxPks); d != "" {
		t.Error(d)
	}
}

func parsePush(t *testing.T, body string) PushData {
	t.Helper()
	p, err := Parse(withBody(t, "02123400a77135ae6a9935c6", body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return p.(PushData)
}

// TestHALExamples has the base64 texts of the HAL's protocol document, which
// mix both alphabets and leave the padding out.
func TestHALExamples(t *testing.T) {
	const text = "-DS4CGaDCdG+48eJNM3Vai-zDpsR71Pn9CPA9uCON84"
	p := parsePush(t, `{"rxpk":[{"time":"2013-03-31T16:21:17.528002Z","tmst":3512348611,"chan":2,"rfch":0,"freq":866.349812,`+
		`"stat":1,"modu":"LORA","datr":"SF7BW125","codr":"4/6","rssi":-35,"lsnr":5.1,"size":32,"data":"`+text+`"},`+
		`{"tmst":3512348514,"chan":9,"rfch":1,"freq":869.1,"stat":1,"modu":"FSK","datr":50000,"rssi":-75,"size":16,"data":"VEVTVF9QQUNLRVRfMTIzNA=="}]}`+"\x00 \n")
	std := strings.NewReplacer("-", "+", "_", "/").Replace(text)
	want, err := base64.RawStdEncoding.DecodeString(std)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.RxPks[0].Data, want) {
		t.Errorf("data %x, want %x", p.RxPks[0].Data, want)
	}
	if got := p.RxPks[0].FreqHz; got != 866349812 {
		t.Errorf("freq %d", got)
	}
	if got := p.RxPks[1]; got.Datr.BitRate != 50000 || got.Modu != FSK || string(got.Data) != "TEST_PACKET_1234" {
		t.Errorf("FSK frame %+v", got)
	}
}

func TestTolerance(t *testing.T) {
	tests := []struct {
		name, body string
		want       RxPk
	}{
		{"absent fields", `{}`, RxPk{}},
		{"unknown and null", `{"x":{"y":[1,"a",null,true,1e9]},"time":null,"tmst":7}`, RxPk{Tmst: 7}},
		{"escaped slash", `{"data":"\/\/8="}`, RxPk{Data: []byte{0xff, 0xff}}},
		{"stray low bits", `{"data":"//9"}`, RxPk{Data: []byte{0xff, 0xff}}},
		{"fractional integers", `{"rssi":-111.6,"lsnr":-7,"foff":12.0}`, RxPk{RSSI: -112, SNR: -70, HasSNR: true, FOff: 12, HasFOff: true}},
		{"exponent", `{"freq":8.681e2,"tmst":1e6}`, RxPk{FreqHz: 868100000, Tmst: 1000000}},
		{"rounds MHz", `{"freq":522.9999999}`, RxPk{FreqHz: 523000000}},
		{"lr-fhss", `{"modu":"LR-FHSS","datr":"M0CW137","codr":"1/3"}`, RxPk{Modu: LRFHSS, Datr: DataRate{OCWkHz: 137}, Codr: "1/3"}},
		{"meta", `{"meta":{"a":"b","n":1}}`, RxPk{Meta: []Meta{{"a", "b"}}}},
		{"antennas", `{"rsig":[{"ant":1,"chan":3,"rssic":-90,"rssis":-91,"lsnr":1.2,"foff":-5,"etime":"x"}]}`, RxPk{Signals: []Signal{{1, 3, -90, -91, 12, -5}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parsePush(t, `{"rxpk":[`+tt.body+`]}`).RxPks[0]
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	push := func(body string) []byte { return withBody(t, "02123400a77135ae6a9935c6", body) }
	tests := []struct {
		name string
		in   []byte
		want error
	}{
		{"empty", nil, ErrShort},
		{"three bytes", mustHex(t, "021234"), ErrShort},
		{"pull_data short", mustHex(t, "02123402a77135ae6a9935"), ErrShort},
		{"long", make([]byte, MaxDatagram+1), ErrLong},
		{"version 0", mustHex(t, "00123401"), ErrVersion},
		{"version 3", mustHex(t, "03123401"), ErrVersion},
		{"kind 6", mustHex(t, "02123406"), ErrKind},
		{"version 1 tx_ack", mustHex(t, "01123405a77135ae6a9935c6"), ErrKind},
		{"push_ack tail", mustHex(t, "0212340101"), ErrTrailing},
		{"push_data empty", push(""), ErrJSON},
		{"push_data array", push("[]"), ErrJSON},
		{"push_data cut", push(`{"rxpk":[{"tmst":1`), ErrJSON},
		{"push_data tail", push(`{}x`), ErrTrailing},
		{"leading zero", push(`{"rxpk":[{"tmst":01}]}`), ErrJSON},
		{"tmst range", push(`{"rxpk":[{"tmst":4294967296}]}`), ErrField},
		{"negative freq", push(`{"rxpk":[{"freq":-868.1}]}`), ErrField},
		{"bad datr", push(`{"rxpk":[{"datr":"SF13BW125"}]}`), ErrField},
		{"bad modu", push(`{"rxpk":[{"modu":"OOK"}]}`), ErrField},
		{"bad base64", push(`{"rxpk":[{"data":"a*bc"}]}`), ErrField},
		{"base64 length", push(`{"rxpk":[{"data":"abcde"}]}`), ErrField},
		{"size disagrees", push(`{"rxpk":[{"size":3,"data":"QUI="}]}`), ErrField},
		{"payload", push(`{"rxpk":[{"data":"` + strings.Repeat("A", 344) + `"}]}`), ErrLimit},
		{"too many rxpk", push(`{"rxpk":[` + strings.Repeat("{},", MaxRxPks) + `{}]}`), ErrLimit},
		{"too deep", push(`{"x":` + strings.Repeat("[", 30) + strings.Repeat("]", 30) + `}`), ErrLimit},
		{"latitude", push(`{"stat":{"lati":91}}`), ErrField},
		{"pull_resp without txpk", withBody(t, "02123403", "{}"), ErrJSON},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := Parse(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v; want %v", p, err, tt.want)
			}
		})
	}
}

func fullTxPk() TxPk {
	return TxPk{
		Tmst: 999999, HasTmst: true, FreqHz: 869525000, Power: 14, HasPowe: true, Ant: 1, HasAnt: true,
		Datr: LoRaRate(12, 125), Codr: "4/5", IPol: true, Prea: 8, NCRC: true, Data: []byte{1, 2, 3},
	}
}

func TestRoundTrip(t *testing.T) {
	stat := &Stat{
		Time: "2026-01-02 03:04:05 GMT", LatE5: -3386850, LngE5: 15120930, AltM: -2, HasPos: true, RxNb: 9, RxOK: 8, RxFw: 7,
		AckR: 1000, DwNb: 6, TxNb: 5, Temp: -15, HasT: true, Meta: []Meta{{"k\n", "v\"é"}},
	}
	rx := RxPk{
		Tmst: 5, Tmms: 1456, HasTmms: true, FTime: 77, HasFTime: true, Mid: 8, HasMid: true, CRC: CRCBad, FreqHz: 1,
		Datr: DataRate{BitRate: 50000}, Modu: FSK, RSSI: -9, RSSIS: -10, HasRSSIS: true, SNR: -5, HasSNR: true, FOff: -3, HasFOff: true,
		Signals: []Signal{{1, 2, -3, -4, -5, -6}}, Meta: []Meta{{"a", "b"}}, Data: []byte{},
	}
	for _, p := range []Packet{
		PushData{Version: 2, Token: Token{1, 2}, EUI: testEUI, RxPks: []RxPk{rx, rx}, Stat: stat},
		PushData{Version: 1, EUI: testEUI, Stat: stat},
		PullResp{Version: 2, Token: Token{3, 4}, TxPk: fullTxPk()},
		PullResp{Version: 2, TxPk: TxPk{Imme: true, Modu: FSK, FDev: 3000, Tmms: 4, HasTmms: true, Data: []byte{}}},
		TxAck{Version: 2, EUI: testEUI, Warn: "TX_POWER", Value: 27},
		TxAck{Version: 2, EUI: testEUI, Error: "SOMETHING_NEW"},
	} {
		b := p.Append(nil)
		if body := b[bytes.IndexByte(b, '{'):]; !json.Valid(body) {
			t.Errorf("not JSON: %s", body)
		}
		got, err := Parse(b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Error(d)
		}
	}
}

func TestEUIText(t *testing.T) {
	var e EUI
	if err := e.UnmarshalText([]byte("A77135AE6A9935C6")); err != nil || e != testEUI {
		t.Errorf("got %v, %v", e, err)
	}
	for _, bad := range []string{"", "a77135ae6a9935c", "a77135ae6a9935cg"} {
		if _, err := ParseEUI(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

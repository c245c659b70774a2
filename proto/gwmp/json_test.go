package gwmp

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plainRxPk is the rxpk as encoding/json would have it.
type plainRxPk struct {
	Time string            `json:"time,omitempty"`
	Tmst uint32            `json:"tmst"`
	Chan uint8             `json:"chan"`
	RFCh uint8             `json:"rfch"`
	Freq float64           `json:"freq"`
	Stat int8              `json:"stat"`
	Modu string            `json:"modu"`
	Datr string            `json:"datr"`
	Codr string            `json:"codr"`
	RSSI int16             `json:"rssi"`
	LSNR float64           `json:"lsnr"`
	FOff int32             `json:"foff"`
	Size int               `json:"size"`
	Data []byte            `json:"data"`
	Meta map[string]string `json:"meta"`
}

func drawPlain(t *rapid.T) plainRxPk {
	p := plainRxPk{
		Time: rapid.StringN(0, 30, MaxText).Draw(t, "time"), Tmst: rapid.Uint32().Draw(t, "tmst"), Chan: rapid.Uint8().Draw(t, "chan"),
		RFCh: rapid.Uint8().Draw(t, "rfch"), Freq: float64(rapid.Uint32().Draw(t, "hz")) / 1e6, Stat: rapid.Int8Range(-1, 1).Draw(t, "stat"),
		Modu: "LORA", Datr: rapid.SampledFrom([]string{"SF7BW125", "SF12BW500", "SF9BW203"}).Draw(t, "datr"), Codr: "4/6",
		RSSI: rapid.Int16().Draw(t, "rssi"), LSNR: float64(rapid.Int16().Draw(t, "snr")) / 10, FOff: rapid.Int32().Draw(t, "foff"),
		Data: rapid.SliceOfN(rapid.Byte(), 0, MaxPayload).Draw(t, "data"), Meta: map[string]string{"k": rapid.StringN(0, 30, MaxText).Draw(t, "meta")},
	}
	p.Size = len(p.Data)
	return p
}

// TestAgreesWithEncodingJSON reads what encoding/json wrote, and has
// encoding/json read what this package writes.
func TestAgreesWithEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawPlain(t)
		text, err := json.Marshal(map[string]any{"rxpk": []plainRxPk{want}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(append(PushData{Version: 2}.Header().Append(nil), text...))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := p.(PushData).RxPks[0]
		if got.FreqHz != uint32(math.Round(want.Freq*1e6)) || got.SNR != int16(math.Round(want.LSNR*10)) {
			t.Fatalf("%s: read as %d Hz, %d tenths of a dB", text, got.FreqHz, got.SNR)
		}
		var back plainRxPk
		if err := json.Unmarshal(got.AppendJSON(nil), &back); err != nil {
			t.Fatalf("%s: %v", got.AppendJSON(nil), err)
		}
		if d := cmp.Diff(want, back); d != "" {
			t.Fatal(d)
		}
	})
}

package gwmp

import "testing"

func benchPush() PushData {
	return PushData{Version: 2, EUI: testEUI, RxPks: []RxPk{{
		Time: "2026-01-02T03:04:05.000006Z", Tmst: 3512348611, Chan: 2, FreqHz: 868100000, CRC: CRCOK, Datr: LoRaRate(7, 125),
		Codr: "4/5", RSSI: -112, SNR: 55, HasSNR: true, Data: make([]byte, 51),
	}}}
}

func BenchmarkParsePushData(b *testing.B) {
	buf := benchPush().Append(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendPushData(b *testing.B) {
	p := benchPush()
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = p.Append(buf[:0])
	}
}

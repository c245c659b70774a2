package region_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/brocaar/lorawan"
	"github.com/brocaar/lorawan/band"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/region"
)

func mustPlan(t *testing.T, id region.ID) region.Plan {
	t.Helper()
	p, ok := region.ByID(id)
	if !ok {
		t.Fatalf("no plan for %s", id)
	}
	return p
}

func TestFirstPlansExactly(t *testing.T) {
	eu := region.Plan{
		ID: 1, Name: "EU868", BandwidthKHz: 125, MaxEIRP: 161, BeaconSF: 12,
		Channels: []region.Hz{867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000, 868_100_000, 868_300_000, 868_500_000},
		Sizes:    []region.SizeLimit{{SF: 12, MaxBytes: 65}, {SF: 9, MaxBytes: 129}, {SF: 8, MaxBytes: 238}},
	}
	us := region.Plan{
		ID: 0, Name: "US915", BandwidthKHz: 125, MaxEIRP: 360, BeaconSF: 9, Dwell: 400_000,
		Channels: []region.Hz{903_900_000, 904_100_000, 904_300_000, 904_500_000, 904_700_000, 904_900_000, 905_100_000, 905_300_000},
		Sizes:    []region.SizeLimit{{SF: 10, MaxBytes: 25}, {SF: 9, MaxBytes: 67}, {SF: 8, MaxBytes: 139}, {SF: 7, MaxBytes: 256}},
	}
	for _, want := range []region.Plan{eu, us} {
		if diff := cmp.Diff(want, mustPlan(t, want.ID)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
}

func TestPlanTable(t *testing.T) {
	rows := []struct {
		id          region.ID
		name        string
		first, last region.Hz
		channels    int
		eirp        region.DeciDBm
		sf          uint8
	}{
		{0, "US915", 903_900_000, 905_300_000, 8, 360, 9},
		{1, "EU868", 867_100_000, 868_500_000, 8, 161, 12},
		{2, "EU433", 433_175_000, 433_575_000, 3, 121, 12},
		{3, "CN470", 486_300_000, 487_700_000, 8, 191, 11},
		{5, "AU915", 916_800_000, 918_200_000, 8, 300, 9},
		{6, "AS923_1", 923_200_000, 924_600_000, 8, 160, 9},
		{7, "KR920", 922_100_000, 923_300_000, 7, 140, 12},
		{8, "IN865", 865_062_500, 865_985_000, 3, 300, 12},
		{9, "AS923_2", 921_400_000, 922_800_000, 8, 160, 9},
		{10, "AS923_3", 916_600_000, 918_000_000, 8, 160, 9},
		{11, "AS923_4", 917_300_000, 918_700_000, 8, 160, 9},
		{12, "AS923_1B", 922_000_000, 923_400_000, 8, 160, 9},
		{13, "CD900_1A", 867_100_000, 868_500_000, 8, 161, 12},
		{14, "RU864", 864_100_000, 869_100_000, 7, 160, 12},
		{21, "AU915_SB1", 915_200_000, 916_600_000, 8, 300, 9},
		{24, "AS923_1C", 923_200_000, 924_600_000, 8, 300, 9},
	}
	var ids []region.ID
	for _, row := range rows {
		ids = append(ids, row.id)
		p := mustPlan(t, row.id)
		got := row
		got.name, got.first, got.last, got.channels = p.Name, p.Channels[0], p.Channels[len(p.Channels)-1], len(p.Channels)
		got.eirp, got.sf = p.MaxEIRP, p.BeaconSF
		if got != row || row.id.String() != row.name {
			t.Errorf("plan %s = %v, want %v", row.id, got, row)
		}
		if byName, ok := region.ByName(row.name); !ok || byName.ID != row.id {
			t.Errorf("by name %q = %v, %v", row.name, byName.ID, ok)
		}
		if sf, err := p.SFFor(region.BeaconSize); err != nil || sf != p.BeaconSF {
			t.Errorf("%s beacon SF by rule = %d, %v, table has %d", p.Name, sf, err, p.BeaconSF)
		}
		if !slices.IsSorted(p.Channels) {
			t.Errorf("%s channels are not ascending", p.Name)
		}
		if _, ok := region.BandOf(row.id); !ok {
			t.Errorf("%s has no band", p.Name)
		}
	}
	if !slices.Equal(ids, region.IDs()) {
		t.Errorf("plans of %v, want %v", region.IDs(), ids)
	}
}

func TestUnknownRegions(t *testing.T) {
	for id, name := range map[region.ID]string{
		region.CN779: "CN779", region.AU915SB2: "AU915_SB2", region.AS923_1A: "AS923_1A",
		region.EU868_F: "EU868_F", region.AS923_1F: "AS923_1F", region.Unknown: "UNKNOWN", 500: "region(500)",
	} {
		if id.String() != name {
			t.Errorf("name of %d = %q, want %q", id, id.String(), name)
		}
		if p, ok := region.ByID(id); ok {
			t.Errorf("plan of %s = %v", name, p)
		}
		if _, ok := region.ByName(name); ok {
			t.Errorf("plan by name %s", name)
		}
		if _, ok := region.BandOf(id); ok {
			t.Errorf("band of %s", name)
		}
		if _, ok := region.FrequencyInPlan(id, 868_100_000); ok {
			t.Errorf("channel of %s", name)
		}
	}
}

func TestPlansAreCopies(t *testing.T) {
	mustPlan(t, region.EU868).Channels[0] = 1
	b, _ := region.BandOf(region.EU868)
	b.Uplinks[0] = 1
	if mustPlan(t, region.EU868).Channels[0] != 867_100_000 {
		t.Error("a caller changed the plan")
	}
	if b, _ := region.BandOf(region.EU868); b.Uplinks[0] != 868_100_000 {
		t.Error("a caller changed the band")
	}
}

func TestDataRateForSize(t *testing.T) {
	for _, c := range []struct {
		id   region.ID
		size int
		sf   uint8
	}{
		{region.EU868, 30, 12},
		{region.EU868, 66, 9},
		{region.EU868, 90, 9},
		{region.EU868, 130, 8},
		{region.EU868, 300, 0},
		{region.EU868, 239, 0},
		{region.US915, 24, 10},
		{region.US915, 25, 9},
		{region.US915, 51, 9},
		{region.US915, 256, 0},
		{region.AS923_1, 51, 9},
		{region.KR920, 51, 9},
		{region.CD900_1A, 51, 12},
		{region.EU868, -1, 0},
	} {
		p := mustPlan(t, c.id)
		sf, err := p.SFFor(c.size)
		if sf != c.sf || (c.sf == 0) != errors.Is(err, region.ErrSize) {
			t.Errorf("%s, %d bytes: SF%d, %v, want SF%d", c.id, c.size, sf, err, c.sf)
		}
	}
}

func TestFrequencyInPlan(t *testing.T) {
	for _, c := range []struct {
		id      region.ID
		f       region.Hz
		channel int
		ok      bool
	}{
		{region.US915, 904_699_968, 4, true},
		{region.US915, 904_700_032, 4, true},
		{region.EU868, 867_900_024, 4, true},
		{region.EU868, 868_501_000, 7, true},
		{region.EU868, 868_501_001, 0, false},
		{region.EU868, 867_099_000, 0, true},
		{region.EU868, 867_098_999, 0, false},
		{region.US915, 868_100_000, 0, false},
		{region.EU868, 0, 0, false},
		{region.EU868, math.MaxUint32, 0, false},
	} {
		channel, ok := region.FrequencyInPlan(c.id, c.f)
		if channel != c.channel || ok != c.ok {
			t.Errorf("%s %d = %d, %v, want %d, %v", c.id, c.f, channel, ok, c.channel, c.ok)
		}
	}
}

func TestTimeOnAirVectors(t *testing.T) {
	for _, c := range []struct {
		sf   uint8
		bw   uint16
		size int
		crc  bool
		want region.Micros
	}{
		{7, 125, 18, true, 51_456},
		{10, 125, 18, true, 329_728},
		{12, 125, 18, true, 1_318_912},
		{7, 125, 23, true, 61_696},
		{12, 125, 23, true, 1_482_752},
		{7, 125, 51, true, 102_656},
		{12, 125, 51, true, 2_465_792},
		{12, 500, 33, false, 411_648},
		{7, 125, 52, true, 102_656},
		{8, 125, 52, true, 184_832},
		{9, 125, 52, true, 328_704},
		{10, 125, 52, true, 616_448},
		{11, 125, 52, true, 1_314_816},
		{12, 125, 52, true, 2_465_792},
		{7, 125, 24, true, 61_696},
		{8, 125, 24, true, 113_152},
		{9, 125, 24, true, 205_824},
		{10, 125, 24, true, 370_688},
		{11, 125, 24, true, 823_296},
		{12, 125, 24, true, 1_482_752},
		{7, 125, 25, true, 61_696},
		{9, 125, 25, true, 205_824},
		{10, 125, 25, true, 411_648},
		{12, 125, 25, true, 1_482_752},
	} {
		got, err := region.TimeOnAir(region.Frame{SF: c.sf, BandwidthKHz: c.bw, Size: c.size, CRC: c.crc})
		if err != nil || got != c.want {
			t.Errorf("SF%dBW%d %d bytes = %d us, %v, want %d", c.sf, c.bw, c.size, got, err, c.want)
		}
	}
	for _, f := range []region.Frame{
		{SF: 6, BandwidthKHz: 125},
		{SF: 13, BandwidthKHz: 125},
		{SF: 7, BandwidthKHz: 124},
		{SF: 7},
		{SF: 7, BandwidthKHz: 125, Size: -1},
		{SF: 7, BandwidthKHz: 125, Size: 256},
	} {
		if _, err := region.TimeOnAir(f); !errors.Is(err, region.ErrModulation) {
			t.Errorf("%v: %v", f, err)
		}
	}
}

// The datasheet formula in floating point.
func TestTimeOnAirMatchesTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := region.Frame{
			SF:           rapid.Uint8Range(7, 12).Draw(t, "sf"),
			BandwidthKHz: rapid.SampledFrom([]uint16{125, 250, 500}).Draw(t, "bw"),
			Size:         rapid.IntRange(0, 255).Draw(t, "size"),
			CRC:          rapid.Bool().Draw(t, "crc"),
		}
		sf, symbol := float64(f.SF), math.Exp2(float64(f.SF))/float64(f.BandwidthKHz)*1000
		var low, crc float64
		if symbol >= 16000 {
			low = 1
		}
		if f.CRC {
			crc = 1
		}
		payload := 8 + max(math.Ceil((8*float64(f.Size)-4*sf+28+16*crc)/(4*(sf-2*low)))*5, 0)
		want := (12.25 + payload) * symbol
		got, err := region.TimeOnAir(f)
		if err != nil || math.Abs(float64(got)-want) > 0.01 {
			t.Fatalf("%v = %d, %v, want %f", f, got, err, want)
		}
	})
}

func TestSensitivity(t *testing.T) {
	snr := []region.DeciDB{-75, -100, -125, -150, -175, -200}
	weakest := []region.DeciDBm{-1275, -1300, -1325, -1350, -1375, -1400}
	for n := range snr {
		sf := uint8(7 + n)
		if got, err := region.SNRFloor(sf); err != nil || got != snr[n] {
			t.Errorf("SNR floor of SF%d = %d, %v", sf, got, err)
		}
		if got, err := region.Sensitivity(sf, 125); err != nil || got != weakest[n] {
			t.Errorf("sensitivity of SF%d = %d, %v", sf, got, err)
		}
		if got, err := region.Sensitivity(sf, 500); err != nil || got != weakest[n]+60 {
			t.Errorf("sensitivity of SF%dBW500 = %d, %v", sf, got, err)
		}
	}
	if got, err := region.NoiseFloor(250); err != nil || got != -1170 {
		t.Errorf("noise floor of 250 kHz = %d, %v", got, err)
	}
	for _, sf := range []uint8{0, 6, 13, 255} {
		if _, err := region.SNRFloor(sf); !errors.Is(err, region.ErrModulation) {
			t.Errorf("SNR floor of SF%d: %v", sf, err)
		}
		if _, err := region.Sensitivity(sf, 125); !errors.Is(err, region.ErrModulation) {
			t.Errorf("sensitivity of SF%d: %v", sf, err)
		}
	}
	if _, err := region.Sensitivity(7, 0); !errors.Is(err, region.ErrModulation) {
		t.Errorf("sensitivity in 0 kHz: %v", err)
	}
}

// The generated table says what the library says.
func TestBandsMatchTheLibrary(t *testing.T) {
	for _, id := range region.IDs() {
		got, _ := region.BandOf(id)
		conf, err := band.GetConfig(band.Name(got.Name), false, lorawan.DwellTime400ms)
		if err != nil {
			t.Fatal(err)
		}
		d := conf.GetDefaults()
		if uint32(got.RX2) != d.RX2Frequency || int(got.RX2DataRate) != d.RX2DataRate {
			t.Errorf("%s RX2 = %d, %d", id, got.RX2, got.RX2DataRate)
		}
		if len(got.Uplinks) != len(conf.GetStandardUplinkChannelIndices()) {
			t.Errorf("%s has %d uplinks", id, len(got.Uplinks))
		}
		for n, f := range got.Uplinks {
			if ch, err := conf.GetUplinkChannel(n); err != nil || ch.Frequency != uint32(f) {
				t.Errorf("%s uplink %d = %d, want %v, %v", id, n, f, ch, err)
			}
		}
		for n, dr := range got.DataRates {
			want, err := conf.GetDataRate(n)
			isLoRa := err == nil && want.Modulation == band.LoRaModulation
			if isLoRa != (dr.SF != 0) || isLoRa && (want.SpreadFactor != int(dr.SF) || want.Bandwidth != int(dr.BandwidthKHz)) {
				t.Errorf("%s data rate %d = %v, want %v", id, n, dr, want)
			}
		}
	}
}

func TestDataRateIndices(t *testing.T) {
	us, _ := region.BandOf(region.US915)
	if n, ok := us.UplinkIndex(8, 500); !ok || n != 4 {
		t.Errorf("US915 uplink SF8BW500 = %d, %v", n, ok)
	}
	if n, ok := us.DownlinkIndex(8, 500); !ok || n != 12 {
		t.Errorf("US915 downlink SF8BW500 = %d, %v", n, ok)
	}
	if _, ok := us.UplinkIndex(12, 125); ok {
		t.Error("US915 has no uplink SF12BW125")
	}
	if us.RX2 != 923_300_000 || us.RX2DataRate != 8 || len(us.Uplinks) != 72 || us.MaxUplinkEIRP != 300 {
		t.Errorf("US915 = %+v", us)
	}
	eu, _ := region.BandOf(region.EU868)
	if n, ok := eu.DownlinkIndex(12, 125); !ok || n != 0 {
		t.Errorf("EU868 downlink SF12BW125 = %d, %v", n, ok)
	}
	if _, ok := eu.DownlinkIndex(0, 0); ok {
		t.Error("EU868 has no empty data rate")
	}
	if eu.RX2 != 869_525_000 || eu.RX2DataRate != 0 || eu.RX1Delay != 1_000_000 || eu.JoinDelay2 != 6_000_000 {
		t.Errorf("EU868 = %+v", eu)
	}
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		if _, ok := region.FrequencyInPlan(region.EU868, 868_100_000); !ok {
			t.Error("868.1 MHz is a channel")
		}
		if _, err := region.TimeOnAir(region.Frame{SF: 12, BandwidthKHz: 125, Size: 25, CRC: true}); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTimeOnAir(b *testing.B) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := region.TimeOnAir(region.Frame{SF: 12, BandwidthKHz: 125, Size: n & 255, CRC: true}); err != nil {
			b.Fatal(err)
		}
	}
}

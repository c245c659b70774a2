package region_test

import (
	"fmt"

	"github.com/hexwave/hexwave/poc/region"
)

func Example() {
	plan, _ := region.ByName("EU868")
	air, err := region.TimeOnAir(region.Frame{
		SF: plan.BeaconSF, BandwidthKHz: plan.BandwidthKHz, Size: region.BeaconSize, CRC: true,
	})
	fmt.Println(plan.Name, len(plan.Channels), "channels, SF", plan.BeaconSF, air, "us", err)
	channel, ok := region.FrequencyInPlan(plan.ID, 868_100_032)
	fmt.Println(channel, ok)
	// Output:
	// EU868 8 channels, SF 12 1482752 us <nil>
	// 5 true
}

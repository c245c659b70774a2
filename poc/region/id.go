package region

import "fmt"

// ID numbers a region as the Helium network's region enum does, so that packets
// and configuration of existing gateways keep their meaning.
type ID uint16

// Region numbers. Those without a [Plan] are known by name only.
const (
	US915    ID = 0
	EU868    ID = 1
	EU433    ID = 2
	CN470    ID = 3
	CN779    ID = 4
	AU915    ID = 5
	AS923_1  ID = 6
	KR920    ID = 7
	IN865    ID = 8
	AS923_2  ID = 9
	AS923_3  ID = 10
	AS923_4  ID = 11
	AS923_1B ID = 12
	CD900_1A ID = 13
	RU864    ID = 14
	EU868_A  ID = 15
	EU868_B  ID = 16
	EU868_C  ID = 17
	EU868_D  ID = 18
	EU868_E  ID = 19
	EU868_F  ID = 20
	AU915SB1 ID = 21
	AU915SB2 ID = 22
	AS923_1A ID = 23
	AS923_1C ID = 24
	AS923_1D ID = 25
	AS923_1E ID = 26
	AS923_1F ID = 27
	Unknown  ID = 99
)

var idNames = [...]string{
	"US915", "EU868", "EU433", "CN470", "CN779", "AU915", "AS923_1", "KR920", "IN865",
	"AS923_2", "AS923_3", "AS923_4", "AS923_1B", "CD900_1A", "RU864",
	"EU868_A", "EU868_B", "EU868_C", "EU868_D", "EU868_E", "EU868_F",
	"AU915_SB1", "AU915_SB2", "AS923_1A", "AS923_1C", "AS923_1D", "AS923_1E", "AS923_1F",
}

// String returns the name in the enum, for example "AS923_1B".
func (id ID) String() string {
	switch {
	case int(id) < len(idNames):
		return idNames[id]
	case id == Unknown:
		return "UNKNOWN"
	default:
		return fmt.Sprintf("region(%d)", uint16(id))
	}
}

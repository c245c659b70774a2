// Package hotspot is the domain of the program that runs beside a radio: the
// values that its parts hand to each other.
//
// The life of an uplink: lora.Server receives it from the packet forwarder,
// uplink.Queue keeps it until a packet router has acknowledged it, uplink.Client
// carries it. The life of a downlink is the way back: uplink.Client to
// lora.Scheduler to lora.Server. The life of a beacon: challenges arrive through
// uplink.Client, lora.Coverage decides what to transmit, to report and to
// reveal, chainview asks two nodes before anything is believed.
//
// The package owns no I/O and never imports the router or the chain.
package hotspot

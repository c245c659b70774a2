// Package lora owns the radio side of a hotspot: the server that packet
// forwarders speak Semtech UDP to, the scheduler that gets a downlink into one
// of its windows, and the coverage engine that beacons, witnesses and reveals.
//
// It never decides where a packet goes and never trusts a payload: what a
// forwarder says is bounded, parsed and passed on.
package lora

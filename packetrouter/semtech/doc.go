// Package semtech hands packets to network servers that speak the Semtech
// gateway message protocol, and takes their downlinks.
//
// To a network server every hotspot is a gateway of its own: an EUI derived
// from its key, a socket, a PULL_DATA before the first packet and every ten
// seconds after. A packet counts as delivered when its PUSH_ACK is there; it is
// sent once more when none comes. A PULL_RESP goes to the hotspot's live
// stream, and its TX_ACK says what really became of it. The package owns the
// virtual gateways and their bounds; the bytes are proto/gwmp's.
package semtech

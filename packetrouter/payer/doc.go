// Package payer is the core of a payer agent, which stands before the AAA of a
// Wi-Fi carrier (docs/spec/wifi.md): it admits logins of hotspots to the AAA,
// turns each Accept into a signed grant, and usage records into pay.
//
// It owns the checks of what hotspots send, one ordered table each for requests
// and for records; the ledger of grants, subscribers and remainders; and the rule
// that nothing leaves before what it promises is on stable storage. The ledger
// changes by memos only and knows neither clock nor chance. It is kept twice:
// once as decided, once as the lane has committed it ([Memory]), so that no
// snapshot of the log holds what was not booked.
//
// It never opens a socket or a file, reads a chain or counts money of its own:
// the AAA, the way back to hotspots and the voucher lane are interfaces, declared
// in ports.go.
package payer

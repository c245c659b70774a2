// Package wifi is the hotspot's side of Wi-Fi (docs/spec/wifi.md): a RADIUS proxy
// between the access points of a site and the payers of realms, and the book of
// what their sessions carried.
//
// The life of a login: [Server] takes the Access-Request from the access point's
// socket, proves it and hands it to the [Carrier]; the payer's answer comes back by
// Radius, its grant is checked and written to the book, then the access point gets
// it. The life of a byte: an Accounting-Request becomes a change of the book, is on
// disk, is answered; a usage record and the packet itself wait in the book's outbox
// until the payer has signed for the one and the AAA answered the other.
//
// counter.go, state.go and exposure.go are pure: time and readings in, changes out.
// The package never looks into EAP, never opens a connection to a router or a node,
// and believes no grant, result or voucher whose signature is not a payer's on
// chain.
package wifi

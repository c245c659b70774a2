// Package wifipath tests the whole way of a Wi-Fi session in one process: hotspot,
// packet router and payer agent with their real sockets, streams, logs and books,
// between real RADIUS software (eapol_test, hostapd, wpa_supplicant, radclient,
// freeradius) or the simulator's. Only the chain is not there: its place is taken
// by one snapshot that never changes. It has no code but tests, and nobody imports
// it.
package wifipath

// Package gwmp is the Semtech gateway message protocol ("Semtech UDP"): its
// datagrams as typed values, their parser and their encoders. It owns bytes
// only: it opens no socket, keeps no state and reads no clock.
//
// Every datagram is
//
//	byte 0     version, 1 or 2
//	bytes 1-2  token, chosen by the sender of a request, echoed by the answer
//	byte 3     kind
//
// and then, by kind:
//
//	kind          direction  after the header
//	0 PUSH_DATA   up         EUI (8 bytes), JSON {"rxpk":[...],"stat":{...}}
//	1 PUSH_ACK    down       nothing
//	2 PULL_DATA   up         EUI (8 bytes)
//	3 PULL_RESP   down       JSON {"txpk":{...}}
//	4 PULL_ACK    down       nothing
//	5 TX_ACK      up         EUI (8 bytes), optional JSON {"txpk_ack":{...}}
//
// The EUI names the gateway and is in network order. Version 1 has no TX_ACK
// and its PULL_RESP carries token 0. A server answers in the version it was
// asked in, to the source of the last PULL_DATA for PULL_RESP and to the
// source of the datagram for the two acknowledgements.
//
// Tolerated, because forwarders in the field send it: NUL bytes and white
// space after the JSON or after a fixed-size datagram, a TX_ACK without a
// body (it means NONE), base64 with or without padding and with the standard
// and the URL alphabet mixed in one string, unused bits set in its last
// character, any field absent, unknown fields, a data rate as string or as
// number, numbers written with a fraction. Everything else is refused with
// one of the Err values, and a refused datagram deserves no answer.
//
// Frequencies are Hz (the wire has MHz; conversion rounds, never truncates),
// signal-to-noise ratios are tenths of a dB, powers are whole dBm.
//
// Source: Semtech "PROTOCOL.TXT" of packet_forwarder (SX1301) and sx1302_hal,
// revisions 1.0 to 1.6.
package gwmp

// Package tlsid makes a device key the identity of a TLS 1.3 connection.
//
// It owns the self-signed certificate that carries the key, the reading of the
// peer's key from a finished handshake, and the two tls.Configs that allow
// nothing else: TLS 1.3, a certificate from both sides, no certificate
// authority, no session resumption. Possession of the key is proven by the
// handshake itself (RFC 8446 §4.4.3); names, dates and the certificate's own
// signature mean nothing and are not looked at. The package never decides
// whether a key may come in: that is the caller's.
package tlsid

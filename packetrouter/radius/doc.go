// Package radius asks a carrier's AAA over RADIUS/UDP (RFC 2865, RFC 2866) in the
// name of a payer agent.
//
// It owns the sockets towards the AAA, the identifiers on them, repetition, and
// the authentication of answers: each is matched by socket, sender, identifier and
// response authenticator, and what answers an Access-Request must bear a valid
// Message-Authenticator (CVE-2024-3596), wherever it stands: many servers do not
// put it first. It changes nothing in a packet but secret, identifier and
// authenticators, never decides about a login, and keeps nothing across restarts.
package radius

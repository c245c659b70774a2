// Package payerv1 is the generated form of the stream between packet routers and
// payer agents, from payer.proto beside it. Its meaning is docs/spec/wifi.md.
package payerv1

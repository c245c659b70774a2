// Package types holds the messages, queries, events and state values of the
// routing module, generated from proto/hexwave/routing/v1, with its keys, errors and
// codec registration. It holds no logic of the module.
package types

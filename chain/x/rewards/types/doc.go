// Package types holds the messages, queries, events and state values of the
// rewards module, generated from proto/hexwave/rewards/v1, with its keys, errors and
// codec registration. It holds no logic of the module.
package types

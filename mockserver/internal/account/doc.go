// Package account holds the API keys, the authorization codes and the apps of one
// account of the fake, as values.
//
//	Key, Code ─► Store ─► State ─► JSON
//	               │        └────► Store, after State.Validate
//	               └────► Index, from a hash to the account that has it
//
// A [Store] knows no clock, no seed and no settings: times and limits are
// arguments, and it does no locking. It keeps neither secrets nor the ids of codes,
// only their [Hash].
package account

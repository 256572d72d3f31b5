// Package lyingserver tells lies over HTTP: answers that depart from the contract, and
// a few that do not.
//
//	contract/lies ─┐
//	               ├─► Lies ─► Start ─► answers each call of each lie at a URL of its own
//	          Own ─┘
//
// It sends and judges nothing. Before a run package scenarios calls it like a target, and
// must report each lie as a failure.
package lyingserver

// Package lyingserver tells lies over HTTP: answers that depart from the contract, and
// a few that do not.
//
//	contract/lies ─┐
//	               ├─► Lies ─► Start ─► answers each call of each lie at a URL of its own
//	          Own ─┘
//
// It sends and judges nothing. Package scenarios calls it before a run as it calls a
// target, and each lie must come out as a failure.
package lyingserver

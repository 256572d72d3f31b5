// Command mockgates serves a fake of the ModelGates API, and judges a fake or
// a live endpoint against its published specification.
//
//	mockgates serve                    the fake, on loopback
//	mockgates check [FILE…]            plays scenarios and judges every exchange
//	mockgates spec print|lint          the specification
//	mockgates healthcheck [URL]        asks a running fake how it is
//	mockgates version                  what was built, of what
//
// It decides nothing: flags, variables and a file go in to the packages
// mockserver, contract, scenarios and fixtures, and a report and an exit code
// come out. All of it can be reached through run, which touches nothing of the
// process but what it is given.
//
// Each flag has an environment variable, MOCKGATES_ and its name, and a key in
// the file that --config names. The flag goes before the variable, the
// variable before the file, the file before the default.
package main

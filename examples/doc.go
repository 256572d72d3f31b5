// Package examples contains the files that the README shows: a test of a client
// against the fake, a scenario, a configuration file and a fault file. Tests run
// them and compare the README with them.
package examples

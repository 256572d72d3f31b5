// Package examples holds what the README shows, so that it is known to work: a
// test of a client against the fake, a scenario, and a configuration file. A
// test compares the README with them.
package examples

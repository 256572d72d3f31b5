// Package examples contains the files that the README and the pages in docs show:
// tests of a client against the fake, a scenario, a configuration file and a fault
// file. Tests run them and compare the documents with them.
package examples

// Package control serves the control API of a mockserver: an HTTP API by which a
// test adds faults, moves the clock, and reads the journal of requests. It is a
// layer over the exported Go API of package mockserver, so a Go program can do
// the same without it, with the same types.
//
//	                    ┌─ below /_mockgates/ ─► guard ─► route ─► call ─► mockserver.World
//	request ─► Mount ───┤                                              └─► mockserver.Server
//	                    └─ elsewhere ─► the API
//
// A call sends and receives JSON. Unknown members, parameters and values are
// refused with status 400, and a refused call has changed nothing. A call with a
// safe method (GET, HEAD, OPTIONS) changes nothing either. Any other call opens the
// world that it is about, if it is new, and so does one that waits: the stream of
// requests, and a gate with the parameter held.
//
// Every call but health refuses requests that a browser sends for a page of
// another site, requests for a host name that the server does not have, and, if
// [Config.AdminToken] is set, requests without that token.
//
// [Document] returns the OpenAPI document of the calls.
package control

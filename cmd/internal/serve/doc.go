// Package serve serves the fake on sockets: the commands serve, ca and healthcheck,
// which mockgates and mockgates-serve share.
//
//	Command, Flags ─► NewFake ─► Listen ─► a Server ─► Serve, until the process is told to stop
//	                     ▲          ▲
//	   --state, --fault-file        --tls: a CA and a proxy on the same port
//
// It knows the fake and nothing of the specification. What a program adds to the fake
// it gives as [Extras].
package serve

// Package session plays one script against a target: it has the commands of scenarios,
// and what they share.
//
//	script.Script ─► Config.Play ─► session ─► testscript ─► command ─► target.Client
//	                                   ▲                        │             │
//	          what the script has seen └────────────────────────┘             │
//	          report.Scenario ◄── failures, rules, settings, exchanges ◄──────┘
//
// A session is three things: a client, which calls the target; what the script has seen,
// which is the last response, variables, faults and requests of programs; and how far the
// script is, with the lines that failed. [Commands] are in commands.go, and each kind of them is
// in a file of its own. The package does not know which other scripts are played.
package session

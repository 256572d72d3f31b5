// Package session plays one script against a target: it has the commands of scenarios,
// and what they share.
//
//	script.Script ─► Config.Play ─► session ─► testscript ─► command ─► target.Client
//	                                   ▲                        │             │
//	          what the script has seen └────────────────────────┘             │
//	          report.Scenario ◄── failures, rules, settings, exchanges ◄──────┘
//
// A session has three parts: a client, which calls the target; what the script has seen,
// such as the last response and the variables; and the progress of the script, with the
// lines that failed. [Commands] lists the commands, and commands_*.go has a file for each
// kind of them. The package does not know which other scripts are played.
package session

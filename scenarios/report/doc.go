// Package report holds what a run of scenarios found, as data: scenarios with
// their exchanges and failures, problems, how the target settled open questions,
// and which documented responses were reached. The exit code follows from it.
//
//	scenarios.Run ─► Report ─┬─► WriteText ─► console
//	                         └─► ExitCode
//
// The package plays nothing and decides nothing about an exchange. It knows the
// types of package contract and nothing of the fake. The runner has removed all
// secrets before it fills a report.
package report

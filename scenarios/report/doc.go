// Package report holds what a run of scenarios found, as data: scenarios with
// their exchanges and failures, problems, how the target settled open questions,
// and which documented responses were reached. The exit code follows from it.
//
//	scenarios.Run ─► Report ─┬─► WriteText ───► console
//	                         ├─► ExitCode
//	                         └─► WriteRecord ─► NDJSON ─► ReadRecord ─► Report
//
// The record is one JSON event a line: the run, each scenario with its exchanges,
// findings, failures and settlements, the coverage, and last the verdict.
// [RecordSchema] describes it. Reading it gives the same report again, so every
// output can be made later from the record. Ids such as keys_created/exchange-2
// and keys_created/failure-1 are the same in equal runs.
//
// The package plays nothing and decides nothing about an exchange. It knows the
// types of package contract and nothing of the fake. The runner has removed all
// secrets before it fills a report.
package report

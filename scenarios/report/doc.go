// Package report holds what a run of scenarios found, as data: scenarios with
// their exchanges and failures, problems, how the target settled open questions,
// and which documented responses were reached. The exit code follows from it.
//
//	scenarios.Run ─► Report ─┬─► WriteText ───► console
//	                         ├─► ExitCode
//	                         ├─► WriteRecord ─► NDJSON ─► ReadRecord ─► Report
//	                         ├─► junit, html, markdown, sarif, annotations, codequality
//	                         ├─► Coverage.Merge, over the records of several runs
//	                         └─► Ledger.Merge ─► where each fact was seen last
//
// The record is one JSON event a line: the run, each scenario with its exchanges,
// findings, failures and settlements, the coverage, and last the verdict.
// [RecordSchema] describes it. Reading it gives the same report again, so every
// output can be made later from the record. Ids such as keys_created/exchange-2
// and keys_created/failure-1 are the same in equal runs.
//
// [Report.Diagnoses] returns each failure once, with every place where it occurred, and
// [Body.Lines] a body with the places of findings marked. The outputs in the folders
// below use these; each is a function of the report alone.
//
// [Coverage] counts the documented responses that were reached and, below them,
// the features of requests: properties, values, formats, forms of credential and
// body, each by behaviour, by a fault, or on a live target. A [Ledger] keeps, over
// many runs, when and where a response or a rule was seen last.
//
// The package plays nothing and judges no exchange. It uses the types of package contract
// and does not depend on the fake. The runner removes all secrets before it fills a
// report.
package report

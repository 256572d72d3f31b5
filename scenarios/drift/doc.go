// Package drift compares two runs of the same scenarios and generated cases: one
// on the fake and one on a live target. For each fact it says which of the
// specification, the fake and the live target differs from the others.
//
//	record of the fake ─┐
//	                    ├─► Compare ─► Result ─► WriteText, ExitCode
//	record of the live ─┘                ▲
//	accepted differences ────────────────┘
//
// A fact is a documented response, the setting of a rule that the command settles
// found, a generated case, or an assertion of a scenario. A comparison is a
// function of the two reports. Facts that only one run observed are not compared, and
// an inconclusive result is never drift. Neither are properties that the specification
// does not name: a live target may send more than is documented.
package drift

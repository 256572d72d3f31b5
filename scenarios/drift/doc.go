// Package drift compares two runs of the same scenarios and generated cases: one
// on the fake, one on a live target. It says of each fact which of the
// specification, the fake and the live target differs from the others.
//
//	record of the fake ─┐
//	                    ├─► Compare ─► Result ─► WriteText, ExitCode
//	record of the live ─┘                ▲
//	accepted differences ────────────────┘
//
// A fact is a documented response, the setting of a rule that the command settles
// found, a generated case, or an assertion of a scenario. A comparison is a
// function of the two reports. What only one run could see is not compared, and
// what was inconclusive is never drift. Properties that the specification does not
// name are no drift either: a live target may send more than is documented.
package drift

// Package finding declares what the validator takes and returns, as data: an
// [Exchange], the [Result] of its check with its [Finding] values, and what of the
// specification it reached, an [Operation], a [DocumentedResponse] and a [Feature].
//
//	Exchange ─► contract.Check ─► Result ─► []Finding ─► report, drift
//
// Package contract has the types under the same names. They are declared here so
// that a package that only reads findings, such as a report, is built and linked
// without the validator and its libraries.
package finding

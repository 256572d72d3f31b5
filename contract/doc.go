// Package contract is the judge: it knows the published specification of the
// ModelGates API and says of one exchange, a request and its response, where
// it departs from it.
//
//	spec/modelgates.yaml ─┐
//	spec/companion.yaml  ─┼─► New ─► Contract ─► Check(Exchange) ─► Result
//	spec/prose.yaml ──────┘             │                             │
//	                                    ├─► RequestCases              └─► []Finding
//	                                    └─► Canaries ─► Prove
//
// The first document is what ModelGates documents. The second is ours and
// holds the companion operations. The third is an overlay on both, for what is
// stated in prose and in no schema.
//
// The verdict on a schema is libopenapi-validator's. Around it stand guards for
// what that library lets through: empty and null bodies, members sent twice,
// content types, credentials, undocumented members. The words of a finding are
// ours, so that they are the same every time and hold nothing of a body: types,
// lengths, and names that the specification itself contains.
//
// The package is not a client, not a mock, and no validator for any document:
// it opens no connection, and [Load] refuses a document that refers outside
// itself. What the API promises beyond one exchange, for instance that a deleted
// key stays deleted, is for scenarios to ask.
package contract

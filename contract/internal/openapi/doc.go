// Package openapi compiles OpenAPI documents into what the validator works with.
//
//	Source ─► Parse ─► Node (a tree with lines) ─► CheckUnfolding, BadReferences
//	             │                │
//	             │                └─► Schema (what a body may be, and the lines that say so)
//	             └─► package library ─► Operation ─► package contract
//	                    ▲
//	                 overlay: response headers
//
// [Compile] takes the whole way. The library's model is kept beside the tree, because
// its validator decides whether a value meets a schema; the tree has the order and the
// lines by which findings are worded.
package openapi

// Package library wraps libopenapi and its validator.
//
//	text ─► Parse ─► Document ─► Model ─► Operation ─► compiled schemas, and
//	          ▲         │                              the check of parameters
//	       overlay      └─► Root (the YAML), SchemaErrors
//
// The types of the libraries stay behind interfaces here. They are generic many times
// over, and the compiler instantiates them anew for each package that can see one, even
// as an unexported field of an imported type: 15 seconds of CPU a package. The import
// rules let no other package import the libraries.
package library

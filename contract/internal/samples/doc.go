// Package samples makes JSON values from schemas: valid ones, and variants of
// them that differ in one place.
//
//	Schema ─► Of, Complete ─► a good body ─► Variants ─► []Variant, each with a verdict
//
// As requests the variants are the request cases and the matrix of package
// contract, and as responses the cases of its self-test. The verdict of a variant
// comes from the schema alone; where the schema leaves it open it is [Unknown].
package samples

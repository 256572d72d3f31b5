// Package redaction removes secrets from what a run found, before anything is written.
//
//	tokens sent, bodies received ─► Secrets ─► Scenario, Text, Body ─► report, console
//
// Secrets are recognised by value, and by the shape of the keys of the API. The package
// also bounds how much of a text a report keeps: a text must be redacted before it is
// cut, since half a secret would not be recognised.
package redaction

// Package redaction removes secrets from what a run found, before anything is written.
//
//	tokens sent, bodies received ─► Secrets ─► Scenario, Text, Body ─► report, console
//
// What is secret is known by value, and by the shape of the keys of the API. The package
// bounds how much of a text a report keeps too, since half a secret would not be
// recognised.
package redaction

// Package docs holds the pages that the command help prints. They are the files of
// this folder, so that there is one text.
package docs

import _ "embed"

// The pages, in Markdown.
var (
	//go:embed faults.md
	Faults string
	//go:embed scenarios.md
	Scenarios string
	//go:embed worlds.md
	Worlds string
	//go:embed exit-codes.md
	ExitCodes string
)

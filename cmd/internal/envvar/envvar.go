// Package envvar names the environment variables that set no flag of mockgates. They
// begin with MODELGATES: programs read them whether they use the API or a fake of it.
package envvar

// The variables in which a program finds the API.
const (
	BaseURL = "MODELGATES_BASE_URL"
	APIKey  = "MODELGATES_API_KEY"
)

// ManagementKey is the variable with the management key of a live target. The commands
// that have a target read it; a fake does not.
const ManagementKey = "MODELGATES_MANAGEMENT_KEY"

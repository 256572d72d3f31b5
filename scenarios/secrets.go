package scenarios

import "github.com/mockgates/mockgates/scenarios/internal/redaction"

// Secrets hides the secrets of a run in texts and in the scenarios of a report: what looks
// like a key, the member key of a JSON body, and every secret that is added. It is safe
// for concurrent use.
type Secrets = redaction.Secrets

// NewSecrets returns Secrets that hide known secrets too, in every encoding.
func NewSecrets(known ...string) *Secrets {
	s := redaction.New()
	s.Add(known...)
	return s
}

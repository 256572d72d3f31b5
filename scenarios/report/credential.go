package report

import (
	"strings"

	"github.com/mockgates/mockgates/internal/shell"
)

// The placeholders in Exchange.Credential.
const (
	CredentialKey   = "${MANAGEMENT_KEY}"       // the management key of the run
	CredentialBasic = "${MANAGEMENT_KEY_BASIC}" // the base64 of a colon and that key
)

// ShellBasic is the value of CredentialBasic as a word of a POSIX shell.
const ShellBasic = `"$(printf ':%s' "$MODELGATES_MANAGEMENT_KEY" | base64 | tr -d '\n')"`

// SplitCredential splits the credential of an exchange into its placeholders and the
// text between them. No piece is empty.
func SplitCredential(credential string) []string {
	var pieces []string
	for credential != "" {
		at, next := len(credential), ""
		for _, placeholder := range []string{CredentialKey, CredentialBasic} {
			if i := strings.Index(credential, placeholder); i >= 0 && i < at {
				at, next = i, placeholder
			}
		}
		if at > 0 {
			pieces = append(pieces, credential[:at])
		}
		if next != "" {
			pieces = append(pieces, next)
		}
		credential = credential[at+len(next):]
	}
	return pieces
}

// credentialWord returns a credential as part of a word of a shell.
func credentialWord(credential string) string {
	var b strings.Builder
	for _, piece := range SplitCredential(credential) {
		switch piece {
		case CredentialKey:
			b.WriteString(`"$MODELGATES_MANAGEMENT_KEY"`)
		case CredentialBasic:
			b.WriteString(ShellBasic)
		default:
			b.WriteString(shell.Quote(piece))
		}
	}
	return b.String()
}

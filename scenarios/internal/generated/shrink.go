package generated

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// maxShrinks is how many requests are sent to make the body of one failing case
// smaller.
const maxShrinks = 20

// shrink returns the case with the smallest body that it finds to fail in the same way.
// The placeholders stay in it. The verdict of the case is about its own body, so the
// smaller ones are judged by the session alone.
func (p *player) shrink(m contract.MatrixCase, key string) contract.MatrixCase {
	if len(m.Body) == 0 {
		return m
	}
	smaller := m
	smaller.Verdict, smaller.ID = contract.Verdict{}, "" // it is another case
	m.Body = contract.Shrink(m.Body, maxShrinks, func(body []byte) bool {
		smaller.Body = body
		f, _, err := p.try(smaller)
		return err == nil && f != nil && failureKey(f) == key
	})
	return m
}

// describe returns the request of a case on one line.
func (p *player) describe(m contract.MatrixCase) string {
	text := m.Method + " " + m.Path
	if len(m.Body) > 0 {
		const most = 300
		body := strings.ToValidUTF8(string(m.Body), "�")
		if len(body) > most {
			body = strings.ToValidUTF8(body[:most], "") + "…"
		}
		text += " " + body
	}
	return text
}

// scenarioNames replaces the placeholders of a case by variables of a scenario.
var scenarioNames = strings.NewReplacer(
	"${"+contract.PlaceholderUniqueName+"}", "generated $RUN",
	"${"+contract.PlaceholderExpiry+"}Z", "$SOON",
	"${"+contract.PlaceholderExpiry+"}", "${SOON_LOCAL}",
	"${"+contract.PlaceholderRun+"}", "$RUN",
	"${"+contract.PlaceholderHash+"}", "$HASH",
	"${"+contract.PlaceholderCode+"}", "$CODE",
	"${"+contract.PlaceholderPlainKey+"}", "$PLAIN",
	"$", "$$",
)

// save writes a scenario that replays a case, and returns the name of the file.
func (p *player) save(m contract.MatrixCase, replay []byte) (string, error) {
	if err := os.MkdirAll(p.folder, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(p.folder, script.CleanName("generated_"+m.ID)+".txtar")
	return file, os.WriteFile(file, replay, 0o644)
}

// scenario returns a scenario that replays a case.
func (p *player) scenario(m contract.MatrixCase, f *report.Failure) []byte {
	filled := m.Fill(func(placeholder string) string {
		if placeholder == contract.PlaceholderExpiry {
			return p.expiry().Format(script.LocalTime)
		}
		return "sample"
	})
	var b strings.Builder
	archive := &txtar.Archive{}
	file := func(name, text string) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	first, _, _ := strings.Cut(f.Detail, "\n")
	fmt.Fprintf(&b, "# The generated case %s: %s\n# %s\n", cmp.Or(m.ID, m.Name), p.Hide(f.Text), p.Hide(oneLine(first)))
	all := m.Path + string(m.Body) + strings.Join(m.Header["Authorization"], "")
	if strings.Contains(all, "${"+contract.PlaceholderPlainKey+"}") {
		b.WriteString("call POST /keys key.json\ncapture PLAIN .key\n")
	}
	if strings.Contains(all, "${"+contract.PlaceholderHash+"}") {
		b.WriteString("call POST /keys key.json\ncapture HASH '.data.hash | @uri'\n")
	}
	if strings.Contains(b.String(), "key.json") {
		file("key.json", `{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`+"\n")
	}
	if strings.Contains(all, "${"+contract.PlaceholderCode+"}") {
		b.WriteString("call POST /auth/keys/code code.json\ncapture CODE .data.id\n")
		file("code.json", `{"callback_url": "https://app.example/back", "code_challenge": "`+sampleChallenge+
			`", "code_challenge_method": "S256", "key_label": "of $RUN", "limit": 0, "expires_at": "$SOON"}`+"\n")
	}
	b.WriteString(p.credentialLine(m.Header))
	name := ""
	if len(m.Body) > 0 || m.Header["Content-Type"] != nil {
		name = " body.json"
		file("body.json", scenarioNames.Replace(string(m.Body)))
		if media := m.Header.Get("Content-Type"); media != "application/json" {
			fmt.Fprintf(&b, "header Content-Type '%s'\n", media)
		}
	}
	if p.breaksContract(filled) {
		b.WriteString("invalid\n")
	}
	fmt.Fprintf(&b, "call %s %s%s\n", m.Method, scenarioNames.Replace(m.Path), name)
	if len(m.Verdict.Statuses) == 1 {
		fmt.Fprintf(&b, "status %d\n", m.Verdict.Statuses[0])
	}
	b.WriteString("\n")
	archive.Comment = []byte(b.String())
	return txtar.Format(archive)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// credentialLine returns the line of a scenario that sets the credential of a
// case.
func (p *player) credentialLine(h http.Header) string {
	credential := h.Get("Authorization")
	const management = "${" + contract.PlaceholderManagementKey + "}"
	switch {
	case len(h["Authorization"]) == 0:
		return "as nobody\n"
	case credential == "Bearer ${"+contract.PlaceholderPlainKey+"}":
		return "as key $PLAIN\n"
	case credential == bearerManagement:
		return "as management\n"
	case credential == "Basic ${"+contract.PlaceholderManagementBasic+"}":
		return "as management basic\n"
	}
	for _, scheme := range slices.Sorted(keysOf(p.Schemes)) {
		if p.Schemes[scheme](management) == credential {
			return "as management " + scheme + "\n"
		}
	}
	return "as nobody\nheader Authorization '" + credential + "'\n"
}

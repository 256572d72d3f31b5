package relations

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"sync"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// minSecret is the length in bytes from which a credential is looked for in
// responses. A shorter one may be an ordinary word.
const minSecret = 16

type digest = [sha256.Size]byte

func digestOf(text string) digest { return sha256.Sum256([]byte(text)) }

// A sightings holds what a target has made and must not make or show again.
type sightings struct {
	mu       sync.Mutex                       // guards the fields below
	current  secrets                          // the latest
	previous secrets                          // those before the latest; zero at first
	made     map[string]*memory[digest, bool] // hashes, ids and secrets by kind
}

// A secrets holds secrets that were seen. A redactor never forgets a secret, so when it
// knows maxRemembered of them another one takes over.
type secrets struct {
	redactor *redact.Redactor
	known    map[digest]bool
}

func newSecrets() secrets { return secrets{newRedactor(), make(map[digest]bool)} }

func newSightings() *sightings { return &sightings{current: newSecrets()} }

func (s *sightings) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = make(map[string]*memory[digest, bool])
}

// learn remembers a secret, unless it is shorter than minSecret.
func (s *sightings) learn(secret string) {
	if len(secret) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := digestOf(secret)
	if s.current.known[d] {
		return
	}
	if len(s.current.known) == maxRemembered {
		s.previous, s.current = s.current, newSecrets()
	}
	s.current.known[d] = true
	s.current.redactor.Add(secret)
}

// again notes that the target made something, and reports whether it had made it
// before.
func (s *sightings) again(kind, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[kind] == nil {
		s.made[kind] = newMemory[digest, bool]()
	}
	d := digestOf(text)
	if s.made[kind].get(d) {
		return true
	}
	s.made[kind].put(d, true)
	return false
}

// shows reports whether text contains a known secret, in any encoding. Text that is
// encoded too deeply to be examined counts as having none.
func (s *sightings) shows(text string) bool {
	s.mu.Lock()
	redactors := [...]*redact.Redactor{s.current.redactor, s.previous.redactor}
	s.mu.Unlock()
	for _, r := range redactors {
		if r == nil {
			continue
		}
		if redacted, found := r.String(text); found && redacted != redact.Unexamined {
			return true
		}
	}
	return false
}

// exposures reports secrets in the response, except a new one in the member that
// carries it, and remembers the secrets of the exchange.
func (s *sightings) exposures(r *relation) {
	s.learn(r.bearer)
	var minted *jsonbody.Value
	if mints(r.ID) && r.succeeded() {
		if key := r.body.Member("key"); key != nil && key.Type() == strictjson.TypeString {
			minted = key
			s.learn(key.Text())
		}
	}
	for name, values := range r.exchange.ResponseHeader {
		if s.shows(strings.Join(values, "\n")) && !r.asked(s) {
			r.report(finding.KindSecretExposed, "header "+safeHeader(name), "no secret", "a secret, in the header", finding.SourceDoc, 0)
		}
	}
	text := r.text
	if minted != nil {
		text = without(&r.body, minted)
	}
	if s.shows(string(text)) && !r.asked(s) {
		r.report(finding.KindSecretExposed, "body", "no secret: it is only shown once", "a secret"+r.placeOfSecret(s, minted), finding.SourceDoc, r.lineOfSecret())
	}
}

// mints reports whether the operation makes a key and shows its secret.
func mints(operation string) bool {
	return operation == "create-keys" || operation == "exchange-auth-code"
}

// asked reports whether the client itself sent a secret outside its credential, so that
// the response may repeat it.
func (r *relation) asked(s *sightings) bool {
	return s.shows(r.exchange.Path+"\n"+r.exchange.Query) || s.shows(string(r.exchange.RequestBody))
}

// safeHeader returns the name of a common response header, and * for any other.
func safeHeader(name string) string {
	switch name {
	case "Location", "Set-Cookie", "Link", "Server", "Via", "Date", "Etag", "Content-Type", "Www-Authenticate", "X-Request-Id":
		return name
	}
	return "*"
}

// lineOfSecret returns the line that declares the member key, or 0.
func (r *relation) lineOfSecret() int {
	return r.lineOfAnswer("key")
}

// placeOfSecret says which member of the response shows a secret.
func (r *relation) placeOfSecret(s *sightings, minted *jsonbody.Value) string {
	members := r.body.Members()
	for i := range members {
		m := &members[i]
		if &m.Value == minted || !s.shows(string(m.Value.Raw())) {
			continue
		}
		switch m.Name {
		case "data", "key", "error", "user_id":
			return " in /" + m.Name
		}
		return " in /*"
	}
	return ""
}

// without returns the text of the members of an object except for one.
func without(body, but *jsonbody.Value) []byte {
	var text bytes.Buffer
	members := body.Members()
	for i := range members {
		if v := &members[i].Value; v != but {
			text.WriteString(members[i].Name)
			text.WriteString(": ")
			text.Write(v.Raw())
			text.WriteByte('\n')
		}
	}
	return text.Bytes()
}

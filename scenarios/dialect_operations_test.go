package scenarios_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer performs a request.
func (s *dialectServer) answer(r *dialectRequest) *answer {
	hash, _ := url.PathUnescape(strings.TrimPrefix(r.path, "/keys/"))
	switch r.method + " " + r.path {
	case "POST /keys":
		return s.createKey(r)
	case "POST /auth/keys/code":
		return s.createCode(r)
	case "GET /keys":
		return s.listKeys(r)
	case "GET /key":
		return s.currentKey(r)
	case "POST /auth/keys":
		return s.exchange(r)
	}
	if strings.HasPrefix(r.path, "/keys/") {
		switch r.method {
		case "GET", "PATCH", "DELETE":
			return s.oneKey(r, hash)
		}
	}
	return s.failure(http.StatusNotFound)
}

// failure answers with an error.
func (s *dialectServer) failure(status int) *answer {
	body := map[string]any{"code": status, "message": s.message}
	out := map[string]any{"error": body}
	if s.metadata {
		body["metadata"] = map[string]any{"trace": "7f"}
		out["user_id"], out["modelgates_metadata"] = nil, map[string]any{"node": 4}
	}
	return &answer{status: status, body: out}
}

func success(status int, body map[string]any) *answer { return &answer{status: status, body: body} }

func (s *dialectServer) refuses(rule string) bool { return s.setting(rule) == "refuse" }

func (s *dialectServer) createKey(r *dialectRequest) *answer {
	if _, status := s.authorise(r, true, keyProperties); status != 0 {
		return s.failure(status)
	}
	if s.refusesKey(r.body) {
		return s.failure(http.StatusBadRequest)
	}
	k := s.newKey(r.body)
	return success(http.StatusCreated, map[string]any{"key": k.secret, "data": s.keyObject(k)})
}

// refusesKey reports whether the dialect refuses a valid body of a new key, where the
// documents leave that open.
func (s *dialectServer) refusesKey(body map[string]any) bool {
	workspace, hasWorkspace := body["workspace_id"].(string)
	return body["name"] == "" && s.refuses("keys.name-empty") ||
		body["creator_user_id"] == "" && s.refuses("keys.creator-empty") ||
		s.refusesBounds(body) ||
		hasWorkspace && workspace != defaultWorkspace && s.refuses("keys.unknown-workspace") ||
		s.refuse != nil && s.refuse(body)
}

// newKey stores a key with the properties of a body.
func (s *dialectServer) newKey(body map[string]any) *dialectKey {
	s.ids++
	k := &dialectKey{secret: s.secret(s.ids), workspace: defaultWorkspace, created: time.Now().UTC()}
	k.hash = s.hash(k.secret)
	k.name, _ = body["name"].(string)
	k.limit, k.reset, k.creator = body["limit"], body["limit_reset"], body["creator_user_id"]
	k.byok, _ = body["include_byok_in_limit"].(bool)
	if w, ok := body["workspace_id"].(string); ok {
		k.workspace = w
	}
	if text, ok := body["expires_at"].(string); ok {
		if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
			k.expires = at.UTC()
		}
	}
	s.keys = append(s.keys, k)
	return k
}

// usage adds the eight figures of usage to an object. All are 0, because nothing can be
// spent here.
func (s *dialectServer) usage(object map[string]any) map[string]any {
	for _, name := range []string{"usage", "usage_daily", "usage_weekly", "usage_monthly"} {
		object[name], object["byok_"+name] = s.number(0), s.number(0)
	}
	limit := object["limit"]
	if v, ok := limit.(float64); ok {
		limit = s.number(v)
	}
	object["limit"], object["limit_remaining"] = limit, limit
	return object
}

func (s *dialectServer) time(v any) any {
	if at, ok := v.(time.Time); ok {
		return at.Format(s.stamp)
	}
	return nil
}

func (s *dialectServer) keyObject(k *dialectKey) map[string]any {
	return s.usage(map[string]any{
		"hash": k.hash, "name": k.name, "label": s.label(k.secret), "disabled": k.disabled, "limit": k.limit, "limit_reset": k.reset,
		"include_byok_in_limit": k.byok, "created_at": k.created.Format(s.stamp), "updated_at": s.time(k.updated), "expires_at": s.time(k.expires),
		"creator_user_id": k.creator, "workspace_id": k.workspace,
	})
}

func (s *dialectServer) createCode(r *dialectRequest) *answer {
	if _, status := s.authorise(r, false, codeProperties); status != 0 {
		return s.failure(status)
	}
	method := s.challengeMethod(r.body)
	if s.refusesCode(r.body, method) {
		return s.failure(http.StatusBadRequest)
	}
	s.ids++
	id := s.codeID(s.ids)
	s.codes[id] = &dialectCode{sent: r.body, method: method}
	return success(http.StatusOK, map[string]any{"data": map[string]any{
		"id": id, "app_id": s.appOf(r.body["callback_url"]), "created_at": time.Now().UTC().Format(s.stamp),
	}})
}

// challengeMethod returns the method of the challenge in a body, "" if there is none.
func (s *dialectServer) challengeMethod(body map[string]any) string {
	_, challenged := body["code_challenge"].(string)
	method, named := body["code_challenge_method"].(string)
	switch {
	case !challenged:
		return ""
	case !named:
		return s.setting("codes.method-default")
	}
	return method
}

// refusesCode reports whether the dialect refuses a valid body of a new code, where the
// documents leave that open.
func (s *dialectServer) refusesCode(body map[string]any, method string) bool {
	challenge, challenged := body["code_challenge"].(string)
	_, named := body["code_challenge_method"].(string)
	label, _ := body["key_label"].(string)
	return !challenged && named && s.refuses("codes.method-alone") ||
		method == "S256" && len(challenge) != 43 && s.refuses("codes.challenge-form") ||
		len([]rune(label)) > 100 && s.refuses("codes.label-length") ||
		s.refusesBounds(body) ||
		s.refuse != nil && s.refuse(body)
}

// refusesBounds does the same for the limit and the expiry of a key.
func (s *dialectServer) refusesBounds(body map[string]any) bool {
	limit, _ := body["limit"].(float64)
	expires, hasExpiry := body["expires_at"].(string)
	at, err := time.Parse(time.RFC3339, strings.ToUpper(expires))
	return limit < 0 && s.refuses("keys.negative-limit") ||
		hasExpiry && err == nil && at.Before(time.Now()) && s.refuses("keys.expires-at-past")
}

// appOf returns the id of the app that a callback belongs to.
func (s *dialectServer) appOf(callback any) int {
	u, err := url.Parse(fmt.Sprint(callback))
	if err != nil {
		u = &url.URL{}
	}
	if s.apps[u.Host] == 0 {
		s.apps[u.Host] = 1000 + len(s.apps)
	}
	return s.apps[u.Host]
}

// exchange trades a code for a key.
func (s *dialectServer) exchange(r *dialectRequest) *answer {
	if len(s.problems(r, exchangeProperties)) > 0 {
		return s.failure(http.StatusBadRequest)
	}
	code := s.codes[fmt.Sprint(r.body["code"])]
	if code == nil || code.used && s.ignore != "code used" {
		return s.failure(http.StatusBadRequest)
	}
	_, verified := r.body["code_verifier"].(string)
	switch {
	case code.method == "" && verified && s.refuses("exchange.verifier-unasked"),
		code.method != "" && s.verifierMethod(r.body, code) != code.method && s.ignore != "method":
		return s.failure(http.StatusBadRequest)
	case code.method != "" && s.ignore != "verifier" && !code.verifiedBy(r.body):
		code.used = s.setting("codes.burn-on-failure") == "burn"
		return s.failure(http.StatusForbidden)
	}
	code.used = true
	k := s.newKey(map[string]any{
		"name": code.sent["key_label"], "limit": code.sent["limit"], "limit_reset": code.sent["usage_limit_type"], "expires_at": code.sent["expires_at"],
	})
	return success(http.StatusOK, map[string]any{"key": k.secret, "user_id": nil})
}

// verifierMethod returns the method that the exchange of a code names or implies.
func (s *dialectServer) verifierMethod(body map[string]any, code *dialectCode) string {
	method, named := body["code_challenge_method"].(string)
	switch {
	case named:
		return method
	case s.setting("exchange.method-absent") == "accept":
		return code.method
	}
	return s.setting("codes.method-default")
}

// verifiedBy reports whether the verifier in a body fits the challenge of the code.
func (c *dialectCode) verifiedBy(body map[string]any) bool {
	verifier, ok := body["code_verifier"].(string)
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	challenge, _ := c.sent["code_challenge"].(string)
	return ok && verifier == challenge
}

func (s *dialectServer) currentKey(r *dialectRequest) *answer {
	k, status := s.authorise(r, false, nil)
	if status != 0 {
		return s.failure(status)
	}
	management := k.hash == ""
	label := s.label(k.secret)
	return success(http.StatusOK, map[string]any{"data": s.usage(map[string]any{
		"label": label, "limit": k.limit, "limit_reset": k.reset, "include_byok_in_limit": k.byok, "expires_at": s.time(k.expires),
		"is_free_tier": false, "is_management_key": management, "is_provisioning_key": management, "creator_user_id": k.creator,
		"rate_limit": map[string]any{"requests": -1, "interval": "10s", "note": "deprecated"},
	})})
}

func (s *dialectServer) listKeys(r *dialectRequest) *answer {
	if _, status := s.authorise(r, true, nil); status != 0 {
		return s.failure(status)
	}
	q := keyQuery{disabled: "false", workspace: defaultWorkspace}
	if len(s.noticed(q.read(r.query))) > 0 {
		return s.failure(http.StatusBadRequest)
	}
	list := []any{}
	for _, k := range slices.Backward(s.keys) {
		if k.workspace == q.workspace && (!k.disabled || q.disabled == "true") {
			list = append(list, s.keyObject(k))
		}
	}
	list = list[min(q.offset, len(list)):]
	return success(http.StatusOK, map[string]any{"data": list[:min(100, len(list))]})
}

// A keyQuery says which keys to list.
type keyQuery struct {
	offset              int
	disabled, workspace string
}

// read sets the fields from a query, and returns what is wrong with it.
func (q *keyQuery) read(query url.Values) []string {
	var found []string
	for name, values := range query {
		ok := false
		switch {
		case len(values) != 1:
		case name == "offset":
			n, err := strconv.Atoi(values[0])
			if ok = err == nil && n >= 0; ok {
				q.offset = n
			}
		case name == "include_disabled":
			q.disabled = values[0]
			ok = q.disabled == "true" || q.disabled == "false"
		case name == "workspace_id":
			q.workspace = values[0]
			ok = uuidForm.MatchString(q.workspace)
		default:
			name = "other"
		}
		if !ok {
			found = append(found, "query "+name)
		}
	}
	return found
}

// oneKey reads, changes or deletes a key.
func (s *dialectServer) oneKey(r *dialectRequest, hash string) *answer {
	if _, status := s.authorise(r, true, nil); status != 0 {
		return s.failure(status)
	}
	at := slices.IndexFunc(s.keys, func(k *dialectKey) bool { return k.hash == hash })
	if at < 0 {
		return s.failure(http.StatusNotFound)
	}
	k := s.keys[at]
	switch r.method {
	case http.MethodDelete:
		if s.ignore != "delete" {
			s.keys = slices.Delete(s.keys, at, at+1)
		}
		return success(http.StatusOK, map[string]any{"deleted": true})
	case http.MethodPatch:
		if len(s.problems(r, updateProperties)) > 0 || r.body["name"] == "" && s.ignore != "/name empty" ||
			len(r.body) == 0 && s.refuses("update.nothing") {
			return s.failure(http.StatusBadRequest)
		}
		s.update(k, r.body)
	}
	return success(http.StatusOK, map[string]any{"data": s.keyObject(k)})
}

// update changes what the body names.
func (s *dialectServer) update(k *dialectKey, body map[string]any) {
	for name, value := range body {
		if s.ignore == "store "+name {
			continue
		}
		switch name {
		case "name":
			k.name, _ = value.(string)
		case "disabled":
			k.disabled, _ = value.(bool)
		case "limit":
			k.limit = value
		case "limit_reset":
			k.reset = value
		case "include_byok_in_limit":
			k.byok, _ = value.(bool)
		}
	}
	k.updated = time.Now().UTC()
}

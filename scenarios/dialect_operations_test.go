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

// refusesKey decides the open questions about a body without problems.
func (s *dialectServer) refusesKey(body map[string]any) bool {
	limit, _ := body["limit"].(float64)
	expires, hasExpiry := body["expires_at"].(string)
	at, err := time.Parse(time.RFC3339, strings.ToUpper(expires))
	workspace, hasWorkspace := body["workspace_id"].(string)
	return body["name"] == "" && s.refuses("keys.name-empty") ||
		body["creator_user_id"] == "" && s.refuses("keys.creator-empty") ||
		limit < 0 && s.refuses("keys.negative-limit") ||
		hasExpiry && err == nil && at.Before(time.Now()) && s.refuses("keys.expires-at-past") ||
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

// usage are the eight figures, all of them 0: nothing can be spent here.
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
	challenge, challenged := r.body["code_challenge"].(string)
	method, named := r.body["code_challenge_method"].(string)
	label, _ := r.body["key_label"].(string)
	expires, hasExpiry := r.body["expires_at"].(string)
	at, err := time.Parse(time.RFC3339, strings.ToUpper(expires))
	limit, _ := r.body["limit"].(float64)
	if challenged && !named {
		method = s.setting("codes.method-default")
	}
	switch {
	case !challenged && named && s.refuses("codes.method-alone"),
		challenged && method == "S256" && len(challenge) != 43 && s.refuses("codes.challenge-form"),
		len([]rune(label)) > 100 && s.refuses("codes.label-length"),
		hasExpiry && err == nil && at.Before(time.Now()) && s.refuses("keys.expires-at-past"),
		limit < 0 && s.refuses("keys.negative-limit"),
		s.refuse != nil && s.refuse(r.body):
		return s.failure(http.StatusBadRequest)
	}
	s.ids++
	id := s.codeID(s.ids)
	u, err := url.Parse(fmt.Sprint(r.body["callback_url"]))
	if err != nil {
		u = &url.URL{}
	}
	app := s.apps[u.Host]
	if app == 0 {
		app = 1000 + len(s.apps)
		s.apps[u.Host] = app
	}
	if !challenged {
		method = ""
	}
	s.codes[id] = &dialectCode{sent: r.body, method: method}
	return success(http.StatusOK, map[string]any{"data": map[string]any{
		"id": id, "app_id": app, "created_at": time.Now().UTC().Format(s.stamp),
	}})
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
	method, named := r.body["code_challenge_method"].(string)
	verifier, verified := r.body["code_verifier"].(string)
	if !named {
		method = s.setting("codes.method-default")
		if s.setting("exchange.method-absent") == "accept" {
			method = code.method
		}
	}
	switch {
	case code.method == "" && verified && s.refuses("exchange.verifier-unasked"),
		code.method != "" && method != code.method && s.ignore != "method":
		return s.failure(http.StatusBadRequest)
	case code.method != "" && s.ignore != "verifier":
		want, _ := code.sent["code_challenge"].(string)
		got := verifier
		if code.method == "S256" {
			sum := sha256.Sum256([]byte(verifier))
			got = base64.RawURLEncoding.EncodeToString(sum[:])
		}
		if !verified || got != want {
			code.used = s.setting("codes.burn-on-failure") == "burn"
			return s.failure(http.StatusForbidden)
		}
	}
	code.used = true
	k := s.newKey(map[string]any{
		"name": code.sent["key_label"], "limit": code.sent["limit"], "limit_reset": code.sent["usage_limit_type"], "expires_at": code.sent["expires_at"],
	})
	return success(http.StatusOK, map[string]any{"key": k.secret, "user_id": nil})
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
	offset, disabled, workspace := 0, "false", defaultWorkspace
	var found []string
	for name, values := range r.query {
		var err error
		switch {
		case len(values) != 1:
			found = append(found, "query "+name)
		case name == "offset":
			if offset, err = strconv.Atoi(values[0]); err != nil || offset < 0 {
				found, offset = append(found, "query offset"), 0
			}
		case name == "include_disabled":
			if disabled = values[0]; disabled != "true" && disabled != "false" {
				found = append(found, "query include_disabled")
			}
		case name == "workspace_id":
			if workspace = values[0]; !uuidForm.MatchString(workspace) {
				found = append(found, "query workspace_id")
			}
		default:
			found = append(found, "query other")
		}
	}
	if len(s.noticed(found)) > 0 {
		return s.failure(http.StatusBadRequest)
	}
	list := []any{}
	for _, k := range slices.Backward(s.keys) {
		if k.workspace == workspace && (!k.disabled || disabled == "true") {
			list = append(list, s.keyObject(k))
		}
	}
	list = list[min(offset, len(list)):]
	return success(http.StatusOK, map[string]any{"data": list[:min(100, len(list))]})
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

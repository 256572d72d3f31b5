package lies

import "github.com/mockgates/mockgates/contract/finding"

// bodyLies are bodies and statuses that are wrong as a whole, and members that are
// missing, duplicate or undocumented.
func bodyLies() []Lie {
	body := func(name, text, kind, where string) Lie {
		return Lie{name, sequence(honestKey().withResponse(201, text)), kind, where, true}
	}
	key := func(name, old, replacement, kind, where string) Lie {
		return body(name, replace(keyResponse, old, replacement), kind, where)
	}
	return []Lie{
		body("no body", "", finding.KindEmpty, "body"),
		body("only white space", " \r\n", finding.KindEmpty, "body"),
		body("the body null", "null", finding.KindType, "body"),
		body("an array for a body", "["+keyResponse+"]", finding.KindType, "body"),
		body("half of a body", keyResponse[:len(keyResponse)/2], finding.KindJSON, "body"),
		body("two bodies", keyResponse+keyResponse, finding.KindJSON, "body"),
		body("text behind the body", keyResponse+"OK", finding.KindJSON, "body"),
		body("a byte order mark", "\xef\xbb\xbf"+keyResponse, finding.KindJSON, "body"),
		key("bytes in the middle that are not UTF-8", "Nightly", "Night\xff\xfely", finding.KindJSON, "body"),
		key("an overlong encoding", "Nightly", "Night\xc0\xafly", finding.KindJSON, "body"),
		key("half of a surrogate pair", "Nightly", `Night\ud800ly`, finding.KindJSON, "/data/name"),
		key("a name with half of a surrogate pair", `"name"`, `"\udc00":1,"name"`, finding.KindJSON, "/data/*"),
		key("NaN for a number", `"usage":0`, `"usage":NaN`, finding.KindJSON, "body"),
		key("single quotes", `"Nightly"`, `'Nightly'`, finding.KindJSON, "body"),
		key("a member twice at the top", `,"key"`, `,"key":"other","key"`, finding.KindDuplicate, "/key"),
		key("a member twice further down", `"usage":0`, `"usage":7,"usage":0`, finding.KindDuplicate, "/data/usage"),
		key("a member twice, once escaped", `"usage":0`, `"us\u0061ge":7,"usage":0`, finding.KindDuplicate, "/data/usage"),
		key("a member twice below an undocumented one", `"usage":0`, `"usage":0,"more":[{"a":1,"a":2}]`, finding.KindDuplicate, "/data/*/0/*"),
		key("an undocumented member", `"usage":0`, `"usage":0,"secret_store":true`, finding.KindUndocumented, "/data/*"),
		key("no key", `,"key":"`+secret+`"`, "", finding.KindRequired, "/key"),
		key("no hash", `"hash":"`+hash+`",`, "", finding.KindRequired, "/data/hash"),
		key("no workspace", `,"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"`, "", finding.KindRequired, "/data/workspace_id"),
		{"an error for a success", sequence(honestKey().withResponse(201, errorBody("201"))), finding.KindRequired, "/data", true},
		{"a success for an error", sequence(honestKey().withResponse(500, keyResponse)), finding.KindRequired, "/error", true},
		{"200 for 201", sequence(honestKey().withResponse(200, keyResponse)), finding.KindStatus, "status", true},
		{"202 for 201", sequence(honestKey().withResponse(202, keyResponse)), finding.KindStatus, "status", true},
		{"422 for 400", sequence(honestKey().withRequest("{}").withResponse(422, errorBody("422"))), finding.KindStatus, "status", true},
		{"404 for an operation", sequence(honestKey().withResponse(404, errorBody("404"))), finding.KindStatus, "status", true},
		{"409 for a key", sequence(honestKey().withResponse(409, errorBody("409"))), finding.KindStatus, "status", true},
		{"503", sequence(honestKey().withResponse(503, errorBody("503"))), finding.KindStatus, "status", true},
		{"201 for a code", sequence(honestCode().withResponse(201, codeResponse)), finding.KindStatus, "status", true},
		{"403 for a code", sequence(honestCode().withResponse(403, errorBody("403"))), finding.KindStatus, "status", true},
		{"200 for an unknown path", sequence(newExchange("GET", "/nowhere", "", 200, "{}")), finding.KindStatus, "status", true},
		{"another code in an error", sequence(honestKey().withResponse(500, errorBody("400"))), finding.KindErrorCode, "/error/code", true},
		{"a code in an error that rounds to the status", sequence(honestKey().withRequest("{}").withResponse(400, errorBody("400.00000000000000001"))), finding.KindErrorCode, "/error/code", true},
		{"a text for the code in an error", sequence(honestKey().withResponse(500, errorBody(`"500"`))), finding.KindType, "/error/code", true},
		{"an error that is a text", sequence(honestKey().withResponse(500, `{"error":"failed"}`)), finding.KindType, "/error", true},
	}
}

// valueLies are wrong values of documented members.
func valueLies() []Lie {
	key := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, sequence(honestKey().withResponse(201, replace(keyResponse, old, replacement))), kind, where, true}
	}
	code := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, sequence(honestCode().withResponse(200, replace(codeResponse, old, replacement))), kind, where, true}
	}
	return []Lie{
		key("an empty key", `"key":"`+secret, `"key":"`, finding.KindEmpty, "/key"),
		key("an empty hash", `"hash":"`+hash, `"hash":"`, finding.KindEmpty, "/data/hash"),
		key("a number for a name", `"Nightly"`, "7", finding.KindType, "/data/name"),
		key("a text for a limit", `"limit":5`, `"limit":"5"`, finding.KindType, "/data/limit"),
		key("null for a usage", `"usage":0`, `"usage":null`, finding.KindType, "/data/usage"),
		key("a number for a boolean", `"disabled":false`, `"disabled":0`, finding.KindType, "/data/disabled"),
		key("a number that no double holds", `"usage":0`, `"usage":1e400`, finding.KindJSON, "body"),
		key("a creation time that is not a time", `"2026-01-01T00:00:00Z"`, `"yesterday"`, finding.KindFormat, "/data/created_at"),
		key("a creation time in seconds since 1970", `"2026-01-01T00:00:00Z"`, `1767225600`, finding.KindType, "/data/created_at"),
		key("an expiry without a time of day", `"2099-01-02T03:04:05Z"`, `"2099-01-02"`, finding.KindFormat, "/data/expires_at"),
		key("an expiry in another zone", `"2099-01-02T03:04:05Z"`, `"2099-01-02T05:04:05+02:00"`, finding.KindNotUTC, "/data/expires_at"),
		key("a reset that does not exist", `"weekly"`, `"yearly"`, finding.KindEnum, "/data/limit_reset"),
		code("an empty id", "code-0123456789abcdef", "", finding.KindEmpty, "/data/id"),
		code("an app with a fraction", `"app_id":1`, `"app_id":1.5`, finding.KindType, "/data/app_id"),
		code("an app with a fraction that a double rounds", `"app_id":1`, `"app_id":9007199254740993.5`, finding.KindType, "/data/app_id"),
		code("a text for an app", `"app_id":1`, `"app_id":"1"`, finding.KindType, "/data/app_id"),
		code("no id", `,"id":"code-0123456789abcdef"`, "", finding.KindRequired, "/data/id"),
		code("a creation time of a code that is not a time", `"2026-01-01T00:00:00Z"`, `""`, finding.KindFormat, "/data/created_at"),
	}
}

// headerLies are wrong headers.
func headerLies() []Lie {
	key := func(name, header string, kind string, values ...string) Lie {
		return Lie{name, sequence(honestKey().withHeader(header, values...)), kind, "header " + header, true}
	}
	limited := func(name, kind, where string, pairs ...string) Lie {
		x := honestKey().withResponse(429, errorBody("429"))
		for i := 0; i+1 < len(pairs); i += 2 {
			x = x.withHeader(pairs[i], pairs[i+1])
		}
		return Lie{name, sequence(x), kind, where, true}
	}
	unrouted := func(method string, status int, body string) exchange {
		return newExchange(method, "/keys", "", status, body)
	}
	noType := key("no content type", "Content-Type", finding.KindContentType)
	noType.Wire = false // net/http guesses one
	twoTypes := key("two content types", "Content-Type", finding.KindContentType, "application/json", "text/plain")
	head := Lie{"a body in a response to HEAD", sequence(unrouted("HEAD", 405, errorBody("405")).withHeader("Allow", "POST")), finding.KindUnexpected, "body", false}
	return []Lie{
		noType, twoTypes, head,
		key("text/plain", "Content-Type", finding.KindContentType, "text/plain"),
		key("text/html", "Content-Type", finding.KindContentType, "text/html; charset=utf-8"),
		key("problem+json", "Content-Type", finding.KindContentType, "application/problem+json"),
		key("JSON in Latin-1", "Content-Type", finding.KindContentType, "application/json; charset=iso-8859-1"),
		key("JSON in UTF-16", "Content-Type", finding.KindContentType, "application/json; charset=utf-16"),
		key("a body that is not gzipped", "Content-Encoding", finding.KindHeader, "gzip"),
		key("an unknown content coding", "Content-Encoding", finding.KindHeader, "rot13"),
		key("a Retry-After that is not a time, on a success", "Retry-After", finding.KindHeader, "soon"),
		limited("a Retry-After with a fraction", finding.KindHeader, "header Retry-After", "Retry-After", "1.5"),
		limited("a negative Retry-After", finding.KindHeader, "header Retry-After", "Retry-After", "-1"),
		limited("more requests left than allowed", finding.KindHeader, "header X-RateLimit-Remaining", "X-RateLimit-Limit", "10", "X-RateLimit-Remaining", "11"),
		limited("a reset in seconds", finding.KindHeader, "header X-RateLimit-Reset", "X-RateLimit-Reset", "1790000000"),
		{"a 405 without Allow", sequence(unrouted("PUT", 405, errorBody("405"))), finding.KindHeader, "header Allow", true},
	}
}

package control_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// newRequest returns a request as a server gets it.
func newRequest(method, target string) *http.Request { return httptest.NewRequest(method, target, nil) }

// serve returns the response of a handler to a request.
func serve(h http.Handler, r *http.Request) answer {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), body: w.Body.String()}
}

func TestNew_refusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"two words", "line\n", "schlüssel", "\x00"} {
		if _, err := control.New(server, control.Config{AdminToken: token}); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("admin token %q: %v; want an error without it", token, err)
		}
	}
	if _, err := control.New(nil, control.Config{}); err == nil {
		t.Error("no error without a server")
	}
}

func TestMount(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for _, tt := range []struct {
		name    string
		handler http.Handler
		path    string
		status  int
		message string
	}{
		{"the control API beside the API", f.control.Mount(api), "/_mockgates/version", 200, ""},
		{"the prefix alone", f.control.Mount(api), "/_mockgates", 404, `no call "";`},
		{"the API", f.control.Mount(api), "/api/v1/keys", 418, ""},
		{"a path that begins like the prefix", f.control.Mount(api), "/_mockgatesx", 418, ""},
		{"a path that is not clean", f.control.Mount(api), "/api/../_mockgates/version", 418, ""},
		{"health alone", f.control.MountHealth(api), "/_mockgates/health", 200, ""},
		{"another call where health is alone", f.control.MountHealth(api), "/_mockgates/version", 404, "an address of its own"},
		{"the prefix where health is alone", f.control.MountHealth(api), "/_mockgates", 404, "an address of its own"},
		{"the API beside health", f.control.MountHealth(api), "/api/v1/keys", 418, ""},
		{"the control API at its own address", f.control, "/_mockgates/version", 200, ""},
		{"the API at the address of the control API", f.control, "/api/v1/keys", 404, "below /_mockgates/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := send(t, tt.handler, "GET", tt.path, "")
			if a.status != tt.status || !strings.Contains(a.message(), tt.message) {
				t.Errorf("%d %s; want %d with %q", a.status, a.body, tt.status, tt.message)
			}
			if tt.status == 404 {
				checkHeaders(t, a.header)
			}
		})
	}
}

func TestMount_withoutABody(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	r, err := http.NewRequest(http.MethodPost, "http://localhost/_mockgates/reset", nil) // its Body is nil
	if err != nil {
		t.Fatal(err)
	}
	if a := serve(f.handler, r); a.status != 200 {
		t.Errorf("%d %s; want 200", a.status, a.body)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	for _, tt := range []struct {
		name, method, path string
		status             int
		allow              string
	}{
		{"OPTIONS", "OPTIONS", "faults", 204, "DELETE, GET, HEAD, POST"},
		{"OPTIONS of a path with a variable", "OPTIONS", "faults/f1", 204, "DELETE, GET, HEAD"},
		{"HEAD", "HEAD", "faults", 200, ""},
		{"HEAD where there is no GET", "HEAD", "reset", 405, "POST"},
		{"a method that the path does not have", "PATCH", "faults", 405, "DELETE, GET, HEAD, POST"},
		{"GET of a call with another method", "GET", "reset", 405, "POST"},
		{"a method of another path", "POST", "requests", 405, "DELETE, GET, HEAD"},
		{"POST to health", "POST", "health", 405, "GET, HEAD"},
		{"a method that nobody has", "BREW", "gates/door", 405, "GET, HEAD, POST"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := f.call(t, tt.method, tt.path, "")
			if a.status != tt.status || a.header.Get("Allow") != tt.allow {
				t.Errorf("%d with Allow %q; want %d with %q", a.status, a.header.Get("Allow"), tt.status, tt.allow)
			}
			if tt.status == 405 && (!strings.Contains(a.message(), tt.allow) || a.at("error.code") != 405.0) {
				t.Errorf("%s; want the methods in the message", a.body)
			}
		})
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	for path, want := range map[string]string{
		"fault":                 `no call "fault"; did you mean faults?`,
		"faults/":               `no call "faults/"; did you mean faults?`,
		"fault/f1":              "did you mean faults/f1?",
		"key/abc/usage":         "did you mean keys/abc/usage?",
		"//faults":              "did you mean faults?",
		"requests//count":       "did you mean requests/count?",
		"gates/a%2Fb":           `no call "gates/a/b"`,
		"":                      `no call ""; want one of ca.pem, clock, clock/advance`,
		strings.Repeat("x", 99): strings.Repeat("x", 64) + "…",
	} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			if a := f.call(t, method, path, ""); a.status != 404 || !strings.Contains(a.message(), want) || a.at("error.code") != 404.0 {
				t.Errorf("%s %q: %d %s; want 404 with %q", method, path, a.status, a.body, want)
			}
		}
	}
}

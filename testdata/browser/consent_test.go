// Package browser tests the OAuth flow of the fake with a real OAuth client and,
// where Chromium or Chrome is installed, the consent page in that browser.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"golang.org/x/oauth2"

	"github.com/mockgates/mockgates/mockserver"
)

var screenshots = flag.Bool("screenshots", false, "write the screenshots of the consent page that the README shows")

// An app is a program that asks a user for a key. It has a web server, which
// the browser is redirected to, and an OAuth client with a PKCE verifier.
type app struct {
	fake, site *httptest.Server
	verifier   string
	callbacks  chan url.Values // query of each request to the callback URL
}

func newApp(t *testing.T) *app {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{Rules: map[string]string{"codes.callback-url": "localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{fake: httptest.NewServer(fake), verifier: oauth2.GenerateVerifier(), callbacks: make(chan url.Values, 8)}
	a.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			a.callbacks <- r.URL.Query()
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<title>app</title>"))
	}))
	t.Cleanup(a.fake.Close)
	t.Cleanup(a.site.Close)
	return a
}

// consentURL returns the URL that the app sends the user to, as the OAuth client
// builds it. The state is in the callback: the API does not pass on one beside it.
// extra holds names and values of further query parameters.
func (a *app) consentURL(extra ...string) string {
	client := oauth2.Config{Endpoint: oauth2.Endpoint{AuthURL: a.fake.URL + "/auth"}}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(a.verifier),
		oauth2.SetAuthURLParam("callback_url", a.site.URL+"/callback?state=app-state"),
	}
	for i := 0; i+1 < len(extra); i += 2 {
		options = append(options, oauth2.SetAuthURLParam(extra[i], extra[i+1]))
	}
	return client.AuthCodeURL("", options...)
}

// exchange exchanges an authorization code for a key.
func (a *app) exchange(t *testing.T, code, verifier string) (status int, key string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"code": code, "code_verifier": verifier, "code_challenge_method": "S256"})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(a.fake.URL+"/api/v1/auth/keys", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ Key string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out.Key
}

// currentKey calls GET /key with a key and returns the label in the response.
func (a *app) currentKey(t *testing.T, key string) (status int, label string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.fake.URL+"/api/v1/key", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ Data struct{ Label string } }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out.Data.Label
}

func TestOAuthClientGetsAKey(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	res, err := http.Get(a.consentURL("auto", "allow", "key_label", "Reports"))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	query := <-a.callbacks
	if query.Get("state") != "app-state" {
		t.Errorf("state = %q, want %q", query.Get("state"), "app-state")
	}
	if status, _ := a.exchange(t, query.Get("code"), oauth2.GenerateVerifier()); status != http.StatusForbidden {
		t.Errorf("status with another verifier = %d, want 403", status)
	}
	status, key := a.exchange(t, query.Get("code"), a.verifier)
	if status != http.StatusOK {
		t.Fatalf("status of the exchange = %d, want 200", status)
	}
	if status, label := a.currentKey(t, key); status != http.StatusOK || label != "Reports" {
		t.Errorf("GET /key: status %d, label %q; want 200, \"Reports\"", status, label)
	}
	if status, _ := a.exchange(t, query.Get("code"), a.verifier); status != http.StatusBadRequest {
		t.Errorf("status of a second exchange = %d, want 400", status)
	}
}

// startBrowser starts a headless browser. It skips the test if none is installed.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no browser found: install chromium to run this test")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true),
		chromedp.WSURLReadTimeout(2 * time.Minute),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium does not run as root with its sandbox
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute) // so that a browser that hangs does not block the suite
	t.Cleanup(stop)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits until the browser no longer writes to its directory
	return ctx
}

// eval runs an action in the browser and returns its result.
func eval[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// do runs actions in the browser.
func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// setColourScheme makes the browser prefer a colour scheme, "dark" or "light".
func setColourScheme(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// waitForCallback waits until the browser requests the callback URL and returns
// the query of that request.
func (a *app) waitForCallback(t *testing.T, ctx context.Context) url.Values {
	t.Helper()
	select {
	case query := <-a.callbacks:
		return query
	case <-ctx.Done():
		t.Fatal("the browser ended without a request to the callback URL")
		return nil
	}
}

func TestConsentPage_allow(t *testing.T) {
	t.Parallel()
	ctx, a := startBrowser(t), newApp(t)
	do(t, ctx,
		chromedp.EmulateViewport(640, 620),
		chromedp.Navigate(a.consentURL("key_label", "Reports", "limit", "25", "usage_limit_type", "monthly")))
	heading, title := eval(t, ctx, chromedp.Text(chromedp.CSS("h1"))), eval(t, ctx, chromedp.Title())
	if !strings.Contains(heading, a.site.URL) || !strings.Contains(title, a.site.URL) {
		t.Errorf("heading %q and title %q do not both name the app %s", heading, title, a.site.URL)
	}

	background := map[string]string{}
	for _, name := range []string{"dark", "light"} {
		setColourScheme(t, ctx, name)
		background[name] = eval(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
	}
	if background["dark"] == background["light"] {
		t.Errorf("the background is %s in both colour schemes", background["dark"])
	}

	const focused = `document.activeElement.textContent`
	for _, want := range []string{"Allow", "Deny"} { // in this order with the tab key
		do(t, ctx, chromedp.KeyEvent("\t"))
		if got := eval(t, ctx, chromedp.Evaluate[string](focused)); got != want {
			t.Errorf("the tab key focuses %q, want %q", got, want)
		}
	}

	do(t, ctx, chromedp.Click(chromedp.CSS("button[value=allow]")))
	query := a.waitForCallback(t, ctx)
	if query.Get("state") != "app-state" || query.Get("error") != "" {
		t.Errorf("callback query = %v", query)
	}
	status, key := a.exchange(t, query.Get("code"), a.verifier)
	if status != http.StatusOK {
		t.Fatalf("status of the exchange = %d, want 200", status)
	}
	if status, label := a.currentKey(t, key); status != http.StatusOK || label != "Reports" {
		t.Errorf("GET /key: status %d, label %q; want 200, \"Reports\"", status, label)
	}
}

func TestConsentPage_denyWithKeyboard(t *testing.T) {
	t.Parallel()
	ctx, a := startBrowser(t), newApp(t)
	do(t, ctx, chromedp.Navigate(a.consentURL()), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	if query := a.waitForCallback(t, ctx); query.Get("error") != "access_denied" || query.Has("code") {
		t.Errorf("callback query = %v", query)
	}
}

// The page must not run what a query parameter injects, and must not be framed.
func TestConsentPage_isSafe(t *testing.T) {
	t.Parallel()
	ctx, a := startBrowser(t), newApp(t)
	const attack = `</bdi><script>window.ran=1</script><img src=x onerror="window.ran=1">`
	do(t, ctx, chromedp.Navigate(a.consentURL("key_label", attack)))
	if shown := eval(t, ctx, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(shown, attack) {
		t.Errorf("the page shows %q, want the label unchanged", shown)
	}
	if eval(t, ctx, chromedp.Evaluate[bool](`"ran" in window`)) {
		t.Error("the injected script ran")
	}

	res, err := http.Get(a.consentURL())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'none'") || res.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("the page can be framed: Content-Security-Policy %q, X-Frame-Options %q", policy, res.Header.Get("X-Frame-Options"))
	}
	if n := eval(t, ctx, chromedp.Evaluate[int](`document.scripts.length`)); n != 0 {
		t.Errorf("the page has %d scripts, want 0", n)
	}
}

// TestConsentPage_screenshots writes the screenshots that the README shows if it
// is run with -screenshots.
func TestConsentPage_screenshots(t *testing.T) {
	if !*screenshots {
		t.Skip("run with -screenshots to write the screenshots")
	}
	ctx, a := startBrowser(t), newApp(t)
	page := a.consentURL("callback_url", "https://reports.example/callback", "key_label", "Reports", "limit", "25", "usage_limit_type", "monthly")
	do(t, ctx, chromedp.EmulateViewport(640, 650), chromedp.Navigate(page))
	for _, name := range []string{"dark", "light"} {
		setColourScheme(t, ctx, name)
		screenshot := eval(t, ctx, chromedp.CaptureScreenshot())
		if err := os.WriteFile(filepath.Join("..", "consent", name+".png"), screenshot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

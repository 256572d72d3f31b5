package main

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

var screenshots = flag.Bool("screenshots", false, "write the pictures of the consent page that the README shows")

// An app is a program that asks a user for a key: a server that the browser is
// sent back to, and an OAuth client that makes verifier and challenge.
type app struct {
	fake, site *httptest.Server
	verifier   string
	back       chan url.Values // the queries that came back
}

func newApp(t *testing.T) *app {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{Choices: map[string]string{"codes.callback-url": "localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{fake: httptest.NewServer(fake), verifier: oauth2.GenerateVerifier(), back: make(chan url.Values, 8)}
	a.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			a.back <- r.URL.Query()
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<title>back at the app</title>"))
	}))
	t.Cleanup(a.fake.Close)
	t.Cleanup(a.site.Close)
	return a
}

// consentURL is where the app sends the user, as a real OAuth client makes it.
func (a *app) consentURL(extra ...string) string {
	client := oauth2.Config{Endpoint: oauth2.Endpoint{AuthURL: a.fake.URL + "/auth"}}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(a.verifier),
		oauth2.SetAuthURLParam("callback_url", a.site.URL+"/callback"),
	}
	for i := 0; i+1 < len(extra); i += 2 {
		options = append(options, oauth2.SetAuthURLParam(extra[i], extra[i+1]))
	}
	return client.AuthCodeURL("state of the app", options...)
}

// exchange trades a code for a key.
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

// current asks the API about a key.
func (a *app) current(t *testing.T, key string) (status int, label string) {
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

func TestARealOAuthClientGetsAKey(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	res, err := http.Get(a.consentURL("auto", "allow", "key_label", "Reports"))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	query := <-a.back
	if query.Get("state") != "state of the app" {
		t.Errorf("the state came back as %q", query.Get("state"))
	}
	if status, _ := a.exchange(t, query.Get("code"), oauth2.GenerateVerifier()); status != http.StatusForbidden {
		t.Errorf("the verifier of somebody else: %d, want 403", status)
	}
	status, key := a.exchange(t, query.Get("code"), a.verifier)
	if status != http.StatusOK {
		t.Fatalf("the exchange answers %d", status)
	}
	if status, label := a.current(t, key); status != http.StatusOK || label != "Reports" {
		t.Errorf("the key answers %d as %q, want 200 as Reports", status, label)
	}
	if status, _ := a.exchange(t, query.Get("code"), a.verifier); status != http.StatusBadRequest {
		t.Errorf("the second exchange: %d, want 400", status)
	}
}

// browse starts a headless browser of the machine, or skips the test where
// there is none.
func browse(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no browser on this machine: install chromium to run this test")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true),
		chromedp.WSURLReadTimeout(2 * time.Minute),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute) // a browser that hangs must not hang the suite
	t.Cleanup(stop)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits for the browser, which writes to its directory
	return ctx
}

// value runs an action in the browser and returns what it yields.
func value[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
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

// scheme makes the browser prefer a colour scheme, "dark" or "light".
func scheme(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// returned waits until the browser is back at the app, and returns the query
// that it came back with.
func (a *app) returned(t *testing.T, ctx context.Context) url.Values {
	t.Helper()
	select {
	case query := <-a.back:
		return query
	case <-ctx.Done():
		t.Fatal("the browser ended and never came back to the app")
		return nil
	}
}

func TestAUserAllowsInABrowser(t *testing.T) {
	t.Parallel()
	ctx, a := browse(t), newApp(t)
	do(t, ctx,
		chromedp.EmulateViewport(640, 620),
		chromedp.Navigate(a.consentURL("key_label", "Reports", "limit", "25", "usage_limit_type", "monthly")))
	heading, title := value(t, ctx, chromedp.Text(chromedp.CSS("h1"))), value(t, ctx, chromedp.Title())
	if !strings.Contains(heading, a.site.URL) || !strings.Contains(title, a.site.URL) {
		t.Errorf("the page does not name the app %s: heading %q, title %q", a.site.URL, heading, title)
	}

	back := map[string]string{}
	for _, name := range []string{"dark", "light"} {
		scheme(t, ctx, name)
		back[name] = value(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
	}
	if back["dark"] == back["light"] {
		t.Errorf("the page is %s in the dark and in the light", back["dark"])
	}

	const focused = `document.activeElement.textContent`
	for _, want := range []string{"Allow", "Deny"} { // by the keyboard alone
		do(t, ctx, chromedp.KeyEvent("\t"))
		if got := value(t, ctx, chromedp.Evaluate[string](focused)); got != want {
			t.Errorf("the tab key reaches %q, want %q", got, want)
		}
	}

	do(t, ctx, chromedp.Click(chromedp.CSS("button[value=allow]")))
	query := a.returned(t, ctx)
	if query.Get("state") != "state of the app" || query.Get("error") != "" {
		t.Errorf("the browser came back with %v", query)
	}
	status, key := a.exchange(t, query.Get("code"), a.verifier)
	if status != http.StatusOK {
		t.Fatalf("the exchange answers %d", status)
	}
	if status, label := a.current(t, key); status != http.StatusOK || label != "Reports" {
		t.Errorf("the key answers %d as %q, want 200 as Reports", status, label)
	}
}

func TestAUserDeniesInABrowserByTheKeyboard(t *testing.T) {
	t.Parallel()
	ctx, a := browse(t), newApp(t)
	do(t, ctx, chromedp.Navigate(a.consentURL()), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	if query := a.returned(t, ctx); query.Get("error") != "access_denied" || query.Has("code") {
		t.Errorf("the browser came back with %v", query)
	}
}

// A page that shows what it was sent must not run it, and nobody may frame it.
func TestTheConsentPageIsSafeInABrowser(t *testing.T) {
	t.Parallel()
	ctx, a := browse(t), newApp(t)
	const attack = `</bdi><script>window.ran=1</script><img src=x onerror="window.ran=1">`
	do(t, ctx, chromedp.Navigate(a.consentURL("key_label", attack)))
	if shown := value(t, ctx, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(shown, attack) {
		t.Errorf("the label is not shown as it came: %q", shown)
	}
	if value(t, ctx, chromedp.Evaluate[bool](`"ran" in window`)) {
		t.Error("the label ran")
	}

	res, err := http.Get(a.consentURL())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'none'") || res.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("others may frame the page: %q, %q", policy, res.Header.Get("X-Frame-Options"))
	}
	if n := value(t, ctx, chromedp.Evaluate[int](`document.scripts.length`)); n != 0 {
		t.Errorf("the page has %d scripts", n)
	}
}

// TestPicturesOfTheConsentPage makes the pictures that the README shows, when
// it is asked to.
func TestPicturesOfTheConsentPage(t *testing.T) {
	if !*screenshots {
		t.Skip("pictures are made with -screenshots")
	}
	ctx, a := browse(t), newApp(t)
	page := a.consentURL("callback_url", "https://reports.example/callback", "key_label", "Reports", "limit", "25", "usage_limit_type", "monthly")
	do(t, ctx, chromedp.EmulateViewport(640, 650), chromedp.Navigate(page))
	for _, name := range []string{"dark", "light"} {
		scheme(t, ctx, name)
		picture := value(t, ctx, chromedp.CaptureScreenshot())
		if err := os.WriteFile(filepath.Join("..", "..", "testdata", "consent", name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

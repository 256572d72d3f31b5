package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sampleKey is the management key in the samples of ModelGates' documents.
const sampleKey = "<token>"

// sampleDocuments are the documents. Each has the name of its operation.
var sampleDocuments = []string{"create-keys", "create-auth-keys-code"}

// A sampleRun is what a sample of one language takes to run.
type sampleRun struct {
	language string
	needs    string                                        // program that must be there; "" if the test never runs the language
	missing  func() string                                 // says what else is missing, "" if nothing is
	prepare  func(s *sampleServer, code string) [][]string // writes the sample, and returns the commands to run
}

// A sampleServer is a fake that a sample can reach, and the folder in which it runs.
type sampleServer struct {
	*fake
	t     *testing.T
	dir   string
	ca    string // file of the CA
	proxy string // host and port
	plain string // URL of plain HTTP
}

// write writes a file to the folder.
func (s *sampleServer) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		s.t.Fatal(err)
	}
}

var sampleRuns = []sampleRun{
	{
		language: "python", needs: "python3",
		missing: func() string {
			if exec.Command("python3", "-c", "import requests").Run() != nil {
				return "python3 has no module requests"
			}
			return ""
		},
		prepare: func(s *sampleServer, code string) [][]string {
			s.write("sample.py", restoreLines(code))
			return [][]string{{"python3", "sample.py"}}
		},
	},
	{
		language: "javascript", needs: "node",
		prepare: func(s *sampleServer, code string) [][]string {
			s.write("sample.mjs", code)
			s.write("proxy.mjs", readFile(s.t, "testdata/samples/proxy.mjs"))
			return [][]string{{"node", "--import", "./proxy.mjs", "sample.mjs"}}
		},
	},
	{
		language: "go", needs: "go",
		prepare: func(s *sampleServer, code string) [][]string {
			s.write("sample.go", restoreLines(code))
			return [][]string{{"go", "build", "-o", "sample", "sample.go"}, {filepath.Join(s.dir, "sample")}}
		},
	},
	{
		language: "ruby", needs: "ruby",
		prepare: func(s *sampleServer, code string) [][]string {
			s.write("sample.rb", restoreLines(code))
			return [][]string{{"ruby", "sample.rb"}}
		},
	},
	{
		language: "java", needs: "java",
		missing: func() string {
			if os.Getenv("MOCKGATES_UNIREST") == "" {
				return "MOCKGATES_UNIREST does not name a class path with Unirest 1.4.9; testdata/samples/pom.xml makes one"
			}
			return ""
		},
		prepare: func(s *sampleServer, code string) [][]string {
			// The sample is the body of a method, after its imports, and its client takes
			// the proxy from nothing but a call.
			imports := strings.LastIndex(code, "import ") + strings.Index(code[strings.LastIndex(code, "import "):], ";") + 1
			host, port, _ := strings.Cut(s.proxy, ":")
			s.write("Sample.java", code[:imports]+"\nclass Sample { public static void main(String[] args) throws Exception {\n"+
				`Unirest.setProxy(new org.apache.http.HttpHost("`+host+`", `+port+"));\n"+
				code[imports:]+"\nSystem.out.println(response.getBody()); } }\n")
			return [][]string{
				{"keytool", "-importcert", "-noprompt", "-alias", "mockgates", "-file", s.ca, "-keystore", "trust.p12", "-storepass", "password"},
				{"java", "-cp", os.Getenv("MOCKGATES_UNIREST"), "-Djavax.net.ssl.trustStore=trust.p12", "-Djavax.net.ssl.trustStorePassword=password", "Sample.java"},
			}
		},
	},
	{
		language: "php", needs: "php",
		missing: func() string {
			if _, err := os.Stat(guzzle()); err != nil {
				return "Guzzle is not installed; MOCKGATES_GUZZLE names its autoload.php"
			}
			return ""
		},
		prepare: func(s *sampleServer, code string) [][]string {
			s.write("sample.php", strings.Replace(code, "<?php", "<?php\n", 1))
			s.write("vendor/autoload.php", "<?php require_once '"+guzzle()+"';")
			return [][]string{{"php", "-d", "curl.cainfo=" + s.ca, "sample.php"}}
		},
	},
	{
		language: "csharp",
		missing:  func() string { return "the sample wants RestSharp 106, for which this test has no project" },
	},
	{
		language: "swift",
		missing: func() string {
			return "URLSession takes neither a proxy nor a CA from variables, and the sample ends before the response arrives"
		},
	},
}

// guzzle returns the file that loads Guzzle, by default that of Debian's package.
func guzzle() string {
	if name := os.Getenv("MOCKGATES_GUZZLE"); name != "" {
		return name
	}
	return "/usr/share/php/GuzzleHttp/autoload.php"
}

// TestDocuments_samplesRun runs the code samples of ModelGates' published documents
// as they are printed, each against a server of its own under the real host name. The
// documents are not a part of the project: MOCKGATES_DOCUMENTS names their folder, by
// default shared/documents beside that of the project.
func TestDocuments_samplesRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("make test-full and make examples run the samples of the documents")
	}
	folder := os.Getenv("MOCKGATES_DOCUMENTS")
	if folder == "" {
		folder = fromRoot("../shared/documents")
	}
	for _, operation := range sampleDocuments {
		data, err := os.ReadFile(filepath.Join(folder, operation+".txt"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("MOCKGATES_DOCUMENTS does not name a folder with %s.txt, so the samples of the documents are not run", operation)
		}
		if err != nil {
			t.Fatal(err)
		}
		samples, err := readSamples(string(data))
		if err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		for _, row := range sampleRuns {
			t.Run(operation+"/"+row.language, func(t *testing.T) {
				t.Parallel()
				if _, err := exec.LookPath(row.needs); row.needs != "" && err != nil {
					t.Skipf("in %s: %s is not installed", row.language, row.needs)
				}
				if row.missing != nil {
					if why := row.missing(); why != "" {
						t.Skipf("in %s: %s", row.language, why)
					}
				}
				runSample(t, row, samples[row.language], operation)
			})
		}
	}
}

// runSample runs one sample. The server must have got one request from it, that of
// the operation, and have found nothing wrong with it.
func runSample(t *testing.T, row sampleRun, code, operation string) {
	s := startSampleServer(t)
	for _, command := range row.prepare(s, code) {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		cmd := exec.CommandContext(ctx, command[0], command[1:]...)
		cmd.Dir, cmd.Env = s.dir, s.environ()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	var journal struct {
		Requests []struct {
			Operation  string `json:"operation"`
			Status     int    `json:"status"`
			Violations []any  `json:"violations"`
		} `json:"requests"`
	}
	body := call(t, s.plain+"/_mockgates/requests", sampleKey, "").body
	if err := json.Unmarshal([]byte(body), &journal); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if r := journal.Requests; len(r) != 1 || r[0].Operation != operation || r[0].Status/100 != 2 || len(r[0].Violations) > 0 {
		t.Errorf("requests = %s\nwant one successful %s", body, operation)
	}
}

// startSampleServer starts a server that has the key of the samples.
func startSampleServer(t *testing.T) *sampleServer {
	t.Helper()
	dir := t.TempDir()
	f := startFake(t, nil, "--tls", "--tls-dir", filepath.Join(dir, "ca"), "--plain-addr", "127.0.0.1:0", "--management-key", sampleKey)
	_, plain, _ := strings.Cut(f.out.await(t, "HTTPS_PROXY="), "and on ")
	plain, _, _ = strings.Cut(plain, "/api/v1\n")
	at, err := url.Parse(f.base)
	if err != nil {
		t.Fatal(err)
	}
	return &sampleServer{fake: f, t: t, dir: dir, ca: filepath.Join(dir, "ca", "ca.pem"), proxy: at.Host, plain: plain}
}

// environ returns the environment in which an unchanged program reaches the server:
// the proxy, and the CA where each HTTP client looks for it.
func (s *sampleServer) environ() []string {
	env := append(os.Environ(), "NODE_USE_ENV_PROXY=1")
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "http_proxy"} {
		env = append(env, name+"=http://"+s.proxy)
	}
	for _, name := range []string{"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"} {
		env = append(env, name+"="+s.ca)
	}
	return append(env, "NO_PROXY=", "no_proxy=")
}

package main

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// TestServe_emptySecret gives a secret that is empty, in each place where a flag
// can be given. A server that started would be unprotected.
func TestServe_emptySecret(t *testing.T) {
	t.Parallel()
	// The port is taken, so that a fake that accepts the value ends too.
	taken := strings.TrimPrefix(startFake(t, nil).root(), "http://")
	for _, test := range []struct {
		name string
		args []string
		env  []string
		file string // the configuration file; "" for none
		want string // in the message
	}{
		{name: "an admin token on the command line", args: []string{"--admin-token", ""}, want: "--admin-token: "},
		{name: "an admin token of spaces", args: []string{"--admin-token= "}, want: "--admin-token: "},
		{name: "an admin token in a variable", env: []string{"MOCKGATES_ADMIN_TOKEN="}, want: "(from MOCKGATES_ADMIN_TOKEN)"},
		{name: "an admin token in the file", file: "admin-token: ''\n", want: "config.yaml:1)"},
		{name: "an admin token without a value in the file", file: "admin-token:\n", want: "config.yaml:1)"},
		{name: "a management key on the command line", args: []string{"--management-key", "a", "--management-key", ""}, want: "--management-key: "},
		{name: "a management key in a variable", env: []string{"MOCKGATES_MANAGEMENT_KEY=\n"}, want: "(from MOCKGATES_MANAGEMENT_KEY)"},
		{name: "an empty list of management keys in the file", file: "management-key: []\n", want: "config.yaml:1)"},
		{name: "an empty management key in the file", file: "management-key: [a, '']\n", want: "config.yaml:1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"serve", "--addr", "127.0.0.1:0"}, test.args...)
			if test.file != "" {
				args = append(args, "--config", writeFile(t, "config.yaml", test.file))
			}
			args = append(args, "--admin-addr", taken)
			code, stdout, stderr := mockgates(t, test.env, "", args...)
			if code != exit.Usage || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want 1 and %q", code, stdout, stderr, test.want)
			}
		})
	}
}

package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/shell"
)

// TestJoin gives a command to a shell, which must find the same words.
func TestJoin(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh, so quoted commands are not tested")
	}
	words := []string{"plain", "", "two words", "it's", "$HOME", "a\\b", "`x`", "*", "line\nbreak", "--flag=x", "a%b", "k@h", "a,b+c"}
	out, err := exec.Command(sh, "-c", "printf '%s|' "+shell.Join(words)).Output()
	if want := strings.Join(words, "|") + "|"; err != nil || string(out) != want {
		t.Errorf("the shell finds %q, %v; want %q", out, err, want)
	}
}

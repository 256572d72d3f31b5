package script

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// The longest name of a file in a scenario, and of a folder in the name, in bytes.
// Common file systems allow both below a temporary folder.
const (
	maxFileName    = 1024
	maxFileElement = 255
)

// CleanName returns a name for a scenario. It replaces characters that are special in
// paths or patterns.
func CleanName(text string) string { return notInName.ReplaceAllString(text, "_") }

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// CheckFileName refuses the name of a file that a scenario must not write: one that leads
// out of its folder on some system, or that is not valid for a file.
func CheckFileName(name string) error {
	switch {
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("file name %.60q has a control character", name)
	case strings.ContainsAny(name, `\:`):
		return fmt.Errorf(`file name %.60q has a \ or a :; want / between folders`, name)
	case !filepath.IsLocal(name) || path.IsAbs(name) || path.Clean(name) == ".":
		return fmt.Errorf("file name %.60q leads out of the folder of the scenario; want a relative one that stays in it", name)
	case len(name) > maxFileName:
		return fmt.Errorf("file name %.60q… has %d bytes; want at most %d", name, len(name), maxFileName)
	}
	for element := range strings.SplitSeq(name, "/") {
		if len(element) > maxFileElement {
			return fmt.Errorf("file name %.60q… has a part of %d bytes; want at most %d", name, len(element), maxFileElement)
		}
	}
	return nil
}

// checkMarkers refuses a line on which txtar.Parse panics.
func checkMarkers(data []byte) error {
	for i, text := range strings.Split(string(data), "\n") {
		if strings.TrimSuffix(text, "\r") == "-- --" {
			return &SyntaxError{i + 1, 1, "a file needs a name, between -- and --"}
		}
	}
	return nil
}

// checkFiles refuses an archive whose files cannot all be written. The error
// names the line of the first.
func (s *Script) checkFiles(data []byte) error {
	names := map[string]bool{}
	for _, file := range s.files {
		err := CheckFileName(file.Name)
		clean := path.Clean(file.Name)
		switch {
		case err != nil:
		case strings.Contains(file.Name, "$"): // testscript expands it
			err = fmt.Errorf("file name %.60q has a $", file.Name)
		case names[clean]:
			err = fmt.Errorf("file name %.60q is given twice; give each file another name", file.Name)
		}
		if err != nil {
			return &SyntaxError{markerLine(data, file.Name), len("-- ") + 1, err.Error()}
		}
		names[clean] = true
	}
	return nil
}

// markerLine returns the last line that begins the file with a name.
func markerLine(data []byte, name string) int {
	line := 0
	for i, text := range strings.Split(string(data), "\n") {
		inner, isMarker := strings.CutPrefix(strings.TrimSuffix(text, "\r"), "-- ")
		inner, closed := strings.CutSuffix(inner, " --")
		if isMarker && closed && strings.TrimSpace(inner) == name {
			line = i + 1
		}
	}
	return line
}

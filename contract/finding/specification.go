package finding

import (
	"net/url"
	"strings"
)

// An Operation is one documented method and path.
type Operation struct {
	ID        string // operationId
	Method    string // upper case
	Path      string // template below the base URL: "/keys/{hash}"
	Companion bool   // specified by this package and not by ModelGates
	Statuses  []int  // documented statuses, in document order, without "default"
	Summary   string // one short line
	Document  string // name of the document that specifies it
}

// PathParameters returns the values of the parameters in a path of the operation.
// The path must be escaped; the values are not.
func (op Operation) PathParameters(path string) map[string]string {
	parameters := make(map[string]string)
	segments := strings.Split(path, "/")
	for i, want := range strings.Split(op.Path, "/") {
		if name, ok := strings.CutPrefix(want, "{"); ok && i < len(segments) {
			if text, err := url.PathUnescape(segments[i]); err == nil {
				parameters[strings.TrimSuffix(name, "}")] = text
			}
		}
	}
	return parameters
}

// The kinds of Feature.
const (
	FeatureProperty   = "property"   // a declared property of the body, or a query parameter, was sent
	FeatureValue      = "value"      // it had this value: one of its enum, true, false or null, or one outside its enum
	FeatureFormat     = "format"     // it met its format, or did not
	FeatureCredential = "credential" // the credential had this form
	FeatureBody       = "body"       // the body had this form
)

// A Feature is one thing that the specification says about requests and that an
// exchange can exercise. Nothing in it comes from an exchange.
type Feature struct {
	Operation string // operationId
	Kind      string // one of the Feature constants
	Name      string // within the operation: "/limit_reset", `/limit_reset = "daily"`, "/expires_at: date-time", "credential: none", "body: empty"
}

// String returns the operation and the name: "create-keys /limit_reset".
func (f Feature) String() string { return f.Operation + " " + f.Name }

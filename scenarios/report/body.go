package report

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// A Body is the body of a request or a response, without secrets. It may hold
// any bytes. In JSON it is a string or, if it is not UTF-8, an object with its
// base64.
type Body string

// binaryBody is the JSON of a body that is not UTF-8.
type binaryBody struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON returns the JSON of the body.
func (b Body) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(b)) {
		return marshal(string(b))
	}
	return marshal(binaryBody{[]byte(b)})
}

// UnmarshalJSON reads what MarshalJSON returns.
func (b *Body) UnmarshalJSON(data []byte) error {
	if strictjson.TypeOf(data) == strictjson.TypeString {
		return json.Unmarshal(data, (*string)(b))
	}
	var binary binaryBody
	if err := strictjson.Unmarshal(data, &binary); err != nil {
		return err
	}
	*b = Body(binary.Base64)
	return nil
}

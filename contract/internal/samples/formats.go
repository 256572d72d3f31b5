package samples

// A formatText is a text for a format, with the verdict of the format on it.
type formatText struct {
	name    string // follows the name of the place: "with a date alone"
	text    string
	verdict verdict
}

// textsOf returns texts that match a format, nearly match it, or do not match it. It
// returns none for an unknown format.
func textsOf(format string) []formatText {
	switch format {
	case "date-time":
		return []formatText{
			{"that is not a time", "tomorrow", Invalid},
			{"with a date alone", "2029-11-30", Invalid},
			{"without seconds", "2029-11-30T23:59Z", Invalid},
			{"without an offset", "2029-11-30T23:59:59", Invalid},
			{"with an offset of zero", "2029-11-30T23:59:59+00:00", Valid},
			{"with an offset of two hours", "2029-11-30T23:59:59+02:00", Valid},
			{"with a fraction of a second", "2029-11-30T23:59:59.123Z", Valid},
			{"on a day that does not exist", "2029-02-30T00:00:00Z", Invalid},
			{"on a leap day", "2028-02-29T00:00:00Z", Valid},
			{"in the past", "1999-12-31T23:59:59Z", Valid},
			{"as a number in a text", "1900000000", Invalid},
			{"as an empty text", "", Invalid},
		}
	case "uri":
		return []formatText{
			{"that is not a URI", "not an address", Invalid},
			{"that is relative", "/auth/callback", Invalid},
			{"without a scheme", "myapp.com/auth/callback", Invalid},
			{"with a space", "https://myapp.com/a b", Invalid},
			{"of another scheme", "http://myapp.com/auth/callback", Valid},
			{"on port 443", "https://myapp.com:443/auth/callback", Valid},
			{"on port 3000", "https://myapp.com:3000/auth/callback", Valid},
			{"on another port", "https://myapp.com:8443/auth/callback", Valid},
			{"with a query", "https://myapp.com/auth/callback?a=b", Valid},
			{"as an empty text", "", Unknown},
		}
	case "uuid":
		return []formatText{
			{"that is not a UUID", "default", Invalid},
			{"a digit short", "0df9e665-d932-5740-b2c7-b52af166bc1", Invalid},
			{"with a letter that is not a digit", "0df9e665-d932-5740-b2c7-b52af166bc1g", Invalid},
			{"in capitals", "0DF9E665-D932-5740-B2C7-B52AF166BC11", Valid},
			{"without hyphens", "0df9e665d9325740b2c7b52af166bc11", Invalid},
			{"as an empty text", "", Invalid},
		}
	}
	return nil
}

// HasFormat reports whether there are samples of a format.
func HasFormat(format string) bool { return textsOf(format) != nil }

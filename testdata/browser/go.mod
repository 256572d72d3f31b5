// The browser tests are a module of their own, so that users of the library
// do not get the driver of a browser into their go.mod.
module github.com/mockgates/mockgates/testdata/browser

go 1.26.0

require (
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.23.0
	github.com/mockgates/mockgates v0.0.0
	golang.org/x/oauth2 v0.37.0
)

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/gorilla/mux v1.8.1 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
)

replace github.com/mockgates/mockgates => ../..

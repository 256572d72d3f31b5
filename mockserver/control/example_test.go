package control_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func ExampleHandler_Mount() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		panic(err)
	}
	api, err := control.New(server, control.Config{})
	if err != nil {
		panic(err)
	}
	web := httptest.NewServer(api.Mount(server))
	defer web.Close()

	limits := strings.NewReader(`{"limits": ["create-keys 3/1m"]}`)
	request, _ := http.NewRequest(http.MethodPut, web.URL+control.Prefix+"limits", limits)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Print(response.StatusCode, " ", string(body))
	// Output: 200 {"limits":["create-keys 3/1m0s"]}
}

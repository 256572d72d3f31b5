module example.com/keyclient

go 1.26.0

require github.com/mockgates/mockgates v0.0.0

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/gorilla/mux v1.8.1 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
)

// Leave this line out in a project of your own.
replace github.com/mockgates/mockgates => ../..

# make run     builds the fake and serves it on 127.0.0.1:8080
# make test    runs every test, under the race detector where there is a C compiler
# make check   what a change must pass: format, vet, staticcheck, modules, tests, scenarios
# make help    the rest

GO       ?= go
BIN      := bin/mockgates
FUZZTIME ?= 10s
IMAGE    ?= mockgates

.PHONY: run build test check fmt vet lint tidy scenarios bench fuzz golden cover image clean help

run: build ## build the fake and serve it
	./$(BIN) serve

build: ## build bin/mockgates, one static file
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BIN) ./cmd/mockgates

test: ## run every test
	@if command -v "$$($(GO) env CC | cut -d' ' -f1)" >/dev/null; then \
		echo "$(GO) test -race ./..."; CGO_ENABLED=1 $(GO) test -race ./...; \
	else \
		echo "no C compiler here: testing without the race detector"; CGO_ENABLED=0 $(GO) test ./...; \
	fi

check: fmt vet lint tidy test scenarios ## what a change must pass

fmt: ## refuse what gofumpt would write otherwise
	@out=$$($(GO) tool gofumpt -l .) && if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

lint:
	$(GO) tool staticcheck ./...

tidy: ## refuse a go.mod that go mod tidy would change
	$(GO) mod tidy -diff

scenarios: build ## play the built-in scenarios
	./$(BIN) check

bench: ## measure
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## fuzz each target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

golden: ## write the goldens anew; read the difference before you commit it
	$(GO) test ./scenarios ./cmd/mockgates -update

cover: ## test coverage by function, in cover.out
	$(GO) test -coverprofile cover.out -coverpkg ./... ./...
	$(GO) tool cover -func cover.out | tail -n 1

image: export GOOS = linux
image: build ## build the container image
	docker build -t $(IMAGE) .

clean:
	rm -rf bin cover.out

help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

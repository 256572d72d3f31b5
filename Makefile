# make run     builds the fake alone and serves it on 127.0.0.1:8080
# make build   builds the whole program, bin/mockgates
# make test    runs all tests, some under the race detector if there is a C compiler
# make check   everything a change must pass: format, vet, staticcheck, modules, tests, scenarios
# make help    lists all targets

GO       ?= go
BUILD     = $(GO) build -trimpath -ldflags='-s -w'
BIN      := bin/mockgates
FUZZTIME ?= 10s
REQUESTS ?= 10000000
SEED     ?= 1
SOAK     ?= 10m
IMAGE    ?= mockgates

# The other mock servers of bench-peers.
PRISM       ?= prism
MOCKOON     ?= mockoon-cli
WIREMOCK    ?= wiremock-standalone.jar
STRIPE_MOCK ?= stripe-mock

# The images are for PLATFORM, linux/amd64 or linux/arm64: IMAGE has the whole program,
# IMAGE:serve the fake alone. What is in one is made in ROOTFS, apart from the program of
# the host.
PLATFORM ?= linux/$(shell $(GO) env GOARCH)
PROGRAM  ?= mockgates
TAG      ?= $(IMAGE)
ROOTFS   ?= bin/rootfs-$(PROGRAM)-$(notdir $(PLATFORM))

# Programs and tests are built without cgo, which no package needs: they link in less
# time, and the program is static. Only the race detector needs it.
export CGO_ENABLED := 0

# The tests that drive a browser are a module of their own.
MODULES  := . testdata/browser

.PHONY: run build test test-race test-full check fmt vet lint tidy scenarios bench bench-peers fuzz fuzz-http soak mutants golden screenshots cover examples cross rootfs image one-image clean help

# The whole program has many times the dependencies to compile, so the first answer would
# come minutes later.
run: ## build the fake alone, bin/mockgates-serve, and serve it
	$(BUILD) -o $(BIN)-serve ./cmd/mockgates-serve
	./$(BIN)-serve

build: ## build the whole program, bin/mockgates, a static binary
	$(BUILD) -o $(BIN) ./cmd/mockgates

# The packages that make test runs under the race detector, as a pattern for grep: those
# in which goroutines share something. Elsewhere the detector finds nothing more and
# makes the tests five times slower; make test-race runs all of them under it.
RACED := /(mockserver|mockserver/control|mockserver/internal/(account|gate|wire)|internal/(logqueue|slowclient|tlsfront)|cmd/internal/serve)$$

# What makes test programs sooner and larger: no tables for debuggers, and a heap that
# grows more before it is collected, up to 1 GiB. Some tests wait for a timeout, so more
# of them run side by side than there are processors.
QUICK := GOGC=1000 GOMEMLIMIT=1GiB GORACE="$${GORACE:-atexit_sleep_ms=0}" $(GO)
SHORT := test -short -vet=off -ldflags='-s -w' -parallel=4

# The packages with the longest tests, which go test is given first: it begins with them,
# so that none of them is left running alone at the end.
LONGEST := ./cmd/mockgates ./scenarios ./fixtures ./scenarios/report/reproduce ./scenarios/report

# Vet is a target of its own: go test would run part of it a second time. Tests
# wait for their goroutines, so no process needs the second that it waits for late
# races when it exits. With -short the tests with random or generated input try
# fewer cases, and the broken servers are a part of all. The target test-full runs
# all of it. The groups run side by side, since each ends with one slow package.
test: ## run all tests, long ones in part, those of shared state under the race detector
	@if command -v "$$($(GO) env CC | cut -d' ' -f1)" >/dev/null; then \
		cgo=1; race=-race; \
	else \
		cgo=0; race=; echo "no C compiler found: testing without the race detector"; \
	fi; \
	if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then \
		echo "no browser found: skipping the browser tests; install chromium to run them"; \
	fi; \
	CGO_ENABLED=$$cgo $(QUICK) $(SHORT) $$race $$($(GO) list ./... | grep -E '$(RACED)') & raced=$$!; \
	(for module in $(filter-out .,$(MODULES)); do $(QUICK) -C $$module $(SHORT) ./... || exit 1; done) & others=$$!; \
	failed=0; \
	$(QUICK) $(SHORT) $(LONGEST) $$($(GO) list ./... | grep -vE '$(RACED)') || failed=1; \
	wait $$raced || failed=1; \
	wait $$others || failed=1; \
	exit $$failed

test-race: ## run all tests, long ones in part, under the race detector; needs a C compiler
	CGO_ENABLED=1 GORACE="$${GORACE:-atexit_sleep_ms=0}" $(GO) test -short -vet=off -race ./...

test-full: ## run all tests in full, without the race detector
	@for module in $(MODULES); do echo "$(GO) -C $$module test ./..."; $(GO) -C $$module test -vet=off ./... || exit 1; done

check: fmt vet lint tidy test scenarios ## run everything a change must pass

fmt: ## fail if gofumpt would change a file
	@out=$$($(GO) tool gofumpt -l $(MODULES)) && if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi

vet: ## run go vet
	@for module in $(MODULES); do echo "$(GO) -C $$module vet ./..."; $(GO) -C $$module vet ./... || exit 1; done

lint: ## run staticcheck
	@staticcheck=$$($(GO) tool -n staticcheck) && for module in $(MODULES); do \
		echo "staticcheck ./... in $$module"; (cd $$module && "$$staticcheck" ./...) || exit 1; \
	done

tidy: ## fail if go mod tidy would change a go.mod or go.sum
	@for module in $(MODULES); do echo "$(GO) -C $$module mod tidy -diff"; $(GO) -C $$module mod tidy -diff || exit 1; done

scenarios: build ## run the built-in scenarios
	./$(BIN) check

bench: build ## run the benchmarks, and compare the fake with net/http under load
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./testdata/bench -program $(BIN)

bench-peers: build ## compare the fake with other mock servers that are there
	$(GO) run ./testdata/bench -peers -rounds 6 -program $(BIN) -prism $(PRISM) -mockoon $(MOCKOON) -wiremock $(WIREMOCK) -stripe-mock $(STRIPE_MOCK)

fuzz: ## run the generated tests in full, and each fuzz target for FUZZTIME
	$(GO) test -run 'TestControlWalk|TestEveryReachableStateRestores|TestOperationSequencesFollowTheModel' ./fixtures ./mockserver
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

fuzz-http: ## send REQUESTS random requests to the fake, in process, from SEED
	$(GO) test -run '^TestHTTP$$' -timeout 0 -v ./fixtures/httpfuzz -http-requests $(REQUESTS) -seed $(SEED)

soak: ## send mixed traffic to the fake for SOAK, over sockets
	$(GO) test -run '^TestSoak$$' -timeout 0 -v ./cmd/mockgates -soak $(SOAK)

mutants: ## break the validator on purpose, and run its tests
	$(GO) test -timeout 20m -v -run TestMutants_areCaught ./contract -mutants

golden: ## update the golden files; review the diff before you commit it
	$(GO) test ./scenarios ./cmd/mockgates -update

screenshots: ## update the screenshots of the consent page and the report; needs a browser
	$(GO) -C testdata/browser test -run _screenshot . -screenshots

cover: ## measure test coverage; writes cover.out
	$(GO) test -coverprofile cover.out -coverpkg ./... ./...
	$(GO) tool cover -func cover.out | tail -n 1

examples: build ## run the examples whose tools are installed
	examples/run.sh

# The systems that no test runs on.
SYSTEMS := windows/amd64 darwin/arm64

# Go compiles everything anew for each system: for the whole program that takes as long as
# a first build, so only the fake is linked.
cross: ## for the systems that no test runs on, type-check all packages and link the fake
	@$(GO) run ./testdata/cross $(SYSTEMS) -- ./...
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && for system in $(SYSTEMS); do \
		echo "link mockgates-serve for $$system"; \
		GOOS=$${system%/*} GOARCH=$${system#*/} $(BUILD) -o "$$folder/" ./cmd/mockgates-serve || exit 1; \
	done

# What is in an image: the program, which has the same name in both images, and /tmp.
rootfs: ## make the files of the container image of PROGRAM for PLATFORM
	rm -rf $(ROOTFS)
	mkdir -p $(ROOTFS)/tmp
	chmod 1777 $(ROOTFS)/tmp
	CGO_ENABLED=0 GOOS=linux GOARCH=$(notdir $(PLATFORM)) $(BUILD) -o $(ROOTFS)/mockgates ./cmd/$(PROGRAM)

image: ## build the container images for PLATFORM, from programs that are compiled here
	$(MAKE) one-image
	$(MAKE) one-image PROGRAM=mockgates-serve TAG=$(IMAGE):serve

# The last stage of the Dockerfile, with the folder of the host instead of the first
# stage: where base images cannot be pulled, the first stage cannot be built.
one-image: rootfs
	sed -n '/^FROM scratch/,$$p' Dockerfile | sed 's|^COPY --from=build /rootfs /|COPY . /|' | \
	docker build --platform $(PLATFORM) -t $(TAG) \
		--build-arg VERSION="$$($(GO) version -m $(ROOTFS)/mockgates | awk '$$1 == "mod" { print $$3 }')" \
		--build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
		--build-arg CREATED="$$(git log -1 --format=%cI 2>/dev/null || echo unknown)" \
		--build-arg SPEC_SHA256="$$(sha256sum contract/spec/modelgates.yaml | cut -d' ' -f1)" \
		-f - $(ROOTFS)

clean: ## remove what make has written
	rm -rf bin cover.out

help: ## list all targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

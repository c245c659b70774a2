# Hexwave. `make help` lists what can be asked for.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Debian puts servers that tests run in sbin.
export PATH := $(PATH):/usr/sbin:/sbin

GO  ?= go
BIN := $(CURDIR)/.bin
OUT := out

# Pinned tools. One variable a pin: they conflict inside one tools module.
GOLANGCI_VERSION := v2.15.0
GOTESTSUM_VERSION := v1.13.0
PROTOC_GEN_GO_VERSION := v1.36.12
PROTOC_GEN_GO_GRPC_VERSION := v1.6.2
GOCOSMOS_VERSION := v1.7.2
GRPC_GATEWAY_VERSION := v1.16.0

MODULE  := github.com/hexwave/hexwave
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS := -X $(MODULE)/internal/version.version=$(VERSION) -X $(MODULE)/internal/version.commit=$(COMMIT)
BUILD   := $(GO) build -trimpath -buildvcs=false

# Packages whose tests also run under the race detector: all that have
# goroutines and do not pull in the Cosmos SDK, which would be compiled once more
# (so not chainledger).
RACE := ./poc/... ./proto/... ./packetrouter/... ./hotspot/... ./internal/...
race_dirs = $(wildcard $(patsubst ./%/...,%,$(RACE)))

FUZZTIME ?= 5s

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

## Build

.PHONY: build hexwaved hexwave packetrouter payeragent hotspot explorer radiosim rogue wifisim
build: hexwaved hexwave packetrouter payeragent hotspot explorer radiosim rogue wifisim ## build the six binaries, and a test network's simulators and cheats, into bin/

hexwaved hexwave packetrouter payeragent: | bin
	CGO_ENABLED=0 $(BUILD) -ldflags '$(LDFLAGS)' -o bin/$@ ./cmd/$@

# Static and stripped: it runs on gateways with a few MB of flash.
hotspot: | bin
	CGO_ENABLED=0 $(BUILD) -ldflags '-s -w $(LDFLAGS)' -o bin/$@ ./cmd/$@

# h3-go is C.
explorer: | bin
	CGO_ENABLED=1 $(BUILD) -ldflags '$(LDFLAGS)' -o bin/$@ ./cmd/$@

radiosim rogue wifisim: | bin
	CGO_ENABLED=0 $(BUILD) -ldflags '$(LDFLAGS)' -o bin/$@ ./tools/$@

bin $(OUT):
	@mkdir -p $@

.PHONY: devnet
devnet: build ## build, then run a whole network on this machine (Ctrl-C stops it)
	bin/hexwave devnet up

## Checks

.PHONY: check
check: fmt-check lint check-gen build vet test-unit ## format, lint, generated code, build, vet, tests

.PHONY: test
test: prereq check test-arm64 fuzz e2e upgrade-rehearsal ## everything CI runs; installs what the tests need

.PHONY: prereq
prereq: ## check for (as root: install) the programs the tests need
	@tools/ci/prereq.sh

.PHONY: lint
lint: $(BIN)/.golangci-lint-$(GOLANGCI_VERSION) ## run golangci-lint
	$(BIN)/golangci-lint run ./...

.PHONY: fmt
fmt: $(BIN)/.golangci-lint-$(GOLANGCI_VERSION) ## format the Go code
	$(BIN)/golangci-lint fmt ./...

.PHONY: fmt-check
fmt-check: $(BIN)/.golangci-lint-$(GOLANGCI_VERSION)
	@diff="$$($(BIN)/golangci-lint fmt --diff ./... || true)"; \
	if [ -n "$$diff" ]; then echo "$$diff"; echo "not formatted; try: make fmt" >&2; exit 1; fi

.PHONY: vet
vet: ## go vet
	$(GO) vet ./...

.PHONY: test-unit
test-unit: $(BIN)/.gotestsum-$(GOTESTSUM_VERSION) | $(OUT) ## go test, with the race detector where it fits
	race="$$($(GO) list $(addprefix ./,$(addsuffix /...,$(race_dirs))) | grep -v '/chainledger$$')"; \
	$(BIN)/gotestsum --format pkgname --jsonfile $(OUT)/test-race.json -- -race -timeout 10m $$race; \
	$(BIN)/gotestsum --format pkgname --jsonfile $(OUT)/test.json -- -timeout 15m $$($(GO) list ./... | grep -vxF "$$race")

.PHONY: test-race
test-race: $(BIN)/.gotestsum-$(GOTESTSUM_VERSION) ## every test under the race detector (slow)
	$(BIN)/gotestsum --format pkgname -- -race -timeout 30m ./...

.PHONY: test-arm64
test-arm64: ## the rules of coverage and all that is signed, on an emulated arm64
	CGO_ENABLED=0 GOARCH=arm64 $(GO) test -exec qemu-aarch64-static ./poc/... ./proto/wire/...

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (5s)
	@tools/ci/fuzz.sh $(FUZZTIME)

.PHONY: e2e
e2e: build | $(OUT) ## one headless devnet run, measured from outside, and its replay
	@tools/ci/e2e.sh $(OUT)/report.json

.PHONY: upgrade-rehearsal
upgrade-rehearsal: hexwaved ## validators of an earlier version vote for an upgrade and go on with this one
	@tools/ci/upgrade.sh

## Generated code

.PHONY: gen
gen: tools-proto ## regenerate the protobuf code (needs protoc)
	@tools/protogen/protogen.sh gen

.PHONY: check-gen
check-gen: tools-proto ## fail when generated code is stale (skipped without protoc)
	@if command -v protoc >/dev/null; then tools/protogen/protogen.sh check; \
	else echo "check-gen: no protoc here, not compared; apt-get install -y --no-install-recommends protobuf-compiler"; fi

## Measurements

.PHONY: bench-router bench-poc bench-chain
bench-router: hotspot | $(OUT) ## CPU a packet against the empty path
	$(BUILD) -o bin/floor ./tools/floor
	bin/floor -o $(OUT)/bench-router.json
bench-poc: hexwaved | $(OUT) ## one report against the bare signature; a node with a million hotspots, whole epochs of both ledgers; four validators under load and flooded (two hours)
	$(BUILD) -o bin/benchpoc ./tools/benchpoc
	bin/benchpoc -o $(OUT)/bench-poc.json
bench-chain: | $(OUT) ## vouchers, transfers and claims a second; what a year leaves in the state and on disk (ten minutes)
	$(BUILD) -o bin/benchchain ./tools/benchchain
	bin/benchchain -o $(OUT)/bench-chain.json

## Tools

.PHONY: tools-proto
tools-proto: $(BIN)/.protoc-gen-go-$(PROTOC_GEN_GO_VERSION) $(BIN)/.protoc-gen-go-grpc-$(PROTOC_GEN_GO_GRPC_VERSION) \
	$(BIN)/.protoc-gen-gocosmos-$(GOCOSMOS_VERSION) $(BIN)/.protoc-gen-grpc-gateway-$(GRPC_GATEWAY_VERSION)

# $(call pinned,NAME,PACKAGE,VERSION): a stamp whose name holds the version, so
# that a new pin rebuilds.
define pinned
$(BIN)/.$(1)-$(3):
	@mkdir -p $(BIN)
	GOFLAGS=-buildvcs=false GOBIN=$(BIN) $(GO) install $(2)@$(3)
	@rm -f $(BIN)/.$(1)-v* && touch $$@
endef
$(eval $(call pinned,golangci-lint,github.com/golangci/golangci-lint/v2/cmd/golangci-lint,$(GOLANGCI_VERSION)))
$(eval $(call pinned,gotestsum,gotest.tools/gotestsum,$(GOTESTSUM_VERSION)))
$(eval $(call pinned,protoc-gen-go,google.golang.org/protobuf/cmd/protoc-gen-go,$(PROTOC_GEN_GO_VERSION)))
$(eval $(call pinned,protoc-gen-go-grpc,google.golang.org/grpc/cmd/protoc-gen-go-grpc,$(PROTOC_GEN_GO_GRPC_VERSION)))
$(eval $(call pinned,protoc-gen-gocosmos,github.com/cosmos/gogoproto/protoc-gen-gocosmos,$(GOCOSMOS_VERSION)))
$(eval $(call pinned,protoc-gen-grpc-gateway,github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway,$(GRPC_GATEWAY_VERSION)))

.PHONY: clean
clean: ## remove what was built (the pinned tools in .bin stay)
	rm -rf bin $(OUT) dist

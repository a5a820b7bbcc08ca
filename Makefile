# What can be made of Apus; `make` alone lists the targets.

PROGRAMS := apus apus-extra apus-monitor apus-pause apus-systemd
PREFIX ?= /usr/local
DESTDIR ?=
RUNTIME ?= $(CURDIR)/build/bin/apus
export SWIFT PROGRAMS RUNTIME RUNTIME_TOOLS RUNC_TESTS CONMON

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help deps build build-daemon demo test unit-test privileged-test cri-test test-v2 conformance faults fuzz
.PHONY: mutants bench install fmt lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

deps: ## install the Debian packages needed, check for Swift 6.3
	@tools/deps.sh

build: ## release build of the static programs into build/bin
	@tools/build.sh $(PROGRAMS)

build-daemon: ## release build of apusd, which is apus-image too, into build/bin (minutes)
	@tools/build-daemon.sh

demo: deps build ## run a container of a Debian root file system, and a pod of nginx (root)
	@tools/demo.sh
	@tools/demo-pod.sh

test: ## all set-up and every test (root)
	@tools/test.sh deps build lint unit privileged cri v2 conformance faults

unit-test: ## the tests that need neither root nor containers
	@tools/test.sh unit

privileged-test: build ## the tests that run containers (root)
	@tools/test.sh privileged

cri-test: build ## the daemon through an independent client of gRPC (root)
	@tools/test.sh cri

test-v2: build ## tests on version 2 cgroups alone, with systemd and AppArmor, in User-Mode Linux
	@tools/test.sh v2

conformance: build ## own cases against RUNTIME= (root; also RUNTIME_TOOLS=, RUNC_TESTS=)
	@conformance/run

faults: build ## make each system call of each command fail in turn; takes about an hour, see its --help (root)
	@conformance/faults/run

fuzz: ## a million inputs by chance: config.json, state.json, command lines, packets (minutes; APUS_FUZZ_SEED=)
	@APUS_FUZZ_RUNS=62500 tools/test.sh fuzz

mutants: ## show that each security test fails without its defence (root)
	@tools/mutants.sh

bench: deps build build-daemon ## all programs beside what they replace (root)
	@bench/run
	@bench/monitor
	@bench/images
	@bench/pods

install: build ## install the programs under DESTDIR/PREFIX, samples, and what belongs to the daemon if it is built
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" tools/install.sh $(PROGRAMS)

fmt: ## format the Swift sources
	@tools/format.sh format --in-place

lint: ## check the format of the Swift sources
	@tools/format.sh lint --strict

clean: ## remove what was built
	@rm -rf .build build

# reg-tools: make demo, make test, make build, make format, make lint

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SWIFT_SOURCES := Package.swift Sources Tests

.PHONY: demo test build format lint dependencies

build: dependencies
	swift build -c release

test: dependencies lint
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

# The system libraries that the package links with: installed where apt is there and they are not.
dependencies:
	@if ! pkg-config --exists hdf5 zlib 2>/dev/null; then \
	  if command -v apt-get >/dev/null; then \
	    $(SUDO) apt-get update -q && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y pkg-config libhdf5-dev zlib1g-dev; \
	  else \
	    echo "please install pkg-config, HDF5 and zlib (with Homebrew: brew install pkgconf hdf5)" >&2; exit 69; \
	  fi; \
	fi

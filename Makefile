# reg-tools: make demo, make test, make docs, make release, make install, make uninstall, make deb, make test-install,
# make bench, make bench-quick, make instructions, make fuzz, make sanitize, make cluster, make soak, make corpora,
# make interop, make build, make mpi, make format, make lint
#
# Each target installs what it needs and does not find: the system libraries with apt, through sudo when not root.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -q -y
SWIFT_SOURCES := Package.swift Sources Tests Samples Benchmarks Fuzz/Package.swift Fuzz/Targets

# What `make demo` trains on: any file with X, y, Xval, yval, of two inputs and two classes.
DATA ?= Samples/field/field.mat

# The programs that own the formats, for the tests: a Python of our own, unless the one at hand has them.
PEERS := $(CURDIR)/.build/peers
PEER_PACKAGES := numpy scipy h5py hdf5storage mat73 pandas scikit-learn tables keras jax onnx onnxruntime safetensors coremltools
PEER_IMPORTS := import numpy, scipy, h5py, hdf5storage, mat73, pandas, sklearn, tables, onnx, onnxruntime, safetensors; \
  from importlib.util import find_spec; assert find_spec("keras") and find_spec("jax") and find_spec("coremltools")
# Looked for once, and only where a target needs it: the imports take seconds.
PYTHON = $(eval PYTHON := $(shell python3 -c '$(PEER_IMPORTS)' > /dev/null 2>&1 && command -v python3 || echo $(PEERS)/bin/python3))$(PYTHON)

.PHONY: demo test docs release install install-files uninstall deb test-install bench bench-quick cluster instructions
.PHONY: fuzz sanitize soak corpora interop build mpi format lint dependencies peers

demo: build
	@if command -v apt-get > /dev/null && ! command -v gnuplot > /dev/null; then \
	  $(APT) install gnuplot-nox || ($(SUDO) apt-get -q update && $(APT) install gnuplot-nox) \
	    || echo "gnuplot-nox cannot be installed: there will be no pictures"; \
	fi
	PATH="$$(swift build -c release --show-bin-path):$$PATH" Samples/demo "$(DATA)" .build/demo

build: dependencies
	swift build -c release

# One program that needs nothing but the C library, and starts in half the time: all tools, HDF5, zlib, Swift's own
# libraries and those of C++ that it stands on are inside. In $(STAGE) it stands with the links, manual pages and
# completions that make it an installation. The linker takes a shared library where it finds one, so it is shown a folder
# that has none.
STATIC := $(CURDIR)/.build-static
STAGE := $(STATIC)/root
STATIC_ARCHIVES = $$(pkg-config --libs-only-L hdf5 | sed 's/ *-L//; s/ *$$//')/libhdf5.a \
  $(foreach name,sz aec z deflate stdc++,$$(cc -print-file-name=lib$(name).a))
# Nobody loads the program as a library, so code that nothing calls is left out, equal code is there once, addresses that are
# to be moved when it is loaded are a bitmap (glibc 2.36 and later read it), and there are no tables for unwinding and for
# debuggers.
SMALLER := -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -use-ld=lld \
  $(foreach option,--icf=all --no-export-dynamic --no-eh-frame-hdr -z pack-relative-relocs -O2 -T .packaging/smaller.ld,-Xlinker $(option))
# The toolchain's static libraries, in which nothing is retained only because it is public.
TOOLCHAIN = $$(dirname "$$(dirname "$$(readlink -f "$$(command -v swiftc)")")")/lib/swift_static
release: dependencies
	mkdir -p $(STATIC)/lib
	for archive in $(STATIC_ARCHIVES); do \
	  [ -f "$$archive" ] || { echo "$$archive is not there: the static libraries of HDF5, zlib, libaec, libdeflate and C++ are needed" >&2; exit 69; }; \
	  ln -sf "$$archive" $(STATIC)/lib/; \
	done
	ln -sf "$$(cc -print-file-name=libgcc_eh.a)" $(STATIC)/lib/libgcc_s.a
	printf '%s\n' 'Name: HDF5' 'Description: the static library' 'Version: 1.10' "Cflags: $$(pkg-config --cflags hdf5)" \
	  'Libs: -L$(STATIC)/lib -lhdf5 -lsz -laec -lz -ldl -lm' > $(STATIC)/hdf5.pc
	for name in z deflate; do \
	  printf '%s\n' "Name: $$name" 'Description: the static library' 'Version: 1' "Libs: -L$(STATIC)/lib -l$$name" > $(STATIC)/$$name.pc; \
	done
	mv $(STATIC)/z.pc $(STATIC)/zlib.pc && mv $(STATIC)/deflate.pc $(STATIC)/libdeflate.pc
	rm -rf $(STATIC)/swift && cp -rs "$(TOOLCHAIN)" $(STATIC)/swift
	for library in $(STATIC)/swift/linux/lib{swift,_Foundation,Foundation}*.a; do \
	  original="$$(readlink "$$library")" && rm "$$library" && .packaging/collectable "$$original" "$$library"; \
	done
	swift build -c release --static-swift-stdlib --disable-local-rpath --pkg-config-path $(STATIC) --scratch-path $(STATIC)/build \
	  -Xswiftc -resource-dir -Xswiftc $(STATIC)/swift $(SMALLER) --product reg
	strip -o $(STATIC)/reg $(STATIC)/build/release/reg
	@! ldd $(STATIC)/reg | grep -E 'lib(hdf5|z|deflate|sz|aec|swift|stdc\+\+|gcc_s)[^ ]*\.so' || { echo "a library is not inside" >&2; exit 1; }
	.packaging/stage $(STATIC)/reg $(STAGE)
	rm -rf $(STATIC)/bin && ln -s root/bin $(STATIC)/bin
	@ls -l $(STAGE)/bin

# `make release && sudo make install`: what is built is not built again, so root needs no Swift. PREFIX is a folder of the
# machine, DESTDIR, for packagers, stands before it.
PREFIX ?= /usr/local
DESTDIR ?=
install:
	@[ -x $(STAGE)/bin/reg ] || $(MAKE) release
	@$(MAKE) --no-print-directory install-files
	@echo "reg-tools are in $(DESTDIR)$(PREFIX)"

install-files:
	@cd $(STAGE) && find . ! -type d | while read -r file; do \
	  mkdir -p "$(DESTDIR)$(PREFIX)/$${file%/*}" && cp -Pf --preserve=mode "$$file" "$(DESTDIR)$(PREFIX)/$$file"; \
	done

# The installed program tells what belongs to it. Folders stay: others may use them.
uninstall:
	@[ -x "$(DESTDIR)$(PREFIX)/bin/reg" ] || { echo "there is no $(DESTDIR)$(PREFIX)/bin/reg" >&2; exit 1; }
	@cd "$(DESTDIR)$(PREFIX)" && for page in $$(bin/reg manual); do \
	  tool="$${page%.1}"; \
	  rm -f "share/man/man1/$$page" "share/bash-completion/completions/$$tool" "share/zsh/site-functions/_$$tool" \
	    "share/fish/vendor_completions.d/$$tool.fish"; \
	  [ "$$tool" = reg ] || rm -f "bin/$$tool"; \
	done && rm -rf share/man/man5/reg-parameters.5 share/doc/reg-tools bin/reg

# A Debian package, of what `make release` built last or else builds now.
VERSION := $(shell sed -n 's/.*let version = "\(.*\)".*/\1/p' Sources/NetworkFiles/RegTools.swift)
VERSION_DATE := $(shell sed -n 's/.*let date = "\(.*\)".*/\1/p' Sources/NetworkFiles/RegTools.swift)
DEB = $(STATIC)/reg-tools_$(VERSION)-1_$(shell dpkg --print-architecture).deb
deb:
	@[ -x $(STAGE)/bin/reg ] || $(MAKE) release
	@command -v dpkg-shlibdeps > /dev/null || { $(SUDO) apt-get -q update && $(APT) install dpkg-dev; }
	.packaging/make-deb $(STAGE) $(VERSION) $(VERSION_DATE) $(DEB)
	@ls -l $(DEB)

# By hand and before a release, as root: the static program takes over four minutes of processor time to build, from
# nothing, and the Debian to install it in is fetched.
test-install: deb
	@command -v debootstrap > /dev/null || ($(SUDO) apt-get -q update && $(APT) install debootstrap) \
	  || echo "debootstrap cannot be installed: a root of this machine's libraries takes its place"
	$(SUDO) env "PATH=$$PATH" Tests/install/test-install $(DEB) $(STAGE)

test: dependencies lint peers
	swift build -c release --build-tests --explicit-target-dependency-import-check error
	@# All of it once more, but only what trains: the trait is known to every target. Where MPI is not, its tests are skipped.
	@if pkg-config --exists mpi 2> /dev/null; then $(build-mpi); fi
	@# The failures are told once more at the end, where they are found, before the runner's closing line.
	PATH="$(dir $(PYTHON)):$$PATH" swift test -c release --skip-build 2>&1 | tee .build/test.log \
	  || { grep -A 30 -E ' recorded an issue |^error:' .build/test.log | grep -v -E '^(◇|✔) ' || true; \
	    grep -E ' failed after ' .build/test.log; tail -n 1 .build/test.log; exit 1; }

# reg-train for several ranks, in .build-mpi: mpirun -n 4 .build-mpi/release/reg-train data.h5
build-mpi = swift build -c release --traits MPI --product reg-train --scratch-path .build-mpi
mpi: dependencies
	@if ! pkg-config --exists mpi 2> /dev/null; then \
	  if command -v apt-get > /dev/null; then $(SUDO) apt-get -q update && $(APT) install openmpi-bin libopenmpi-dev; \
	  else echo "please install Open MPI or MPICH (with Homebrew: brew install open-mpi)" >&2; exit 69; fi; \
	fi
	$(build-mpi)

# By hand, on a machine that is at rest: speed against the peers, as ratios, into Benchmarks/RESULTS.md. ONLY=training,files
# measures a part anew; BENCH_DATA=data.mat is the notebook's own data; TOOLS=folder has another build of the tools.
BENCH := $(CURDIR)/.build/bench
BENCH_DATA ?= Samples/field/field.mat
run-benchmarks = $(BENCH)/bin/python3 -m Benchmarks --bin "$$(swift build -c release --show-bin-path)" \
  --data "$(BENCH_DATA)" $(if $(ONLY),--only $(ONLY)) $(if $(TOOLS),--tools "$(TOOLS)")

bench: build $(BENCH)/installed
	$(run-benchmarks)

# Under five minutes: fewer rows of data, two rounds.
bench-quick: build $(BENCH)/installed
	$(run-benchmarks) --quick

# The peers with pinned versions, in a Python of their own; h5ls is a peer too.
$(BENCH)/installed: Benchmarks/requirements.txt
	@if command -v apt-get > /dev/null && ! { command -v h5ls && python3 -c 'import venv, ensurepip'; } > /dev/null 2>&1; then \
	  $(SUDO) apt-get -q update && $(APT) install hdf5-tools python3-venv; \
	fi
	python3 -m venv $(BENCH)
	@# Without graphics cards PyTorch is a tenth as large; where that index is out of reach it is the whole one.
	$(BENCH)/bin/pip install --quiet --no-deps --retries 1 --index-url https://download.pytorch.org/whl/cpu \
	  "$$(grep '^torch==' Benchmarks/requirements.txt)" || true
	$(BENCH)/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

# By hand: many machines, played by this one. Spark with a master and two workers, of which one is killed (ROWS=1000000 makes
# it shorter); then, as root, two network namespaces that train one network by MPI.
SPARK := $(CURDIR)/.build/spark
cluster: build release mpi $(SPARK)/installed
	PYTHON=$(SPARK)/bin/python3 Tests/cluster/spark $(STATIC)/bin/reg-predict
	Tests/cluster/mpi/two_hosts

$(SPARK)/installed:
	@if command -v apt-get > /dev/null && ! { command -v java && python3 -c 'import venv, ensurepip'; } > /dev/null 2>&1; then \
	  $(SUDO) apt-get -q update && $(APT) install openjdk-17-jre-headless python3-venv; \
	fi
	python3 -m venv $(SPARK)
	$(SPARK)/bin/pip install --quiet 'pyspark>=4,<5' pandas pyarrow
	touch $@

# The counts of instructions that the tests hold, written anew: where more is meant, or with another compiler.
instructions: dependencies
	swift build -c release --build-tests --explicit-target-dependency-import-check error
	RENEW_INSTRUCTIONS=1 swift test -c release --skip-build --filter InstructionTests

# Every parser is shown bytes that nobody foresaw, for so many seconds, under AddressSanitizer; TARGETS are some of them
# (`.build-fuzz/release/reg-fuzz --list`). What is learnt stays in .build-fuzz/fuzz, what a parser fell over is in found/.
FUZZ_SECONDS ?= 15
TARGETS ?=
FUZZ := $(CURDIR)/.build-fuzz
fuzz: dependencies
	swift build -c release --package-path Fuzz --scratch-path $(FUZZ)
	Fuzz/run $(FUZZ)/release/reg-fuzz $(FUZZ)/fuzz $(FUZZ_SECONDS) $(TARGETS)

# By hand: the tests under AddressSanitizer and under ThreadSanitizer. Each builds everything anew, which takes a quarter
# of an hour of processor time. ToolTests are left out: they run the ordinary programs, and count instructions and allocations.
SANITIZED := HDF5Tests TensorsTests TensorFilesTests TrainingTests NetworkFilesTests PlottingTests
SANITIZERS ?= address thread
sanitize: dependencies
	for sanitizer in $(SANITIZERS); do \
	  scratch=$(CURDIR)/.build-$$([ $$sanitizer = address ] && echo asan || echo tsan); \
	  swift build -c release --build-tests --sanitize=$$sanitizer --scratch-path $$scratch; \
	  for suite in $(SANITIZED); do \
	    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=quarantine_size_mb=8 LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/sanitizers/leaks.txt \
	      TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/sanitizers/threads.txt \
	      swift test -c release --sanitize=$$sanitizer --scratch-path $$scratch --skip-build --disable-xctest --filter "^$$suite\\."; \
	  done; \
	done

# By hand, for hours: numbers are parsed and formatted, of each hard kind as many as NUMBERS, every call that writes fails,
# files are cut after every byte, and of each format MUTANTS damaged files are looked into and converted, other ones each
# time; for MINUTES trainings are killed at random moments and go on, to the same bytes; at last every parser is fuzzed for
# FUZZ_MINUTES, which is seven hours on two cores.
MINUTES ?= 10
FUZZ_MINUTES ?= 30
NUMBERS ?= 30000000
MUTANTS ?= 10000
soak: build
	"$$(swift build -c release --show-bin-path)/reg-benchmark" check-numbers --parsed $(NUMBERS) \
	  --formatted "$$((10 * $(NUMBERS)))" --seed "$$(date +%s)"
	export PATH="$$(swift build -c release --show-bin-path):$$PATH"; \
	  REG_FAULTS=0 REG_KILLS=200 python3 Tests/hostile/faults.py; python3 Tests/hostile/attacks.py; \
	  python3 Tests/hostile/truncations.py; \
	  REG_SEED="$$(date +%s)" REG_MUTANTS=$(MUTANTS) REG_KEEP=.build/mutants python3 Tests/hostile/mutants.py; \
	  python3 Tests/soak/kill_and_resume.py $(MINUTES)
	$(MAKE) fuzz FUZZ_SECONDS=$$((60 * $(FUZZ_MINUTES)))

# By hand: the test files of other programs, counted into Formats/README.md.
corpora: build peers
	PATH="$$(swift build -c release --show-bin-path):$(dir $(PYTHON)):$$PATH" python3 Formats/corpora.py --write

# The frameworks of networks, gigabytes of them, each in a Python of its own.
FRAMEWORKS := $(CURDIR)/.build/frameworks
TENSORFLOW_PYTHON ?= $(FRAMEWORKS)/tensorflow/bin/python3
TORCH_PYTHON ?= $(FRAMEWORKS)/torch/bin/python3
PADDLE_PYTHON ?= $(FRAMEWORKS)/paddle/bin/python3

# By hand: files go to Octave, matio, the HDF5 tools, TensorFlow, PyTorch and PaddlePaddle and come back; PyTorch makes
# the step tables of the trainer anew.
interop: build peers
	@if command -v apt-get > /dev/null && ! { command -v octave && command -v matdump && command -v h5dump; } > /dev/null; then \
	  $(SUDO) apt-get -q update && $(APT) install octave matio-tools hdf5-tools; \
	fi
	PATH="$$(swift build -c release --show-bin-path):$(dir $(PYTHON)):$$PATH" python3 Formats/interop.py
	@$(PYTHON) -c 'import skl2onnx' 2>/dev/null || $(PYTHON) -m pip install --quiet skl2onnx
	@[ -x "$(TENSORFLOW_PYTHON)" ] || { python3 -m venv $(FRAMEWORKS)/tensorflow && $(FRAMEWORKS)/tensorflow/bin/pip install --quiet tensorflow h5py; }
	@[ -x "$(TORCH_PYTHON)" ] || { python3 -m venv $(FRAMEWORKS)/torch && $(FRAMEWORKS)/torch/bin/pip install --quiet torch numpy safetensors onnx; }
	@[ -x "$(PADDLE_PYTHON)" ] || { python3 -m venv $(FRAMEWORKS)/paddle && $(FRAMEWORKS)/paddle/bin/pip install --quiet paddlepaddle numpy safetensors; }
	PATH="$$(swift build -c release --show-bin-path):$(dir $(PYTHON)):$$PATH" TENSORFLOW_PYTHON="$(TENSORFLOW_PYTHON)" \
	  TORCH_PYTHON="$(TORCH_PYTHON)" PADDLE_PYTHON="$(PADDLE_PYTHON)" python3 Formats/networks/interop.py --write
	"$(TORCH_PYTHON)" Tests/TrainingTests/Reference/steps.py > .build/steps.json \
	  && mv .build/steps.json Tests/TrainingTests/Reference/steps.json

# The pages of the libraries, in .build/docs: `python3 -m http.server --directory .build/docs` shows them.
DOCUMENTED := HDF5 Tensors TensorFiles Training NetworkFiles
docs: dependencies
	REG_DOCS=1 swift package --scratch-path .build/documentation --allow-writing-to-directory .build/docs \
	  generate-documentation $(foreach target,$(DOCUMENTED),--target $(target)) --enable-experimental-combined-documentation \
	  --warnings-as-errors --output-path .build/docs
	@echo "the pages are in .build/docs"

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

# The system libraries that the package links with, and libdeflate, without which it is built too.
dependencies:
	@if ! pkg-config --exists hdf5 zlib 2>/dev/null; then \
	  if command -v apt-get > /dev/null; then \
	    $(SUDO) apt-get -q update && $(APT) install pkg-config libhdf5-dev zlib1g-dev; \
	  else \
	    echo "please install pkg-config, HDF5 and zlib (with Homebrew: brew install pkgconf hdf5)" >&2; exit 69; \
	  fi; \
	fi
	@if command -v apt-get > /dev/null && ! pkg-config --exists libdeflate 2>/dev/null; then \
	  $(APT) install libdeflate-dev || ($(SUDO) apt-get -q update && $(APT) install libdeflate-dev) \
	    || echo "libdeflate-dev cannot be installed: compressed files are read and written by zlib, more slowly"; \
	fi

# What the tests compare with. Where it cannot be had they say what they skip, so a failure here is none.
peers:
	@if command -v apt-get > /dev/null && ! { command -v zsh && command -v fish && command -v mandoc; } > /dev/null 2>&1; then \
	  ($(SUDO) apt-get -q update && $(APT) install zsh fish mandoc groff) \
	    || echo "zsh, fish, mandoc and groff cannot be installed: the tests that need them will be skipped"; \
	fi
	@if command -v apt-get > /dev/null && ! { command -v h5dump && command -v valgrind && python3 -c 'import venv, ensurepip'; } > /dev/null 2>&1; then \
	  ($(SUDO) apt-get -q update && $(APT) install hdf5-tools python3-venv valgrind) \
	    || echo "hdf5-tools and valgrind cannot be installed: the tests that need them will be skipped"; \
	fi
	@if command -v apt-get > /dev/null && ! command -v parallel > /dev/null; then \
	  ($(SUDO) apt-get -q update && $(APT) install parallel) || echo "parallel cannot be installed: its test will be skipped"; \
	fi
	@if command -v apt-get > /dev/null && ! { command -v mpirun && pkg-config --exists mpi; } > /dev/null 2>&1; then \
	  ($(SUDO) apt-get -q update && $(APT) install openmpi-bin libopenmpi-dev) \
	    || echo "Open MPI cannot be installed: the tests of several ranks will be skipped"; \
	fi
	@# Pictures are drawn by gnuplot; pages are opened in a browser, which is large and may be missing.
	@if command -v apt-get > /dev/null && ! command -v gnuplot > /dev/null; then \
	  ($(SUDO) apt-get -q update && $(APT) install gnuplot-nox) \
	    || echo "gnuplot-nox cannot be installed: the tests that need it will be skipped"; \
	fi
	@if command -v apt-get > /dev/null && ! command -v chromium > /dev/null && ! command -v chromium-browser > /dev/null; then \
	  $(APT) install chromium || echo "chromium cannot be installed: the tests that need it will be skipped"; \
	fi
	@if ! $(PYTHON) -c '$(PEER_IMPORTS)' 2>/dev/null; then \
	  (python3 -m venv $(PEERS) && $(PEERS)/bin/pip install --quiet $(PEER_PACKAGES)) \
	    || echo "$(PEER_PACKAGES) cannot be installed: the tests that need them will be skipped"; \
	fi

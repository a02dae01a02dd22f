# A thin face over the CMake presets. `make` builds build/release/otaru; the other targets are listed by `make help`.

FUZZ_SECONDS ?= 60
CMAKE := cmake
JOBS := $(shell nproc)
# End-to-end tests wait more than they work.
TEST_JOBS := $(shell expr $(JOBS) + 1)

.PHONY: all help packages windows demo test test-ide test-arm measure-arm pictures arduino bench powercut mutants fuzz coverage format tidy size clean

all: packages build/release/build.ninja
	@$(CMAKE) --build --preset release

help:
	@echo 'make         install what is missing, build build/release/otaru'
	@echo 'make windows  cross-build build/windows/otaru.exe'
	@echo 'make demo    build, then a whole update on a virtual board'
	@echo 'make test    build, then every test, plain and under ASan and UBSan'
	@echo 'make test-ide  build, then the real Arduino IDE uploads to a virtual board (needs root)'
	@echo 'make test-arm  build, then firmware on an emulated Cortex-M33 that updates itself'
	@echo 'make measure-arm  build, then what that firmware takes: its parts, instructions, stack, memory'
	@echo 'make pictures  the same, and its screenshots into docs/pictures'
	@echo 'make arduino build, then the Arduino library: build/arduino/Otaru-<version>.zip'
	@echo 'make bench   build, then the benchmarks: a table, and build/bench.json'
	@echo 'make powercut  cut the power of virtual boards a million times, and judge what boots'
	@echo 'make mutants  break core in many small ways: the power-cut proof must find each'
	@echo 'make fuzz    every fuzz harness for FUZZ_SECONDS (60) seconds'
	@echo 'make coverage  how many lines of each parser the fuzz corpora reach: 90 % at least'
	@echo 'make format  format all C++ sources'
	@echo 'make tidy    clang-tidy over all C++ sources'
	@echo 'make size    what core, and core with Mbed TLS, with a password too, take on a Cortex-M33'
	@echo 'make clean   remove build/'

packages:
	@scripts/install-packages

# Once for each preset; after that the build itself notices when CMake has to run again.
build/%/build.ninja: CMakePresets.json | packages
	@$(CMAKE) --preset $*
	@touch $@

windows: packages build/windows/build.ninja
	@$(CMAKE) --build --preset windows

demo: all
	@build/release/otaru demo

test: all windows build/asan/build.ninja
	@$(CMAKE) --build --preset asan
	@scripts/run-tests $(TEST_JOBS)

test-ide: all
	@ctest --preset release -L '^ide$$'

test-arm: all
	@ctest --preset release -L '^arm$$' -j $(TEST_JOBS)

measure-arm: all
	@/usr/bin/python3 -B firmware/tools/measure.py

pictures: test-ide
	@cp build/release/pictures/*.png docs/pictures/

arduino: packages build/release/build.ninja
	@$(CMAKE) --build --preset release --target otaru_arduino

bench: all
	@build/release/bench/otaru_bench --json build/bench.json

powercut: packages build/release/build.ninja
	@$(CMAKE) --build --preset release --target otaru_powercut
	@build/release/test/powercut/otaru_powercut

mutants: packages build/release/build.ninja
	@$(CMAKE) --build --preset release --target otaru_powercut
	@/usr/bin/python3 -B test/powercut/mutants/run.py build/release

fuzz: packages build/fuzz/build.ninja
	@$(CMAKE) --build --preset fuzz
	@scripts/fuzz $(FUZZ_SECONDS)

coverage: packages build/coverage/build.ninja
	@$(CMAKE) --build --preset coverage
	@scripts/coverage build/coverage

format: packages
	@scripts/format

tidy: all
	@scripts/tidy build/release $(JOBS)

size: all
	@cat build/release/core/m33/*.txt build/release/mbed/m33/*.txt build/release/arduino/m33/sketches.txt

clean:
	rm -rf build

#!/bin/bash
# Installs the Debian packages that triaged needs and that are missing.
#   deploy/packages.sh run      what the programs need to be built and to run
#   deploy/packages.sh portal   what "run" has, and what the portal needs to be built and to run
#   deploy/packages.sh test     all of that, and what the tests need
#   deploy/packages.sh bench    what "run" has, and the brokers that tests/bench/run --peers measures
# Needs root or sudo only when something is missing.
set -euo pipefail

RUN="gcc cmake ninja-build pkg-config protobuf-compiler protobuf-c-compiler ca-certificates python3
  libc6-dev libzmq3-dev libprotobuf-c-dev libuv1-dev libsqlite3-dev libsodium-dev liblz4-dev libxml2-dev
  libmicrohttpd-dev libyaml-dev libcyaml-dev libjansson-dev libintelrdfpmath-dev libncurses-dev
  libcmocka-dev"
TEST="$RUN git patch valgrind faketime clang clang-format clang-tidy cppcheck gcovr systemd
  libclang-rt-14-dev binutils
  clamav-daemon python3-zmq python3-protobuf python3-nacl python3-pyte chromium fonts-liberation"
BENCH="$RUN libhiredis-dev libnats-dev librabbitmq-dev libpq-dev
  redis-server nats-server rabbitmq-server postgresql-15 linux-perf"

case "${1:-run}" in
run) want=$RUN ;;
portal | test)
    [ "$1" = test ] && want=$TEST || want=$RUN
    # Node may be another's build than Debian's, which then has its npm with it.
    { command -v node && command -v npm; } >/dev/null || want="$want nodejs npm"
    ;;
bench) want=$BENCH ;;
*)
    echo "usage: deploy/packages.sh [run|portal|test|bench]" >&2
    exit 2
    ;;
esac

missing=()
for package in $want; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [ "${state:0:2}" = ii ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "These packages are missing and installing needs root or sudo: ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >&2

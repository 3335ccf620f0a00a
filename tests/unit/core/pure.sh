#!/bin/sh
# pure.sh LIBCORE - the rules call nothing of the machine: what the library needs from outside is
# memory and string functions and check_failed, and what a compiler or sanitizer adds by itself.
set -eu
defined=$(mktemp)
trap 'rm -f "$defined"' EXIT
nm -g --defined-only "$1" | awk 'NF == 3 { print $3 }' | sort -u >"$defined"
needed=$(nm -u "$1" | awk '$1 == "U" { print $2 }' | sort -u | grep -vxFf "$defined" |
    grep -vE '^(check_failed|mem[a-z]+|str[a-z]+|bcmp)$' | # bcmp: memcmp as clang writes it
    grep -vE '^(_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(asan|ubsan|tsan|gcov)_.*|__llvm_.*)$' || true)
if [ -n "$needed" ]; then
    echo "core needs more than it may:" $needed
    exit 1
fi

#!/bin/bash
# The habits of the house, checked.  Prints one line for each place that breaks one; exits 1 if any did.
#   tests/tidy.sh [BUILD_DIR]     with a build, also looks at what the core library needs
set -uo pipefail
cd "$(dirname "$0")/.."
build=${1:-}
bad=$(mktemp)
trap 'rm -f "$bad"' EXIT
say() { echo "$*" | tee -a "$bad"; }

mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.c' '*.h' | while read -r f; do
    [ -f "$f" ] && echo "$f"
done)

# Shape: 100 columns, 500 lines, functions of at most 70 lines (Linux braces: a function opens and closes
# in column one), no typedef for structs, no tabs.
awk '
    FNR == 1 { open = 0 }
    length($0) > 100 { print FILENAME ":" FNR ": " length($0) " columns, 100 is the wall" }
    /\t/ { print FILENAME ":" FNR ": a tab" }
    /^typedef[ \t]+(struct|union)/ { print FILENAME ":" FNR ": a typedef hides a struct" }
    FNR == 501 { print FILENAME ": more than 500 lines" }
    /^\{/ { open = FNR }
    /^\}/ { if (open && FNR - open - 1 > 70) print FILENAME ":" open ": a function of " FNR - open - 1 " lines, 70 is the wall"; open = 0 }
' $(printf '%s\n' "${sources[@]}" | grep -v -e '^clients/c/triage/triage.h$') | tee -a "$bad"

# Who may know whom: the headers a room may include, by the room that owns them.
declare -A knows=(
    [core]="core" [policy]="policy core" [wire]="wire core" [ledger]="ledger core"
    [desk]="desk wire policy core" [shell]="shell desk wire ledger policy core"
)
declare -A owner
for f in daemon/*/*.h; do
    owner[$(basename "$f")]=$(basename "$(dirname "$f")")
done
for room in "${!knows[@]}"; do
    for f in daemon/"$room"/*.c daemon/"$room"/*.h; do
        [ -f "$f" ] || continue
        while IFS=: read -r line header; do
            from=${owner[$header]:-}
            [ -z "$from" ] && continue
            [[ " ${knows[$room]} " == *" $from "* ]] && continue
            [ "$room" = desk ] && [ "$header" = ledger.h ] && continue
            say "$f:$line: $room may not know $from ($header)"
        done < <(sed -nE 's/^#include "([^"]+)".*/\1/p;t;s/.*//p' "$f" | awk 'NF { print NR ":" $0 }')
    done
done
# The machine is the shell's alone; the disk the ledger's; core is pure.
declare -A machine=(
    [core]='zmq|uv|sqlite3|sodium|stdio|stdlib|time|unistd|pthread|protobuf'
    [wire]='zmq|uv|sqlite3|stdio|time|unistd|pthread'
    [policy]='zmq|uv|sqlite3|pthread'
    [desk]='zmq|uv|sqlite3|sodium|pthread|time'
    [ledger]='zmq|uv\.h|protobuf'
    [shell]='sqlite3|libxml'
)
for room in "${!machine[@]}"; do
    for f in daemon/"$room"/*.[ch]; do
        [ -f "$f" ] || continue
        [ "$f" = daemon/core/check_failed.c ] && continue
        grep -nE "^#include <(${machine[$room]})" "$f" | while read -r hit; do
            say "$f:$hit: not in this room"
        done
    done
done

# Nothing left for later, every folder told.
grep -nE '\b(TODO|FIXME|XXX|HACK)\b' "${sources[@]}" | tee -a "$bad"
while read -r folder; do
    [ -f "$folder/README.md" ] || say "$folder: no README.md"
done < <(printf '%s\n' proto daemon clients deploy tests daemon/*/ clients/*/ deploy/policy tests/bench | sed 's,/$,,')

# Layout is clang-format's.
if command -v clang-format >/dev/null; then
    clang-format --dry-run -Werror "${sources[@]}" 2>&1 | grep -E 'error:' | sort -u -t: -k1,1 |
        sed 's/: error.*/: clang-format would change it/' | tee -a "$bad"
fi

if [ -n "$build" ] && [ -f "$build/lib/libcore.a" ]; then
    defined=$(nm --defined-only "$build/lib/libcore.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u)
    wanted=$(nm -u "$build/lib/libcore.a" 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u)
    comm -23 <(echo "$wanted") <(echo "$defined") |
        grep -vE '^(check_failed|mem[a-z]+|str[a-z]+|__(asan|ubsan|tsan|gcov|stack_chk)_.*|_GLOBAL_OFFSET_TABLE_)$' |
        while read -r name; do
            say "core needs $name: only check_failed, mem* and str* are allowed"
        done
fi

[ ! -s "$bad" ] && echo "tidy: ${#sources[@]} files, nothing to say"
[ ! -s "$bad" ]

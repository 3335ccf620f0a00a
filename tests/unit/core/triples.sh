#!/bin/sh
# triples.sh PROGRAM FILE - who may do what in which state, all of it, as it was reviewed.
set -eu
"$1" --triples | diff "$2" - || {
    echo "What may be done changed: review the difference, then: core_table --triples > $2"
    exit 1
}

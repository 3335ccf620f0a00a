#!/bin/sh
# table.sh PROGRAM README - the page says what the table says.
set -eu
page=$(mktemp)
trap 'rm -f "$page"' EXIT
sed -n '/<!-- table -->/,/<!-- end of table -->/p' "$2" | sed '1d;$d' >"$page"
"$1" --markdown | diff "$page" - || {
    echo "The table changed: put the output of core_table --markdown into $2"
    exit 1
}

#!/usr/bin/python3
"""Throughput and latency of the whole way on ledgers of many sizes, with build/release/bin/bench_growth.

  tests/bench/growth.py             1 k to 1 M open cases, and 1 M closed: 15 minutes, 4 GB of disk in TMPDIR for a while
  tests/bench/growth.py --quick     1 k to 100 k
  tests/bench/growth.py --write     and draws growth.svg and writes the table in README.md anew
  tests/bench/growth.py --json      figures as JSON lines

The first size is measured again at the end: when it differs by more than 20 % the machine was disturbed, and all is
measured once more.  Exits 1 when the last size is more than 20 % slower than the first, in CPU a concern.
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "build/release/bin/bench_growth"
SIZES = [(1000, 0), (10000, 0), (100000, 0), (1000000, 0), (100000, 1000000)]  # open, closed
CONCERNS = 12800
LIMIT = 1.2
BEGIN, END = "<!-- growth.py --write -->", "<!-- end -->"


def measure(size):
    print(f"measuring {name(size)} ...", file=sys.stderr, flush=True)
    lines = subprocess.run([PROGRAM, *map(str, size), str(CONCERNS)], check=True, stdout=subprocess.PIPE, text=True,
                           timeout=3000).stdout
    return {f["figure"]: f["value"] for f in map(json.loads, lines.splitlines())}


def name(size):
    return f"{size[0]:,} open" + (f", {size[1]:,} closed" if size[1] else "")


def measure_all(sizes):
    for attempt in 1, 2:
        figures = [measure(size) for size in sizes]
        again = measure(sizes[0])
        drift = again["cpu_us"] / figures[0]["cpu_us"]
        if 1 / LIMIT < drift < LIMIT:
            return figures
        print(f"disturbed: {name(sizes[0])} took {drift:.2f} times as much CPU at the end"
              + ("; measuring once more" if attempt == 1 else ""), file=sys.stderr)
    return figures


def table(sizes, figures):
    first = figures[0]["cpu_us"]
    rows = ["| ledger | concerns/s | CPU a concern | beside the first | lot of 64, p50 / p99 | opens in |", "|---|--:|--:|--:|--:|--:|"]
    for size, f in zip(sizes, figures):
        rows.append(f"| {name(size)} | {f['concerns_per_second']:,.0f} | {f['cpu_us']:.0f} us | {f['cpu_us'] / first:.2f} x "
                    f"| {f['lot_p50_ms']:.1f} / {f['lot_p99_ms']:.1f} ms | {f['open_seconds']:.1f} s |")
    return "\n".join(rows)


def drawing(sizes, figures):
    """Bars of CPU a concern: a picture of one row of figures, with the figures on it."""
    top = max(f["cpu_us"] for f in figures)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="640" height="%d" font-family="sans-serif" font-size="13" '
             'role="img" aria-labelledby="t"><title id="t">CPU a concern by size of the ledger</title>'
             '<rect width="100%%" height="100%%" fill="#fff"/>' % (40 * len(sizes) + 20)]
    for i, (size, f) in enumerate(zip(sizes, figures)):
        y, width = 15 + 40 * i, 330 * f["cpu_us"] / top
        parts.append(f'<text x="205" y="{y + 18}" text-anchor="end">{name(size)}</text>'
                     f'<rect x="215" y="{y}" width="{width:.0f}" height="26" fill="#1d70b8"/>'
                     f'<text x="{225 + width:.0f}" y="{y + 18}">{f["cpu_us"]:.0f} us</text>')
    return "\n".join(parts) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="up to 100,000 open cases")
    parser.add_argument("--write", action="store_true", help="draw growth.svg, write the table in README.md")
    parser.add_argument("--json", action="store_true", help="figures as JSON lines on stdout")
    args = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit("growth.py: no build/release/bin/bench_growth: cmake --preset release && cmake --build --preset release")
    sizes = SIZES[:3] if args.quick else SIZES
    figures = measure_all(sizes)
    if args.json:
        for size, f in zip(sizes, figures):
            print(json.dumps({"open": size[0], "closed": size[1], **f}))
    else:
        print(table(sizes, figures))
    if args.write:
        (HERE / "growth.svg").write_text(drawing(sizes, figures))
        readme = HERE / "README.md"
        text = readme.read_text()
        head, rest = text.split(BEGIN)
        readme.write_text(f"{head}{BEGIN}\n{table(sizes, figures)}\n{END}{rest.split(END)[1]}")
    if figures[-1]["cpu_us"] > LIMIT * figures[0]["cpu_us"]:
        sys.exit(f"growth.py: {name(sizes[-1])} takes more than {LIMIT} times the CPU of {name(sizes[0])} a concern")


if __name__ == "__main__":
    main()

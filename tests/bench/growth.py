#!/usr/bin/python3
"""Throughput and latency of the whole way on ledgers of many sizes, with build/release/bin/bench_growth; then of
intake among 10 to 10,000 connections, with a daemon and build/release/bin/bench.

  tests/bench/growth.py             1 k to 1 M open cases, and 1 M closed: 20 minutes, 5 GB of disk in TMPDIR for a while
  tests/bench/growth.py --history   and 10 M events: 5 M closed cases, 25 GB of disk
  tests/bench/growth.py --quick     1 k to 100 k, 10 and 1,000 connections
  tests/bench/growth.py --write     and draws growth.svg and writes the tables in README.md anew
  tests/bench/growth.py --json      figures as JSON lines

The first size is measured again at the end: when it differs by more than 20 % the machine was disturbed, and all is
measured once more.  Exits 1 when the last size is more than 20 % slower than the first, in CPU a concern.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = ROOT / "build/release/bin/bench_growth"
os.environ.setdefault("TRIAGED_PY", str(ROOT / "build/release/py"))
sys.path.insert(0, str(HERE.parent / "runtime"))
sys.dont_write_bytecode = True
import area  # noqa: E402

SIZES = [(1000, 0), (10000, 0), (100000, 0), (1000000, 0), (100000, 1000000)]  # open, closed
HISTORY = (100000, 5000000)
CONNECTIONS = [10, 1000, 10000]
HELD_EACH = 5000  # connections of one process: each takes two descriptors
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


def figures_of(process):
    """The figures of the program's next lines, until it ends or the caller has seen enough."""
    for line in process.stdout:
        f = json.loads(line)
        yield f["figure"], f["value"]


def crowd(connections):
    """Intake by one connection while the others are there, and receipts at half of that rate."""
    print(f"measuring {connections:,} connections ...", file=sys.stderr, flush=True)
    wide_open = {"quota_per_minute": 100000000, "quota_burst": 100000000, "log_level": "warning",
                 "connections_max": CONNECTIONS[-1] + 100}
    with area.Area(wide_open) as a:
        keys = [key.decode() for key in (a.server_key, *a.keys["rosewood-house"])]
        holders = []
        try:
            for first in range(1, connections, HELD_EACH):
                n = min(HELD_EACH, connections - first)
                command = [ROOT / "build/release/bin/bench", "hold", a.intake, *keys, str(n)]
                holders.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for holder in holders:
                if next(figures_of(holder), None) is None:
                    sys.exit(f"growth.py: {connections:,} connections were not to be had")
            command = [ROOT / "build/release/bin/bench", "crowd", a.folder, a.intake, *keys, "5"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
                figures = dict(figures_of(sender))
            if sender.returncode:
                raise subprocess.CalledProcessError(sender.returncode, command)
            status = pathlib.Path(f"/proc/{a.process.pid}/status").read_text()
            return {**figures, "rss_mib": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024}
        finally:
            for holder in holders:
                holder.communicate(timeout=60)


def crowd_table(counts, figures):
    rows = ["| connections | intake | beside the first | receipt at half of it, p50 / p99 | daemon's memory |", "|---|--:|--:|--:|--:|"]
    for n, f in zip(counts, figures):
        rows.append(f"| {n:,} | {f['intake']:,.0f} /s | {f['intake'] / figures[0]['intake']:.2f} x "
                    f"| {f['at_50_receipt_p50'] / 1e3:.1f} / {f['at_50_receipt_p99'] / 1e3:.1f} ms | {f['rss_mib']:.0f} MiB |")
    return "\n".join(rows)


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
    parser.add_argument("--history", action="store_true", help="10 million events of history, too")
    parser.add_argument("--write", action="store_true", help="draw growth.svg, write the table in README.md")
    parser.add_argument("--json", action="store_true", help="figures as JSON lines on stdout")
    args = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit("growth.py: no build/release/bin/bench_growth: cmake --preset release && cmake --build --preset release")
    sizes = SIZES[:3] if args.quick else SIZES + [HISTORY] * args.history
    counts = CONNECTIONS[:2] if args.quick else CONNECTIONS
    figures = measure_all(sizes)
    crowds = [crowd(n) for n in counts]
    if args.json:
        for size, f in zip(sizes, figures):
            print(json.dumps({"open": size[0], "closed": size[1], **f}))
        for n, f in zip(counts, crowds):
            print(json.dumps({"connections": n, **f}))
    else:
        print(table(sizes, figures), crowd_table(counts, crowds), sep="\n\n")
    if args.write:
        (HERE / "growth.svg").write_text(drawing(sizes, figures))
        readme = HERE / "README.md"
        text = readme.read_text()
        head, rest = text.split(BEGIN)
        tables = f"{table(sizes, figures)}\n\n{crowd_table(counts, crowds)}"
        readme.write_text(f"{head}{BEGIN}\n{tables}\n{END}{rest.split(END)[1]}")
    if figures[-1]["cpu_us"] > LIMIT * figures[0]["cpu_us"]:
        sys.exit(f"growth.py: {name(sizes[-1])} takes more than {LIMIT} times the CPU of {name(sizes[0])} a concern")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Counts the instructions of one concern by stage, under callgrind, and holds them against cost.json.

  tests/bench/cost.py             exits 1 when a stage costs more than 5 % more than cost.json says
  tests/bench/cost.py --write     writes cost.json anew: say in the commit why it grew
  tests/bench/cost.py --json      figures as JSON lines

Needs build/release/bin/bench_cost and valgrind.  Instructions, unlike seconds, are the same on a busy machine; two
runs differ by less than 0.3 %.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BENCH = HERE.parents[1] / "build/release/bin/bench_cost"
KEPT = HERE / "cost.json"
CONCERNS = 1280
GROWTH = 0.05
# Stage: (functions whose whole cost it is, what it is).  An indented stage is a part of the one above it.
STAGES = {
    "loop": ([["desk_message"], ["desk_turn"], ["desk_ledger"], ["way_send", -1]], "the loop thread in all"),
    "- submit": ([["intake_submit"]], "a submission, from its decoded request to its gathered record"),
    "  - judge": ([["intake_judge"]], "read and checked by field"),
    "  - rules": ([["assess"]], "facts, threshold, rating, route"),
    "  - notice": ([["notify_make"]], "its words"),
    "  - record": ([["turn_add"]], "header and body packed, the book moved"),
    "- claim": ([["claim_finish"]], "claims with their bodies"),
    "- notices": ([["outbox_push"]], "pushed to their referrer"),
    "- headlines": ([["board_push"]], "pushed to the desk"),
    "writer": ([["keeper_keep"]], "the ledger's thread in all: sealed, chained, stored, synced"),
    "- seal": ([["seal_close_bare"]], "bodies, headers and rows encrypted"),
    "- chain": ([["chain_next"]], "hashed to what came before"),
    "- records": ([["sqlite_put_record"]], "rows of the record"),
    "- states": ([["sqlite_put_row"]], "rows of the state"),
}


def measure():
    """Instructions a concern by function called, its callees included; both threads."""
    with tempfile.TemporaryDirectory(prefix="triaged-cost-") as folder:
        out = pathlib.Path(folder) / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", BENCH, str(CONCERNS)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
        return calls(out.read_text())


def calls(text):
    """Sums callgrind's calls by the name of who is called (format: valgrind manual, cl-format).  No function of
    STAGES calls itself, so that is its whole cost."""
    names, costs, called, counts = {}, collections.Counter(), None, False
    for line in text.splitlines():
        if counts:  # the line after calls= : where, then what the call cost in all
            costs[called] += int(line.split()[1]) / CONCERNS
            counts = False
        elif match := re.match(r"c?fn=\((\d+)\)(?: (\w+))?", line):
            if match[2]:
                names[match[1]] = match[2]
            if line.startswith("cfn="):
                called = names.get(match[1])
        else:
            counts = line.startswith("calls=")
    return costs


def stages(costs):
    figures = {}
    for stage, (terms, _) in STAGES.items():
        for name, *_ in terms:
            if name not in costs:
                sys.exit(f"cost.py: callgrind saw no {name}(): was it renamed, or inlined?  See STAGES in this file.")
        figures[stage] = round(sum(costs[name] * (sign[0] if sign else 1) for name, *sign in terms))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write cost.json anew")
    parser.add_argument("--json", action="store_true", help="figures as JSON lines on stdout")
    args = parser.parse_args()
    if not BENCH.exists():
        sys.exit(f"cost.py: no {os.path.relpath(BENCH)}: cmake --preset release && cmake --build --preset release")
    figures = stages(measure())
    if args.write:
        KEPT.write_text(json.dumps(figures, indent=2) + "\n")
    kept = json.loads(KEPT.read_text())
    grown = [stage for stage in STAGES if figures[stage] > kept.get(stage, 0) * (1 + GROWTH)]
    for stage, (_, what) in STAGES.items():
        if args.json:
            print(json.dumps({"figure": f"instructions {stage.strip(' -')}", "value": figures[stage]}))
        else:
            change = 100 * (figures[stage] / kept[stage] - 1) if kept.get(stage) else 100
            print(f"{stage:14}{figures[stage]:>10,}  {change:+6.1f} %  {what}{'   GREW' if stage in grown else ''}")
    if grown:
        sys.exit(f"cost.py: {', '.join(s.strip(' -') for s in grown)} cost more than {GROWTH:.0%} more instructions a "
                 "concern than tests/bench/cost.json says.\nMake it cheaper, or run tests/bench/cost.py --write and "
                 "say in the commit what it is worth.")


if __name__ == "__main__":
    main()

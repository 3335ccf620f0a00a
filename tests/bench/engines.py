"""Decision tables: ours, and other people's engines on the same table in the same run."""
import json
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/bin/bench_policy"
PEERS = ROOT / "tests/npm/table_peers.mjs"
QUESTIONS = 3000
TARGETS = [  # (figure, what it is, at least)
    ("table_traced", "table of 30 x 8, with its trace", 500000),
    ("table", "the same without", None),
    ("decision", "default pack, whole decision", 400000),
    ("decision_traced", "the same, its trace kept", 150000),
]


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def ours():
    out = subprocess.run([PROGRAM, "--json", ROOT / "deploy/policy/default"], check=True, stdout=subprocess.PIPE,
                         text=True, timeout=300).stdout
    return {f["figure"]: f["value"] for f in lines(out)}


def peers(seconds):
    """[] where there is no Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        return []
    subprocess.run([ROOT / "tests/npm/install"], check=True)
    asked = subprocess.run([PROGRAM, "--questions", str(QUESTIONS)], check=True, stdout=subprocess.PIPE).stdout
    return lines(subprocess.run(["node", PEERS, str(seconds)], input=asked, check=True, stdout=subprocess.PIPE,
                                timeout=600).stdout.decode())


def rows(quick):
    """(what, value, unit, beside what, target text, met), as tests/bench/run prints them."""
    f = ours()
    table = [(what, f[figure], "/s", "", f"{least:,}/s" if least else "", f[figure] >= least if least else None)
             for figure, what, least in TARGETS]
    for p in peers(1 if quick else 4):
        table.append((f"peer: {p['figure']}, that table", p["value"], "/s", f"ours {f['table_traced'] / p['value']:,.0f} x",
                      f"{p['agree']:,} of {p['of']:,} answers the same", p["agree"] == p["of"]))
    return table

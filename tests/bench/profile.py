#!/usr/bin/python3
"""Where the daemon's time goes on the full way: samples of its clock, by thread, library and function.

  tests/bench/profile.py [CONCERNS]

Needs the release build and perf (deploy/packages.sh bench installs linux-perf).  Shares of a busy machine hold as
well as those of a quiet one.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
os.environ.setdefault("TRIAGED_PY", str(ROOT / "build/release/py"))
sys.path.insert(0, str(HERE.parent / "runtime"))
sys.dont_write_bytecode = True
import area  # noqa: E402

WIDE_OPEN = {"quota_per_minute": 100000000, "quota_burst": 100000000, "log_level": "warning"}
SAMPLES_A_SECOND = "1500"


def record(concerns, out):
    with area.Area(WIDE_OPEN) as a:
        provider, desk = a.keys["rosewood-house"], a.keys["mash-desk"]
        command = [
            ROOT / "build/release/bin/bench", "drive", a.folder, a.intake, a.desk, a.server_key.decode(),
            provider[0].decode(), provider[1].decode(), desk[0].decode(), desk[1].decode(), "w-marsh", "mash",
            str(concerns),
        ]
        perf = subprocess.Popen(["perf", "record", "-F", SAMPLES_A_SECOND, "-e", "cpu-clock", "-o", out, "-p",
                                 str(a.process.pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bench:
            for line in bench.stdout:
                if json.loads(line)["figure"] == "full_way":  # what comes after it is not looked at
                    perf.send_signal(signal.SIGINT)
                    perf.wait()
        if bench.returncode:
            raise subprocess.CalledProcessError(bench.returncode, command)


def shares(out, keys, least):
    print(f"\n-- by {keys.replace('comm', 'thread').replace('dso', 'library').replace('symbol', 'function')}", flush=True)
    report = subprocess.run(["perf", "report", "-i", out, "--stdio", "--sort", keys, "--percent-limit", str(least)], check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    for line in report.splitlines():
        if line.strip() and not line.startswith("#"):
            print(line.rstrip(" -"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("concerns", nargs="?", type=int, default=40000)
    args = parser.parse_args()
    if not shutil.which("perf"):
        sys.exit("profile.py: no perf: deploy/packages.sh bench")
    with tempfile.TemporaryDirectory(prefix="triaged-profile-") as folder:
        out = str(pathlib.Path(folder) / "perf.data")
        record(args.concerns, out)
        shares(out, "comm", 0)
        shares(out, "comm,dso", 1)
        shares(out, "comm,dso,symbol", 0.8)


if __name__ == "__main__":
    main()

"""Thousands of peers at once, all of them back at once after a restart, and hosts that fall silent without a word.
TRIAGED_PEERS makes it more."""
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

import area
from test_attacks import cpu_seconds, memory_mb

PEERS = int(os.environ.get("TRIAGED_PEERS", "400" if os.environ.get("TRIAGED_SANITIZED") else "2000"))
NO_QUOTA = {"quota_per_minute": 100000000, "quota_burst": 100000000}


class Crowd:
    """Peers in two processes: a process may not have descriptors enough for all."""

    def __init__(self, a, peers):
        script = pathlib.Path(__file__).with_name("crowd.py")
        public, secret = a.keys["rosewood-house"]
        words = [a.intake, *(k.decode() for k in (a.server_key, public, secret)), str(peers // 2)]
        self.processes = [subprocess.Popen([sys.executable, "-B", script, *words], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for p in self.processes:
            assert p.stdout.readline() == "ready\n"

    def round(self):
        """How many were receipted, and in how many seconds."""
        began = time.monotonic()
        for p in self.processes:
            p.stdin.write("round\n")
            p.stdin.flush()
        return sum(int(p.stdout.readline()) for p in self.processes), time.monotonic() - began

    def close(self):
        for p in self.processes:
            p.kill()
            p.wait()
            p.stdin.close()
            p.stdout.close()


class Crowds(unittest.TestCase):
    def test_thousands_of_peers_are_all_receipted_and_again_after_a_restart_that_brings_them_back_at_once(self):
        with area.Area({**NO_QUOTA, "connections_max": PEERS + 200}) as a:
            crowd = Crowd(a, PEERS)
            try:
                first, first_s = crowd.round()
                memory, cpu = memory_mb(a.process), cpu_seconds(a.process)
                self.assertEqual(a.stop(), 0)
                a.start()
                again, again_s = crowd.round()
                cases = a.metric("triaged_head_seq")
            finally:
                crowd.close()
            print(f"{PEERS} peers: {first} receipted in {first_s:.1f} s with {memory} MiB and {cpu:.1f} s of the daemon's "
                  f"CPU, after a restart {again} in {again_s:.1f} s", flush=True)
            self.assertEqual((first, again), (PEERS, PEERS))
            self.assertLess(cases, 3 * PEERS)  # once each: what was said again made no second case
            if not os.environ.get("TRIAGED_SANITIZED"):
                self.assertLess(memory, 600)

    def test_a_host_that_falls_silent_is_given_up_and_not_when_nobody_asks(self):
        """In a network of its own, whose loopback is taken down under a connection: no FIN, no RST, no answer."""
        for settings, gone in (({"probe_seconds": 1, "silence_seconds": 3}, True),
                               ({"probe_seconds": 600, "silence_seconds": 6000}, False)):
            child = [sys.executable, "-B", pathlib.Path(__file__).with_name("half_open.py"), json.dumps(settings)]
            unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
            seen = subprocess.run([*unshare, *child], stdout=subprocess.PIPE, text=True, timeout=120, check=True).stdout
            self.assertEqual(json.loads(seen)["gone"], gone, settings)


if __name__ == "__main__":
    unittest.main()

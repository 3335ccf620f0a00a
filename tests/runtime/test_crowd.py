"""Thousands of peers at once, all of them back at once after a restart, and peers that fall silent without a word.
TRIAGED_PEERS makes it more."""
import os
import pathlib
import signal
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

    def silent_peer_is_gone(self, settings, seconds):
        """Whether the connection of a peer that stopped without closing is given up."""
        with area.Area({**NO_QUOTA, **settings}) as a:
            crowd = Crowd(a, 2)
            try:
                self.assertEqual(crowd.round()[0], 2)
                connected = a.metric("triaged_connections", listener="intake")
                for p in crowd.processes:
                    p.send_signal(signal.SIGSTOP)  # its kernel still answers: half open
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    if a.metric("triaged_connections", listener="intake") < connected:
                        return True
                    time.sleep(0.1)
                return False
            finally:
                crowd.close()

    def test_a_peer_that_falls_silent_is_given_up(self):
        self.assertTrue(self.silent_peer_is_gone({"heartbeat_ms": 500, "heartbeat_timeout_ms": 1500}, 60))

    def test_without_heartbeats_it_stays_so_the_test_can_fail(self):
        self.assertFalse(self.silent_peer_is_gone({"heartbeat_ms": 600000, "heartbeat_timeout_ms": 3600000}, 6))


if __name__ == "__main__":
    unittest.main()

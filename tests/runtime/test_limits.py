"""What a machine takes away from a daemon that runs: its memory, and the right to cut SQLite's log.  What was receipted is
there, and it is back at once.  TRIAGED_LIMIT_CYCLES makes it longer; each ends with a line that says what was seen."""
import os
import pathlib
import resource
import sqlite3
import time
import unittest

import area
from test_attacks import memory_mb, until
from test_crash import NO_QUOTA, Crashes
from triage_client import Client

CYCLES = int(os.environ.get("TRIAGED_LIMIT_CYCLES", "3"))
BACK_SECONDS = 2
LOG_SECONDS = 4
LOG_LIMIT = 256 << 20
CROWD = 2000  # connections at most: each takes memory of the daemon, so that soon there is none
KERNEL = pathlib.Path("/sys/fs/cgroup/memory")
SANITIZED = bool(os.environ.get("TRIAGED_SANITIZED"))


class Group:
    """A memory limit of the kernel (cgroup v1) around the daemon; over it the kernel kills."""

    def __init__(self):
        self.at = KERNEL / f"triaged-test-{os.getpid()}"
        self.at.mkdir()

    @property
    def prefix(self):
        return ["sh", "-c", f'echo $$ >{self.at}/cgroup.procs && exec "$@"', "sh"]

    def limit(self, value):
        (self.at / "memory.limit_in_bytes").write_text(str(value))

    def squeeze(self, process):
        for more in range(1, 64):  # what the kernel cannot take back now it refuses to be the limit
            try:
                return self.limit((memory_mb(process) + more) << 20)
            except OSError:
                continue
        raise AssertionError("no limit could be set")

    def close(self):
        self.at.rmdir()


class Space:
    """Address space that is used up: allocations fail, and libzmq ends the process for want of one."""

    prefix = []

    def limit(self, value):
        pass

    def squeeze(self, process):
        with open(f"/proc/{process.pid}/status") as f:
            size = next(int(line.split()[1]) for line in f if line.startswith("VmSize")) << 10
        resource.prlimit(process.pid, resource.RLIMIT_AS, (size, size))

    def close(self):
        pass


def groups_can_be_made():
    try:
        Group().close()
        return True
    except OSError:
        return False


@unittest.skipIf(SANITIZED, "a sanitizer's memory is not the daemon's")
class Memory(unittest.TestCase):
    def killed_and_back(self, limit):
        a = area.Area({**NO_QUOTA, "connections_max": CROWD + 200})
        a.prefix = limit.prefix
        slowest, codes = 0, set()
        try:
            with a:
                crashes = Crashes(a)

                def strike():
                    limit.squeeze(a.process)
                    crowd = []
                    while a.process.poll() is None and len(crowd) < CROWD:
                        crowd.append(Client(a.intake, a.server_key, *a.keys["rosewood-house"]))
                        crowd[-1].send("submit", {"submissions": [crowd[-1].submission(area.concern())]})
                        time.sleep(0.002)
                    codes.add(a.ended(20))
                    for c in crowd:
                        c.close()

                for _ in range(CYCLES):
                    crashes.strike_under_load(strike)
                    limit.limit(-1)
                    began = time.monotonic()
                    a.start()
                    slowest = max(slowest, time.monotonic() - began)
                lost = crashes.lost()
                self.assertEqual(crashes.sound(), "")
                seen = len(crashes.receipted)
        finally:
            limit.close()
        print(f"{type(limit).__name__}: ended {CYCLES} times with {codes}, {seen} receipted, {len(lost)} lost, back in "
              f"{slowest:.2f} s at most", flush=True)
        self.assertEqual(lost, [])
        self.assertLess(slowest, BACK_SECONDS)
        return codes

    @unittest.skipUnless(groups_can_be_made(), "needs cgroup v1's memory controller and root")
    def test_killed_by_its_memory_limit_it_is_back_at_once_and_nothing_receipted_is_lost(self):
        self.assertEqual(self.killed_and_back(Group()), {-9})

    def test_without_address_space_it_ends_and_nothing_receipted_is_lost(self):
        self.assertTrue(self.killed_and_back(Space()) <= {-6, -11, 70})


class Log(unittest.TestCase):
    """SQLite's log, which can be copied back and cut only when nobody reads behind it."""

    def setUp(self):
        self.a = area.Area(NO_QUOTA)
        self.addCleanup(lambda: self.a.__exit__())
        self.a.__enter__()
        self.c = self.a.client("rosewood-house")
        self.addCleanup(self.c.close)

    def log_bytes(self):
        return (self.a.folder / "ledger/ledger.db-wal").stat().st_size

    def load(self, seconds):
        """64 at once, all the time; the seconds that each waited for its receipt, sorted."""
        waits, sent, end = [], {}, time.monotonic() + seconds
        self.largest = 0
        while sent or time.monotonic() < end:
            while len(sent) < 64 and time.monotonic() < end:
                content = {"submissions": [self.c.submission(area.concern())]}
                sent[self.c.send("submit", content)] = time.monotonic()
            reply = self.c.receive(30)
            self.assertEqual(reply.submit.receipts[0].status, 0)
            waits.append(time.monotonic() - sent.pop(reply.id))
            self.largest = max(self.largest, self.log_bytes())
        return sorted(waits)

    def log_began(self):
        """SQLite writes another head into the log when it begins it anew."""
        return (self.a.folder / "ledger/ledger.db-wal").read_bytes()[:32]

    def test_a_reader_that_is_stuck_keeps_nobody_from_a_receipt_and_the_log_begins_anew_when_it_is_gone(self):
        free = self.load(LOG_SECONDS)
        free_log = self.largest
        reader = sqlite3.connect(f"file:{self.a.folder}/ledger/ledger.db?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM head").fetchone()
        held = self.load(LOG_SECONDS)
        held_log, began = self.largest, self.log_began()
        reader.execute("COMMIT")
        reader.close()
        self.assertTrue(until(lambda: self.c.submit(area.concern()).status or self.log_began() != began, 30))
        whole_log = self.log_bytes()
        again = self.load(LOG_SECONDS)
        p99 = [w[len(w) * 99 // 100] * 1000 for w in (free, held, again)]
        print(f"checkpoints: {len(free)} receipts, p99 {p99[0]:.1f} ms, log {free_log >> 20} MiB; with a stuck reader "
              f"{len(held)}, p99 {p99[1]:.1f} ms, log {held_log >> 20} MiB; without it {len(again)}, p99 {p99[2]:.1f} ms, "
              f"log {self.largest >> 20} MiB", flush=True)
        self.assertLess(held_log, LOG_LIMIT)
        self.assertGreater(held_log, free_log)  # or the reader was not in its way
        self.assertLess(whole_log, LOG_LIMIT)
        self.assertLessEqual(self.largest, whole_log)  # begun anew, it does not grow beyond what it was
        # Measured against itself: other work may hold this machine.
        self.assertLess(p99[1], 5 * p99[0] + 25)


if __name__ == "__main__":
    unittest.main()

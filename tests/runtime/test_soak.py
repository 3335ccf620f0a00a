"""Everything at once for as long as one likes: concerns, decisions, notices, questions, peers that vanish, garbage,
half-made connections, reloads.  Memory grows with the cases that it holds and with nothing else; descriptors come back.
TRIAGED_SOAK_SECONDS makes it longer; it ends with a line that says what was seen."""
import os
import random
import signal
import socket
import time
import unittest

import area
from test_attacks import until
from test_crash import NO_QUOTA
from triage_client import STATUS, NoAnswer
from working import NOT_MET, Working

SECONDS = int(os.environ.get("TRIAGED_SOAK_SECONDS", "15" if os.environ.get("TRIAGED_SANITIZED") else "60"))
# SQLite's caches are 40 MiB of pages, and each concern fills one and a bit: until they are full, memory grows by them.
WARM = 1000 if os.environ.get("TRIAGED_SANITIZED") else 8000
# Of each record: a case of 1,292 bytes while it is open (tests/bench/README.md), its notices, what the allocator wastes.
RECORD_BYTES = 3072
SLACK_MB = 2


def line(points):
    """Slope of the least squares through (x, y)."""
    n = len(points)
    x, y = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    return sum((a - x) * (b - y) for a, b in points) / (sum((a - x) ** 2 for a, _ in points) or 1)


class Soak(Working):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area(NO_QUOTA)
        cls.a.__enter__()

    def rss_bytes(self):
        with open(f"/proc/{self.a.process.pid}/statm") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.a.process.pid}/fd"))

    # What happens, one of these after the other in a random order.
    def concerns_come(self):
        some = [self.provider.submission(self.green()) for _ in range(20)]
        receipts = self.provider.request("submit", {"submissions": some + some[:3]}, timeout=60).submit.receipts
        self.assertEqual({STATUS(r.status) for r in receipts}, {"STATUS_OK", "STATUS_DUPLICATE"})
        self.open += [r.adults[0].reference for r in receipts[:20]]

    def one_is_decided(self):
        if self.open:
            self.decide(self.open.pop(0), NOT_MET)

    def notices_are_read(self):
        with self.a.client("rosewood-house") as c:
            seen = c.notices(self.cursor, credit=50, wait=0.2)
            self.cursor = max([self.cursor, *(n.cursor for n in seen)])

    def a_board_is_read(self):
        self.ok(self.mash.request("queue", {"team": "mash", "limit": 50}))

    def peers_vanish(self):
        peers = [self.a.client("brightwater-homecare") for _ in range(10)]
        for c in peers:
            c.send("submit", {"submissions": [c.submission(area.concern())]})
            c.close()

    def garbage_comes(self):
        with socket.create_connection(("127.0.0.1", int(self.a.intake.rsplit(":", 1)[1]))) as s:
            s.sendall(self.dice.randbytes(self.dice.randrange(1, 4000)))

    def nobody_speaks(self):
        for _ in range(5):
            self.silent.append(socket.create_connection(("127.0.0.1", int(self.a.desk.rsplit(":", 1)[1]))))
        while len(self.silent) > 20:
            self.silent.pop(0).close()

    def files_are_read_again(self):
        self.a.process.send_signal(signal.SIGHUP)

    def nonsense_is_asked(self):
        for reference in ("", "no-such", "X" * 60):
            self.mash.request("actions", {"reference": reference}, worker="w-marsh")

    def test_under_mixed_load_and_faults_memory_grows_with_the_cases_alone_and_descriptors_come_back(self):
        self.dice, self.open, self.cursor, self.silent = random.Random(20260101), [], 0, []
        acts = [self.concerns_come, *[self.one_is_decided] * 8, self.notices_are_read, self.a_board_is_read,
                self.peers_vanish, self.garbage_comes, self.nobody_speaks, self.files_are_read_again,
                self.nonsense_is_asked]
        done = dict.fromkeys((f.__name__ for f in acts), 0)
        for _ in range(WARM // 200):
            some = [self.provider.submission(self.green()) for _ in range(200)]
            self.provider.request("submit", {"submissions": some}, timeout=60)
        idle, points = self.descriptors(), []
        begin = time.monotonic()
        while (now := time.monotonic() - begin) < SECONDS:
            act = self.dice.choice(acts)
            try:
                act()
            except NoAnswer as e:
                raise AssertionError(f"no answer after {now:.0f} s to {act.__name__}") from e
            done[act.__name__] += 1
            if now > SECONDS / 3:  # by then every pool has been used once
                points.append((now, self.rss_bytes(), self.a.metric("triaged_head_seq"), self.descriptors()))
        for s in self.silent:
            s.close()
        self.assertTrue(until(lambda: self.descriptors() <= idle + 2, 30), f"{self.descriptors()} descriptors, {idle} before")
        self.assertTrue(all(done.values()), done)
        hours = 3600
        records = points[-1][2] - points[0][2]
        grew = line([(p[0], p[1]) for p in points]) * (points[-1][0] - points[0][0])
        print(f"soak: {SECONDS} s, {sum(done.values())} acts, {points[-1][2]:.0f} records, memory {points[-1][1] >> 20} MiB and "
              f"{line([(p[0], p[1]) for p in points]) * hours / 2**20:.1f} MiB an hour, {grew / max(records, 1):.0f} bytes a "
              f"record; descriptors {idle} before, {max(p[3] for p in points)} at most, {self.descriptors()} after", flush=True)
        if not os.environ.get("TRIAGED_SANITIZED"):
            self.assertLess(grew, records * RECORD_BYTES + (SLACK_MB << 20))


if __name__ == "__main__":
    unittest.main()

"""A disk that keeps its promises and no more: what was synced is there after a power cut, and of the rest any sector of
512 bytes or none, in any mixture: lost, torn, out of order.

A library loaded before the daemon's (shims/disk_log.c) tells each change and each sync that came back.  The daemon is
killed at a receipt, or while the log is copied back; then the disk is made anew from what was told and chance, the
daemon started on it, and each concern that was receipted must be there, once, with chain and folds whole.
TRIAGED_FRAGILE_CYCLES makes it longer; it ends with a line that says what was seen."""
import collections
import os
import random
import shutil
import struct
import time
import unittest

import area
from test_crash import NO_QUOTA, Crashes

CYCLES = int(os.environ.get("TRIAGED_FRAGILE_CYCLES", "50"))
SEED = int(os.environ.get("TRIAGED_FRAGILE_SEED", "20260101"))
CONTROL_CYCLES = 60
SECTOR = 512
HEAD = struct.Struct("=IIQQQ")
WRITE, SIZE, SYNC_BEGINS, SYNCED, UNLINK = range(1, 6)
SHIM = area.BIN.parent / "lib/libdisk_log.so"


class Told:
    """What the log says: of each file the changes in their order, and how many of them a sync has covered."""

    def __init__(self, path):
        self.changes = collections.defaultdict(list)
        self.synced = collections.defaultdict(int)
        self.gone = set()
        begun = {}
        data, at = path.read_bytes() if path.exists() else b"", 0
        while at + HEAD.size <= len(data):
            kind, name_len, where, length, _ = HEAD.unpack_from(data, at)
            whole = at + HEAD.size + name_len + (length if kind == WRITE else 0)
            if whole > len(data):
                break  # it was killed while it told this one
            name = data[at + HEAD.size:at + HEAD.size + name_len].decode()
            body = data[at + HEAD.size + name_len:whole]
            at = whole
            if kind == SYNC_BEGINS:
                begun[where] = len(self.changes[name])
            elif kind == SYNCED:
                self.synced[name] = max(self.synced[name], begun[where])
            elif kind == UNLINK:
                self.changes.pop(name, None)
                self.synced.pop(name, None)
                self.gone.add(name)
            else:
                self.changes[name].append((kind, where, body))


class Disk:
    """The files as a disk has them; `cut` decides what became of all that no sync has covered."""

    def __init__(self, folder, dice):
        self.folder, self.dice = folder, dice
        self.kept = {}
        self.lost = self.torn = 0

    def snapshot(self):
        self.kept = {f.name: bytearray(f.read_bytes()) for f in self.folder.iterdir() if not f.name.endswith("-shm")}

    def cut(self, log):
        told = Told(log)
        for name in told.gone:
            self.kept.pop(name, None)
        share = self.dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))  # of the sectors that reached the disk by themselves
        for name, changes in told.changes.items():
            file = self.kept.setdefault(name, bytearray())
            for n, (kind, where, body) in enumerate(changes):
                self.apply(file, kind, where, body, 1.0 if n < told.synced[name] else share)
        shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700)
        for name, data in self.kept.items():
            (self.folder / name).write_bytes(data)
            (self.folder / name).chmod(0o600)

    def apply(self, file, kind, where, body, share):
        if kind == SIZE:
            if share == 1.0 or self.dice.random() < share:
                del file[where:]
                file.extend(bytes(where - len(file)))
            return
        reached = 0
        starts = range(0, len(body), SECTOR)
        for at in starts:
            if share < 1.0 and self.dice.random() >= share:
                continue
            reached += 1
            end = where + min(at + SECTOR, len(body))
            file.extend(bytes(max(0, end - len(file))))
            file[where + at:end] = body[at:at + SECTOR]
        self.lost += reached == 0
        self.torn += 0 < reached < len(starts)


@unittest.skipIf(os.environ.get("TRIAGED_SANITIZED"), "a sanitizer wants to be the first library")
class Fragile(unittest.TestCase):
    def begin(self):
        """The daemon on the disk as it is, with an empty log."""
        self.disk.snapshot()
        self.told.unlink(missing_ok=True)
        self.a.start()

    def strike(self):
        # At the receipt, or a little later: after 200 ms of quiet SQLite's log is copied back.
        time.sleep(self.dice.choice((0, 0, self.dice.uniform(0, 0.3))))
        self.a.kill()

    def lost_now(self, crashes):
        try:
            self.begin()
            return crashes.lost()
        except RuntimeError:
            return ["it does not start"]

    def cycles(self, n, program=None, until_lost=False):
        self.dice = random.Random(SEED)
        self.a = a = area.Area({**NO_QUOTA, "ballast_bytes": 0})
        a.program = program or a.program
        a.make()
        a.start()
        a.stop()
        ledger, self.told = a.folder / "ledger", a.folder / "disk.log"
        self.disk = disk = Disk(ledger, self.dice)
        a.environment = {**os.environ, "LD_PRELOAD": str(SHIM), "DISK_LOG": str(self.told),
                         "DISK_LOG_FOLDER": str(ledger.resolve()), "DISK_LOG_SLOW_US": "1500"}
        crashes, lost = Crashes(a), []
        try:
            for cycle in range(1, n + 1):
                self.begin()
                crashes.strike_under_load(self.strike)
                disk.cut(self.told)
                if until_lost:
                    if lost := self.lost_now(crashes):
                        break
                    a.kill()
                    disk.cut(self.told)
            if not until_lost:
                lost = self.lost_now(crashes)
                self.assertEqual(crashes.sound(), "")
        finally:
            a.__exit__(failed=True)
        print(f"fragile disk: {cycle} cuts (seed {SEED}), {len(crashes.receipted)} receipted, {len(lost)} lost; of the "
              f"writes that no sync had covered {disk.lost} lost and {disk.torn} torn", flush=True)
        return lost

    def test_a_power_cut_with_unsynced_sectors_lost_torn_and_out_of_order_loses_nothing(self):
        self.assertEqual(self.cycles(CYCLES), [])
        self.assertGreater(self.disk.lost, 0)
        self.assertGreater(self.disk.torn, 0)

    def test_a_daemon_that_does_not_sync_each_commit_is_caught(self):
        program = area.BIN / "triaged_syncs_rarely"
        if not program.exists():
            self.skipTest("controls are built without sanitizers only")
        self.assertNotEqual(self.cycles(CONTROL_CYCLES, program, until_lost=True), [])


if __name__ == "__main__":
    unittest.main()

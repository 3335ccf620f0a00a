"""Crashes at the worst moment: kill -9 and power cuts at the instant of a receipt.  What was receipted is there, once.

The moment is the first receipt of a burst: whatever is told too early is not on the disk yet.  Each kind of crash is
also tried on a daemon with a fault (controls/), which must lose something; else the crash proves nothing.
TRIAGED_KILL_CYCLES and TRIAGED_POWER_CYCLES make them longer, TRIAGED_CRASH_SEED others; each ends with a line that
says what was seen."""
import fcntl
import os
import pathlib
import random
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import area
from triage_client import STATUS, NoAnswer, uuid7

KILLS = int(os.environ.get("TRIAGED_KILL_CYCLES", "15" if os.environ.get("TRIAGED_SANITIZED") else "100"))
CUTS = int(os.environ.get("TRIAGED_POWER_CYCLES", "20"))
SEED = int(os.environ.get("TRIAGED_CRASH_SEED", "20260101"))
CONTROL_CYCLES = 60  # at most: it ends with the first loss
BURST = 20
NO_QUOTA = {"quota_per_minute": 100000000, "quota_burst": 100000000}
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
NO_LOG_FLUSH = struct.pack("I", 2)


class Crashes:
    """A daemon that is struck again and again, and what it receipted."""

    def __init__(self, a):
        self.a = a
        self.receipted = {}
        self.dice = random.Random(SEED)

    def take(self, c, keys, wait):
        """One reply into the tally; False when none comes."""
        reply = c.receive(wait)
        if reply is None:
            return False
        if reply.id in keys and reply.submit.receipts and reply.submit.receipts[0].status == 0:
            self.receipted[keys[reply.id]] = reply.submit.receipts[0].adults[0].reference
        return True

    def strike_under_load(self, strike):
        """Bursts, until at a receipt that the dice choose the daemon is struck."""
        with self.a.client("rosewood-house") as c:
            keys = {}
            lucky = self.dice.randrange(1, 3 * BURST)
            before = len(self.receipted)
            for _ in range(1 + lucky // BURST):
                for _ in range(BURST):
                    key = uuid7()
                    keys[c.send("submit", {"submissions": [c.submission(area.concern(), key)]})] = key
                while len(self.receipted) - before < min(lucky, len(keys)):
                    if not self.take(c, keys, 30):
                        raise NoAnswer("the daemon does not answer under load")
            strike()
            while self.take(c, keys, 0.05):  # what was on its way when it died
                pass

    def lost(self):
        """Receipted keys whose concern is not there any more, or is there as another one.  Asking sends each again."""
        lost = []
        keys = list(self.receipted)
        with self.a.client("rosewood-house") as c:
            for i in range(0, len(keys), 50):
                some = keys[i:i + 50]
                reply = c.request("submit", {"submissions": [c.submission(area.concern(), k) for k in some]}, timeout=60)
                for key, receipt in zip(some, reply.submit.receipts):
                    same = STATUS(receipt.status) == "STATUS_DUPLICATE"
                    if not same or receipt.adults[0].reference != self.receipted[key]:
                        lost.append(key)
        return lost

    def sound(self):
        with self.a.operator_client() as operator:
            return operator.request("verify", {}, timeout=120).verify.problem


class Kill(unittest.TestCase):
    def cycles(self, n, program=None, until_lost=False):
        a = area.Area(NO_QUOTA)
        a.program = program or a.program
        with a:
            crashes, lost = Crashes(a), []
            for cycle in range(1, n + 1):
                crashes.strike_under_load(a.kill)
                a.start()
                if until_lost and (lost := crashes.lost()):
                    break
            lost = lost or crashes.lost()
            problem = crashes.sound()
        print(f"kill -9: {cycle} cycles, {len(crashes.receipted)} receipted, {len(lost)} lost", flush=True)
        self.assertEqual(problem, "")
        if not lost:
            self.assertEqual(len(set(crashes.receipted.values())), len(crashes.receipted))
        return lost

    def test_kill_9_at_the_instant_of_a_receipt_loses_nothing(self):
        self.assertEqual(self.cycles(KILLS), [])

    def test_a_daemon_that_answers_before_the_disk_is_caught(self):
        program = area.BIN / "triaged_reply_before_the_disk"
        if not program.exists():
            self.skipTest("controls are built without sanitizers only")
        self.assertNotEqual(self.cycles(CONTROL_CYCLES, program, until_lost=True), [])


class Image:
    """A file system of its own, whose power can be cut: what was not synced is gone."""

    def __init__(self, folder):
        self.file, self.at = folder / "image", folder / "disk"
        self.at.mkdir()
        subprocess.run(["truncate", "-s", "96M", self.file], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.file], check=True, capture_output=True)
        self.mount()

    def mount(self):
        # No commit of the journal by time alone: only what asked for it is on the disk.
        subprocess.run(["mount", "-o", "loop,commit=600,errors=remount-ro", self.file, self.at], check=True,
                       capture_output=True)

    def turn_read_only(self):
        """What the kernel does when it finds the file system damaged: from here on every write says EROFS or EIO."""
        device = subprocess.run(["findmnt", "-no", "SOURCE", self.at], check=True, capture_output=True, text=True).stdout
        pathlib.Path(f"/sys/fs/ext4/{pathlib.Path(device.strip()).name}/trigger_fs_error").write_text("a test")

    def mend(self):
        subprocess.run(["e2fsck", "-fy", self.file], check=False, capture_output=True)

    def shut_down(self):
        fd = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(fd)

    def unmount(self):
        subprocess.run(["umount", self.at], check=True, capture_output=True)


def images_can_be_made():
    if os.geteuid() != 0 or os.environ.get("TRIAGED_SANITIZED"):
        return False
    with tempfile.TemporaryDirectory(prefix="triaged-image-") as folder:
        try:
            Image(pathlib.Path(folder)).unmount()
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


@unittest.skipUnless(images_can_be_made(), "needs root and loop devices: without them no power is cut here")
class Power(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="triaged-power-")
        self.image = Image(pathlib.Path(self.folder.name))
        self.a = area.Area({**NO_QUOTA, "ledger_dir": f"{self.image.at}/ledger", "ballast_file": ""})

    def tearDown(self):
        self.a.__exit__(failed=True)
        self.image.unmount()
        self.folder.cleanup()

    def stop_and_wait(self):
        """Stopped whole, or an fsync that is under way would race the cut."""
        self.a.process.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{self.a.process.pid}/task")
        while any("State:\tT" not in (t / "status").read_text() for t in tasks.iterdir()):
            time.sleep(0.001)

    def sync_fails(self):
        """From here on fsync says EIO; the daemon goes on and must notice."""
        self.stop_and_wait()
        self.image.shut_down()
        self.a.process.send_signal(signal.SIGCONT)

    def cut(self):
        self.stop_and_wait()
        self.image.shut_down()
        self.a.kill()

    def restart(self):
        self.image.unmount()
        self.image.mount()
        self.a.start()

    def cycles(self, n, program=None, until_lost=False):
        self.a.program = program or self.a.program
        self.a.make()
        self.a.start()
        crashes, lost = Crashes(self.a), []
        for cycle in range(1, n + 1):
            crashes.strike_under_load(self.cut)
            self.restart()
            if until_lost and (lost := crashes.lost()):
                break
        lost = lost or crashes.lost()
        print(f"power cuts: {cycle} cycles, {len(crashes.receipted)} receipted, {len(lost)} lost", flush=True)
        self.assertEqual(crashes.sound(), "")
        return lost

    def test_a_power_cut_at_the_instant_of_a_receipt_loses_nothing(self):
        self.assertEqual(self.cycles(CUTS), [])

    def test_a_daemon_that_does_not_sync_each_commit_is_caught(self):
        program = area.BIN / "triaged_syncs_rarely"
        self.assertTrue(program.exists(), "the control is missing")
        self.assertNotEqual(self.cycles(CONTROL_CYCLES, program, until_lost=True), [])

    def read_only_under_load(self):
        self.stop_and_wait()
        self.image.turn_read_only()
        self.a.process.send_signal(signal.SIGCONT)

    def ends_and_receipts_nothing_more(self, strike):
        self.a.make()
        self.a.start()
        crashes = Crashes(self.a)
        crashes.strike_under_load(strike)
        before = len(crashes.receipted)
        # What was on its way may have ended it before this is sent.
        with self.assertRaises(NoAnswer), self.a.client("rosewood-house") as c:
            c.request("submit", {"submissions": [c.submission(area.concern())]}, timeout=20)
        self.assertEqual(self.a.ended(30), 70)
        self.assertEqual(len(crashes.receipted), before)
        return crashes

    def test_a_disk_that_fails_to_sync_ends_the_daemon_and_nothing_receipted_is_lost(self):
        crashes = self.ends_and_receipts_nothing_more(self.sync_fails)
        self.restart()
        self.assertEqual(crashes.lost(), [])

    def test_a_file_system_that_turns_read_only_under_load_gets_no_receipt_and_loses_none(self):
        crashes = self.ends_and_receipts_nothing_more(self.read_only_under_load)
        self.image.unmount()
        self.image.mend()
        self.image.mount()
        self.a.start()
        self.assertEqual(crashes.lost(), [])
        self.assertEqual(crashes.sound(), "")


if __name__ == "__main__":
    unittest.main()

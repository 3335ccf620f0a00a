"""Trouble: kill -9 at any moment, restarts, floods, full disks, wrong clocks, broken packs.  No receipted concern is lost."""
import os
import pathlib
import shutil
import subprocess
import threading
import time
import unittest

import area
from triage_client import STATUS, NoAnswer, uuid7

CYCLES = int(os.environ.get("TRIAGED_KILL_CYCLES", "15"))


class Restarts(unittest.TestCase):
    def test_nothing_receipted_is_lost_by_kill_9_under_load_and_no_key_makes_two_cases(self):
        acknowledged = {}
        with area.Area() as a:
            for cycle in range(CYCLES):
                stop = threading.Event()
                thread = threading.Thread(target=self.load, args=(a, acknowledged, stop))
                thread.start()
                time.sleep(0.15 + 0.01 * (cycle % 7))
                a.kill()
                stop.set()
                thread.join()
                a.start()
            self.assertGreater(len(acknowledged), CYCLES)
            with a.client("rosewood-house") as c:
                for key, reference in acknowledged.items():
                    again = c.submit(area.concern(), key)
                    self.assertEqual(STATUS(again.status), "STATUS_DUPLICATE")
                    self.assertEqual(again.adults[0].reference, reference)
            self.assertEqual(len(set(acknowledged.values())), len(acknowledged))
            with a.operator_client() as operator:
                self.assertEqual(operator.request("verify", {}, timeout=60).verify.problem, "")

    @staticmethod
    def load(a, acknowledged, stop):
        c = a.client("rosewood-house")
        keys = {}
        while not stop.is_set():
            for _ in range(20):
                key = uuid7()
                keys[c.send("submit", {"submissions": [c.submission(area.concern(), key)]})] = key
            while (reply := c.receive(0.02)) is not None:
                if reply.id in keys and reply.submit.receipts and reply.submit.receipts[0].status == 0:
                    acknowledged[keys[reply.id]] = reply.submit.receipts[0].adults[0].reference
        c.close()

    def test_a_clean_stop_loses_nothing_and_leases_queues_notices_come_back(self):
        with area.Area() as a:
            with a.client("rosewood-house") as c, a.client("mash-desk") as d:
                references = [c.submit(area.concern()).adults[0].reference for _ in range(20)]
                c.notices(wait=0.5)
                c.request("receipt_notices", {"up_to": "5"})
                claimed = d.request("claim", {"cases": [{"reference": references[0]}]}, worker="w-marsh").claim.claimed[0]
            self.assertEqual(a.stop(), 0)
            a.start()
            with a.client("rosewood-house") as c, a.client("mash-desk") as d:
                self.assertEqual(c.greeting.hello.notices_receipted, 5)
                self.assertEqual([n.cursor for n in c.notices(after=5)], list(range(6, 21)))
                queue = d.request("queue", {"team": "mash", "limit": 100}).queue
                self.assertEqual({h.reference for h in queue.headlines}, set(references[1:]))
                late = d.request("claim", {"cases": [{"reference": references[0]}]}, worker="w-reed").claim.claimed[0]
                self.assertEqual(STATUS(late.status), "STATUS_CONFLICT")
                returned = d.request("return_", {"hold": {
                    "reference": references[0], "expected_version": claimed.headline.version,
                    "token": str(claimed.token)}, "reason": "After the restart."}, worker="w-marsh")
                self.assertEqual(STATUS(returned.status), "STATUS_OK", returned.text)

    def test_old_notices_are_there_again_from_the_first_after_all_were_receipted(self):
        with area.Area() as a, a.client("rosewood-house") as c:
            for _ in range(30):
                c.submit(area.concern())
            c.notices(wait=0.5)
            c.request("receipt_notices", {"up_to": "30"})
            a.stop()
            a.start()
            with a.client("rosewood-house") as again:
                self.assertEqual([n.cursor for n in again.notices(after=0)], list(range(1, 31)))

    def test_a_second_daemon_on_the_same_ledger_refuses_to_start(self):
        with area.Area() as a:
            other = subprocess.run([area.BIN / "triaged", "--config", a.folder / "triaged.yaml"], capture_output=True,
                                   timeout=30, text=True)
            self.assertNotEqual(other.returncode, 0)
            self.assertEqual(a.http("/healthz")[0], 200)

    def test_the_wrong_master_key_opens_nothing_and_says_so(self):
        with area.Area() as a:
            a.stop()
            key = a.folder / "keys/master.key"
            kept = key.read_bytes()
            with area.Area() as b:
                shutil.copy(b.folder / "keys/master.key", key)
            a.start(wait=False)
            self.assertEqual(a.ended(), 78)
            self.assertIn("master", a.log_text())
            key.write_bytes(kept)
            a.start()


class Floods(unittest.TestCase):
    def test_a_flood_is_told_busy_reds_still_come_in_and_others_are_not_slowed(self):
        with area.Area({"quota_per_minute": 60, "quota_burst": 50}) as a:
            with a.client("rosewood-house") as flood, a.client("brightwater-homecare") as quiet:
                seen = [flood.submit(area.concern()) for _ in range(80)]
                busy = [r for r in seen if STATUS(r.status) == "STATUS_BUSY"]
                self.assertGreater(len(busy), 10)
                self.assertTrue(all(r.retry_after_ms > 0 for r in busy))
                red = flood.submit(area.red(), danger="ANSWER_YES")
                self.assertEqual((STATUS(red.status), red.adults[0].colour), ("STATUS_OK", 3))
                self.assertEqual(STATUS(quiet.submit(area.concern()).status), "STATUS_OK")

    def test_a_desk_that_stops_reading_loses_credit_and_nobody_else_does(self):
        with area.Area() as a, a.client("mash-desk") as asleep, a.client("rosewood-house") as c:
            asleep.send("follow_queue", {"team": "mash", "credit": 100})
            for _ in range(300):
                self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK")
            with a.client("mash-desk-2") as awake:
                queue = awake.request("queue", {"team": "mash", "limit": 1}).queue
                self.assertEqual(queue.total, 300)
            seen = 0
            while (push := asleep.push(0.7)) is not None:
                seen += len(push.queue_push.headlines)
            self.assertEqual(seen, 100)


class Disks(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "mounting a small disk needs root")
    def test_a_nearly_full_disk_makes_intake_busy_and_it_recovers_by_itself(self):
        folder = "/tmp/triaged-small-disk-%d" % os.getpid()
        os.makedirs(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder])
        if mounted.returncode:
            os.rmdir(folder)
            self.skipTest("no tmpfs may be mounted here")
        try:
            a = area.Area({"low_water_bytes": 16 * 1024 * 1024}, folder + "/area")
            a.make()
            a.start()
            try:
                with a.client("rosewood-house") as c, a.client("mash-desk") as d:
                    reference = c.submit(area.concern()).adults[0].reference
                    filler = folder + "/filler"
                    with open(filler, "wb") as f:
                        f.write(b"\0" * 50 * 1024 * 1024)
                    self.until(lambda: STATUS(c.submit(area.concern()).status) == "STATUS_BUSY")
                    self.assertEqual(a.metric("triaged_disk_low"), 1)
                    looked = d.request("look", {"reference": reference, "reason": "Reading goes on."}, worker="w-reed")
                    self.assertEqual(STATUS(looked.status), "STATUS_OK")
                    os.unlink(filler)
                    self.until(lambda: STATUS(c.submit(area.concern()).status) == "STATUS_OK")
            finally:
                a.stop()
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
            os.rmdir(folder)

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small disk needs root")
    def test_a_start_on_a_full_disk_serves_those_who_read_and_recovers_by_itself(self):
        folder = "/tmp/triaged-no-disk-%d" % os.getpid()
        os.makedirs(folder)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]).returncode:
            os.rmdir(folder)
            self.skipTest("no tmpfs may be mounted here")
        try:
            a = area.Area({"low_water_bytes": 16 * 1024 * 1024}, folder + "/area")
            a.make()
            a.start()
            with a.client("rosewood-house") as c:
                reference = c.submit(area.concern()).adults[0].reference
            self.assertEqual(a.stop(), 0)
            a.log = pathlib.Path(folder + ".log")  # the log is not on the full disk
            with open(folder + "/filler", "wb", buffering=0) as f:
                try:
                    while f.write(b"\0" * 65536):
                        pass
                except OSError:
                    pass
            a.start()
            with a.client("rosewood-house") as c, a.client("mash-desk") as d:
                self.assertEqual(STATUS(c.request("status", {"reference": reference}).status), "STATUS_OK")
                self.assertEqual(d.request("queue", {"team": "mash", "limit": 9}).queue.total, 1)
                self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_BUSY")
                claim = d.request("claim", {"cases": [{"reference": reference}]}, worker="w-marsh")
                self.assertNotEqual(STATUS(claim.claim.claimed[0].status if claim.claim.claimed else claim.status),
                                    "STATUS_OK")
                os.unlink(folder + "/filler")
                self.until(lambda: STATUS(c.submit(area.concern()).status) == "STATUS_OK")
            self.assertEqual(a.stop(), 0)
            a.log.unlink()
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
            os.rmdir(folder)

    def until(self, condition, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        self.fail("did not come to be in time")

    def test_a_failed_commit_stops_the_daemon_with_its_own_code_and_nothing_unsaid_was_lost(self):
        # The disk has room, so the daemon goes on; but no file of it may grow beyond 6 MB.
        a = area.Area({"quota_burst": 100000000, "quota_per_minute": 100000000})
        a.make()
        a.prefix = ["/bin/sh", "-c", 'trap "" XFSZ; exec prlimit --fsize=6000000 -- "$@"', "sh"]
        try:
            a.start()
            kept = []
            with a.client("rosewood-house") as c:
                for _ in range(4000):
                    key = uuid7()
                    try:
                        reply = c.request("submit", {"submissions": [
                            c.submission(area.concern(what_happened="x" * 15000), key)]}, timeout=2)
                    except NoAnswer:
                        if a.process.poll() is not None:
                            break
                        continue  # a slow machine
                    if reply.submit.receipts[0].status == 0:
                        kept.append((key, reply.submit.receipts[0].adults[0].reference))
            self.assertEqual(a.ended(60), 70)
            self.assertIn("ledger", a.log_text())
            self.assertGreater(len(kept), 20)
            a.prefix = []
            a.start()
            with a.client("rosewood-house") as c:
                for key, reference in kept[-20:]:
                    again = c.submit(area.concern(what_happened="x" * 15000), key)
                    self.assertEqual((STATUS(again.status), again.adults[0].reference), ("STATUS_DUPLICATE", reference))
        finally:
            a.__exit__()


class Packs(unittest.TestCase):
    def test_a_broken_pack_at_start_is_refused_with_its_place(self):
        a = area.Area()
        a.make()
        threshold = a.folder / "policy/threshold.dmn"
        threshold.write_text(threshold.read_text().replace("</text>", " +</text>", 1))
        try:
            a.start(wait=False)
            self.assertEqual(a.ended(), 78)
            self.assertIn("threshold.dmn", a.log_text())
        finally:
            a.__exit__()

    def test_a_broken_pack_at_reload_changes_nothing(self):
        with area.Area({"policy_by_reload": 1}) as a, a.client("rosewood-house") as c, \
                a.operator_client() as operator:
            self.assertEqual(a.metric("triaged_policy_by_reload"), 1)
            before = c.submit(area.concern()).policy.digest
            rating = a.folder / "policy/rating.dmn"
            whole = rating.read_text()
            rating.write_text(whole.replace("</text>", " +</text>", 1))
            reply = operator.request("reload", {})
            self.assertNotEqual(STATUS(reply.status), "STATUS_OK")
            self.assertIn("rating.dmn", reply.text + " ".join(reply.reload.problems))
            self.assertEqual(c.submit(area.concern()).policy.digest, before)
            rating.write_text(whole + "<!-- the same rules, another file -->\n")
            self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK")
            self.assertNotEqual(c.submit(area.concern()).policy.digest, before)


if __name__ == "__main__":
    unittest.main()

"""Files beside a concern: sent in parts through crashes, checked, scanned by a real clamd, backed up, erased."""
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

import area
from command import Command
from triage_client import STATUS, envelope_pb2

HOME, OTHER = "brightwater-homecare", "rosewood-house"
DICE = random.Random(20260105)
CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"


def digest(data):
    return hashlib.blake2b(data).digest()[:32]


def document(size):
    return b"%PDF-1.7\n" + DICE.randbytes(size - 9)


def b64(data):
    import base64
    return base64.b64encode(data).decode()


def named(name, media_type, data):
    return {"name": name, "media_type": media_type, "digest": b64(digest(data)), "size_bytes": str(len(data))}


def state(file):
    return envelope_pb2.DESCRIPTOR.pool.FindEnumTypeByName("triage.v1.FileState").values_by_number[file.state].name[11:]


class Files(Command):
    def report(self, data, name="body-map.pdf", media_type="application/pdf"):
        with self.a.client(HOME) as c:
            receipt = c.submit(area.concern(attachments=[named(name, media_type, data)]))
            self.assertEqual(STATUS(receipt.status), "STATUS_OK")
            return receipt.adults[0].reference

    def part(self, c, reference, data, offset, of=None):
        size = c.greeting.hello.limits.part_bytes
        while True:
            reply = c.request("attach", {"reference": reference, "digest": b64(digest(of or data)), "offset": str(offset),
                                         "part": b64(data[offset:offset + size])}, timeout=60)
            if STATUS(reply.status) != "STATUS_BUSY":
                return reply
            time.sleep(reply.retry_after_ms / 1000)

    def how_far(self, c, reference, data):
        return c.request("attach", {"reference": reference, "digest": b64(digest(data))}, timeout=60)

    def send(self, reference, data, provider=HOME):
        with self.a.client(provider) as c:
            reply = self.how_far(c, reference, data)
            while STATUS(reply.status) == "STATUS_OK" and reply.attach.file.received_bytes < len(data):
                reply = self.part(c, reference, data, reply.attach.file.received_bytes)
            return reply

    def look(self, reference):
        with self.a.client("mash-desk") as c:
            return c.request("look", {"reference": reference, "reason": "To see.", "timeline": True}, worker="w-marsh").look

    def fetch(self, reference, number=1, before_scan=False):
        with self.a.client("mash-desk") as c:
            got = b""
            while True:
                reply = c.request("fetch", {"reference": reference, "number": number, "offset": str(len(got)),
                                            "reason": "To compare.", "before_scan": before_scan}, worker="w-marsh")
                if STATUS(reply.status) != "STATUS_OK":
                    return reply
                got += reply.fetch.part
                if len(got) == reply.fetch.file.size_bytes:
                    return got

    def proven(self):
        with self.a.operator_client() as c:
            self.assertEqual(c.request("verify", {}, timeout=120).verify.problem, "")

    def test_a_daemon_that_is_killed_in_mid_upload_goes_on_where_it_was(self):
        data = document(2_000_000)
        reference = self.report(data)
        kills, before = 0, 0
        while True:
            with self.a.client(HOME) as c:
                far = self.how_far(c, reference, data).attach.file
                self.assertGreaterEqual(far.received_bytes, before)  # what was answered is there
                if far.received_bytes == len(data):
                    break
                for _ in range(DICE.randrange(1, 15)):
                    if far.received_bytes == len(data):
                        break
                    reply = self.part(c, reference, data, far.received_bytes)
                    self.assertEqual(STATUS(reply.status), "STATUS_OK", reply.text)
                    far = reply.attach.file
                before = far.received_bytes
                # And one that is on its way when it dies.
                size = c.greeting.hello.limits.part_bytes
                c.send("attach", {"reference": reference, "digest": b64(digest(data)), "offset": str(before),
                                  "part": b64(data[before:before + size])})
                self.a.kill()
            self.a.start()
            kills += 1
        self.assertGreater(kills, 2)
        self.assertEqual(self.send(reference, data).attach.file.state, 6)
        self.assertEqual(self.fetch(reference), data)
        self.proven()

    def test_what_is_not_the_file_is_thrown_away_and_the_file_still_comes(self):
        data = document(100_000)
        wrong = data[:99_999] + bytes([data[-1] ^ 1])
        reference = self.report(data)
        with self.a.client(HOME) as c:
            for offset in range(0, len(data), c.greeting.hello.limits.part_bytes):
                reply = self.part(c, reference, wrong, offset, of=data)
            self.assertEqual(STATUS(reply.status), "STATUS_INVALID")
            self.assertEqual((reply.problems[0].field, reply.problems[0].code), ("attach.digest", "digest"))
            self.assertEqual(reply.attach.file.received_bytes, 0)
        self.send(reference, data)
        self.assertEqual(self.fetch(reference), data)

    def test_another_providers_reference_is_not_there(self):
        data = document(1000)
        reference = self.report(data)
        with self.a.client(OTHER) as c:
            for body in ("attach", "files"):
                content = {"digest": b64(digest(data)), "part": b64(data)} if body == "attach" else {}
                theirs = c.request(body, {"reference": reference, **content})
                nobodys = c.request(body, {"reference": "SC-2222-2222", **content})
                theirs.id = nobodys.id = 0
                self.assertEqual(theirs, nobodys)
                self.assertEqual(STATUS(theirs.status), "STATUS_NOT_FOUND")

    def test_a_full_disk_takes_no_part_and_loses_none(self):
        data = document(150_000)
        reference = self.report(data)
        with self.a.client(HOME) as c:
            self.part(c, reference, data, 0)
        self.a.stop()
        self.a.settings["low_water_bytes"] = 1 << 40
        self.a.write_config()
        self.a.start()
        with self.a.client(HOME) as c:
            at = self.how_far(c, reference, data).attach.file.received_bytes
            reply = c.request("attach", {"reference": reference, "digest": b64(digest(data)), "offset": str(at),
                                         "part": b64(data[at:at + at])})
            self.assertEqual(STATUS(reply.status), "STATUS_BUSY")
        self.a.stop()
        self.a.settings["low_water_bytes"] = 0
        self.a.write_config()
        self.a.start()
        self.send(reference, data)
        self.assertEqual(self.fetch(reference), data)

    def test_a_backup_holds_files_sealed_and_erasing_a_case_erases_them(self):
        phrase = b"An invented sentence that stands in no other place. " * 3000
        reference = self.report(phrase, "statement.txt", "text/plain")
        self.send(reference, phrase)
        backup = pathlib.Path(self.run_triage("ledger", "backup", "--operator", self.a.operator).stdout.strip())
        key = ("--key", self.a.folder / "keys/master.key")
        self.run_triage("ledger", "drill", backup, *key, "--erasures", "none")
        for path in backup.rglob("*"):
            self.assertNotIn(b"An invented sentence", path.read_bytes())
        self.a.stop()
        shutil.move(self.a.folder / "ledger", self.a.folder / f"lost-{time.monotonic_ns()}")
        self.run_triage("ledger", "restore", backup, "--to", self.a.folder / "ledger", *key, "--erasures", "none")
        self.a.start()
        self.assertEqual(self.fetch(reference), phrase)
        self.proven()
        self.close(reference)
        self.as_(HOME, "notices")
        self.erase(reference)
        self.assertEqual(len(self.look(reference).files), 0)
        self.assertEqual(STATUS(self.fetch(reference).status), "STATUS_NOT_FOUND")
        self.proven()
        # Records of the parts are there, and nothing opens them any more.
        self.a.stop()
        proof = json.loads(self.run_triage("ledger", "verify", "--file", self.a.folder / "ledger", *key, "--json").stdout)
        self.assertGreater(proof["records"], 5)
        self.a.start()

    def test_the_command_sends_lists_and_reads_files(self):
        folder = pathlib.Path(self.folder.name)
        report, more, nonsense = folder / "Body map.PDF", folder / "later.txt", folder / "setup.exe"
        report.write_bytes(document(120_000))
        more.write_text("Seen again at noon.\n")
        nonsense.write_bytes(b"MZ" + bytes(100))
        for bad in (nonsense, folder / "absent.pdf", folder):
            self.as_(HOME, "submit", "--attach", bad, given=json.dumps(area.concern()), code=2)
        r = self.as_(HOME, "submit", "--json", "--attach", report, given=json.dumps(area.concern()))
        reference = json.loads(r.stdout.splitlines()[0])["adults"][0]["reference"]
        self.assertEqual(json.loads(r.stdout.splitlines()[1])["state"], "FILE_STATE_NOT_SCANNED")
        self.assertIn("nobody scanned it", self.as_(HOME, "attach", reference, report, more).stdout)  # again, and one more
        liar = folder / "picture.png"
        liar.write_bytes(nonsense.read_bytes())
        self.assertIn("not what its media type says", self.as_(HOME, "attach", reference, liar, code=3).stderr)
        empty = folder / "empty.txt"
        empty.write_text("")
        self.assertIn("empty", self.as_(HOME, "attach", reference, empty, code=2).stderr)
        self.as_(OTHER, "attach", reference, more, code=6)
        listed = self.as_(HOME, "files", reference).stdout
        self.assertIn("Body map.PDF", listed)
        self.assertIn("later.txt", listed)
        worker = ("--worker", "w-marsh", "--reason", "To compare.")
        self.assertIn("Body map.PDF", self.as_("mash-desk", "case", reference, *worker).stdout)
        out = folder / "read.pdf"
        self.as_("mash-desk", "attachment", reference, "1", "--out", out, *worker)
        self.assertEqual(out.read_bytes(), report.read_bytes())
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        self.as_("mash-desk", "attachment", reference, "1", "--out", out, *worker, code=2)  # not over it
        self.as_("mash-desk", "attachment", reference, "9", "--out", folder / "none", *worker, code=6)
        self.assertFalse((folder / "none").exists())

    def test_a_concern_waits_for_no_file(self):
        data = document(8_000_000)
        reference = self.report(data)
        with self.a.client(HOME) as c, self.a.client("st-anselm-hospital") as other:
            size, slowest = c.greeting.hello.limits.part_bytes, 0
            for offset in range(0, len(data), size):
                sent = c.send("attach", {"reference": reference, "digest": b64(digest(data)), "offset": str(offset),
                                         "part": b64(data[offset:offset + size])})
                begun = time.monotonic()
                self.assertEqual(STATUS(other.submit(area.concern()).status), "STATUS_OK")
                slowest = max(slowest, time.monotonic() - begun)
                while STATUS(c.answer(sent, 60).status) == "STATUS_BUSY":
                    sent = c.send("attach", {"reference": reference, "digest": b64(digest(data)), "offset": str(offset),
                                             "part": b64(data[offset:offset + size])})
            print(f"slowest receipt beside {len(data)} bytes of a file: {slowest * 1000:.1f} ms")
            self.assertLess(slowest, 2.0)
        self.assertEqual(self.fetch(reference), data)


@unittest.skipUnless(pathlib.Path(CLAMD).exists(), "clamd is not installed: deploy/packages.sh test")
class Scanned(Files):
    """With the real scanner and a signature of our own making."""
    PHRASE = b"TRIAGED-INVENTED-SIGNATURE"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clam = tempfile.TemporaryDirectory(prefix="triaged-clamd-")
        folder = pathlib.Path(cls.clam.name)
        (folder / "db").mkdir()
        (folder / "db/own.ndb").write_text(f"Invented.Test:0:*:{cls.PHRASE.hex()}\n")
        cls.socket = folder / "clamd.ctl"
        (folder / "clamd.conf").write_text(
            f"LocalSocket {cls.socket}\nDatabaseDirectory {folder}/db\nForeground yes\nLogFile {folder}/log\n"
            f"StreamMaxLength 1M\nTemporaryDirectory {folder}\n")
        cls.clamd = None
        cls.a.stop()
        cls.a.settings["clamd"] = str(cls.socket)
        cls.a.write_config()
        cls.a.start()

    @classmethod
    def tearDownClass(cls):
        cls.scanner(False)
        super().tearDownClass()
        cls.clam.cleanup()

    @classmethod
    def scanner(cls, wanted):
        if wanted and not cls.clamd:
            cls.clamd = subprocess.Popen([CLAMD, "-c", pathlib.Path(cls.clam.name) / "clamd.conf"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until = time.monotonic() + 60
            while not cls.socket.exists() and time.monotonic() < until:
                time.sleep(0.05)
        if not wanted and cls.clamd:
            cls.clamd.terminate()
            cls.clamd.wait()
            cls.clamd = None
            cls.socket.unlink(missing_ok=True)

    def scanned(self, reference, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            file = self.look(reference).files[0]
            if state(file) != "PENDING":
                return file
            time.sleep(0.1)
        return file

    def test_clean_infected_and_too_large_are_told_apart(self):
        self.scanner(True)
        clean = document(200_000)
        reference = self.report(clean)
        self.send(reference, clean)
        self.assertEqual(state(self.scanned(reference)), "CLEAN")
        self.assertEqual(self.fetch(reference), clean)

        ill = b"Notes. " * 10_000 + self.PHRASE
        reference = self.report(ill, "notes.txt", "text/plain")
        self.send(reference, ill)
        file = self.scanned(reference)
        self.assertEqual((state(file), file.why.split(".UNOFFICIAL")[0]), ("INFECTED", "Invented.Test"))
        reply = self.fetch(reference, before_scan=True)
        self.assertEqual((STATUS(reply.status), reply.problems[0].code), ("STATUS_FORBIDDEN", "infected"))
        with self.a.client(HOME) as c:
            self.assertTrue(any("notes.txt" in n.text and n.reference == reference for n in c.notices()))
            self.assertEqual(state(c.request("files", {"reference": reference}).files.files[0]), "INFECTED")

        large = document(1_500_000)
        reference = self.report(large)
        self.send(reference, large)
        file = self.scanned(reference)
        self.assertEqual(state(file), "NOT_SCANNED")
        self.assertIn("larger", file.why)
        self.proven()

    def test_while_the_scanner_is_away_the_concern_goes_on(self):
        self.scanner(False)
        data = document(60_000)
        reference = self.report(data)
        self.assertEqual(state(self.send(reference, data).attach.file), "PENDING")
        reply = self.fetch(reference)
        self.assertEqual(STATUS(reply.status), "STATUS_BUSY")
        self.assertEqual(self.fetch(reference, before_scan=True), data)
        self.close(reference)
        self.a.kill()
        self.scanner(True)
        self.a.start()
        self.assertEqual(state(self.scanned(reference)), "CLEAN")
        self.proven()


def load_tests(loader, tests, _):
    """The tests of Files run once, without a scanner."""
    own = [n for n in loader.getTestCaseNames(Scanned) if n not in loader.getTestCaseNames(Files)]
    return unittest.TestSuite([loader.loadTestsFromTestCase(Files), unittest.TestSuite(map(Scanned, own))])


if __name__ == "__main__":
    unittest.main()

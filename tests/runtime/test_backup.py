"""Backups under load, signed checkpoints, a restore older than the last receipts: nothing is lost, nothing comes back."""
import json
import pathlib
import shutil
import sqlite3
import threading
import unittest

import area
from command import Command
from triage_client import uuid7


class Backup(Command):
    """One area for the whole story; each test leaves a daemon that serves."""

    def ledger(self, *words, **more):
        return self.run_triage("ledger", *words, **more)

    def backup(self):
        return pathlib.Path(self.ledger("backup", "--operator", self.a.operator).stdout.strip())

    @property
    def key(self):
        return ("--key", self.a.folder / "keys/master.key")

    @property
    def signer(self):
        return ("--signer", self.a.folder / "keys/checkpoint.pub")

    def put_back(self, backup):
        """The daemon's ledger is lost; a backup takes its place."""
        shutil.move(self.a.folder / "ledger", self.a.folder / f"lost-{uuid7().hex()}")
        return self.ledger("restore", backup, "--to", self.a.folder / "ledger", *self.key, "--erasures",
                           self.a.folder / "checkpoints/erasures", "--json").stdout

    def test_a_backup_under_load_is_one_moment_of_the_ledger_and_proves_itself(self):
        stop = threading.Event()
        sent = []

        def load():
            with self.a.client("rosewood-house") as c:
                while not stop.is_set():
                    sent.append(c.submit(area.concern()).adults[0].reference)

        thread = threading.Thread(target=load)
        thread.start()
        try:
            folders = [self.backup() for _ in range(3)]
        finally:
            stop.set()
            thread.join()
        records = []
        for folder in folders:
            words = ("verify", "--file", folder, "--checkpoint", folder / "checkpoint", *self.signer)
            self.assertIn("0 after them", self.ledger(*words).stdout)
            proof = json.loads(self.ledger("verify", "--file", folder, *self.key, "--json").stdout)
            records.append(proof["records"])
            self.ledger("drill", folder, *self.key, "--erasures", "none")
        self.assertEqual(records, sorted(records))
        self.assertLess(records[0], records[-1])  # commits went on between them
        for path in folders[-1].rglob("*"):
            self.assertNotIn(b"Ada Fernsby", path.read_bytes())
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_checkpoint_kept_elsewhere_tells_a_ledger_that_was_cut_or_changed(self):
        self.submit()
        early = self.backup()
        self.submit()
        kept = pathlib.Path(self.folder.name) / "kept.checkpoint"
        self.as_("auditor", "ledger", "checkpoint", "--out", kept)
        self.as_("mash-desk", "ledger", "checkpoint", code=3)
        self.a.stop()
        copy = pathlib.Path(self.folder.name) / "copy"
        shutil.copytree(self.a.folder / "ledger", copy)
        self.a.start()
        words = ("--checkpoint", kept, *self.signer)
        self.assertIn("proven", self.ledger("verify", "--file", copy, *words, *self.key).stdout)
        # The whole ledger put back to an earlier day is whole in itself: only the witness tells.
        self.assertIn("proven", self.ledger("verify", "--file", early, *self.key).stdout)
        self.assertIn("cut", self.ledger("verify", "--file", early, *words, code=1).stderr)
        db = sqlite3.connect(copy / "ledger.db")
        one, other = (n for n, in db.execute("SELECT seq FROM record WHERE body IS NOT NULL ORDER BY seq LIMIT 2"))
        db.execute(f"UPDATE record SET body = (SELECT body FROM record WHERE seq = {other}) WHERE seq = {one}")
        db.commit()
        db.close()
        self.assertIn(f"record {one} ", self.ledger("verify", "--file", copy, *words, code=1).stderr)
        kept.write_text(kept.read_text().replace("epoch 1", "epoch 2"))
        self.ledger("verify", "--file", copy, *words, code=1)

    def test_checkpoints_are_written_at_the_end_of_a_run(self):
        self.submit()
        self.a.stop()
        last = sorted((self.a.folder / "checkpoints").glob("*.checkpoint"))[-1]
        words = ("verify", "--file", self.a.folder / "ledger", "--checkpoint", last, *self.signer)
        self.assertIn("0 after them", self.ledger(*words).stdout)
        self.a.start()

    def test_a_restore_from_before_the_last_receipts_loses_no_concern_and_no_notice(self):
        outbox = pathlib.Path(self.folder.name) / "outbox"

        def send(what):
            words = ("submit", "--outbox", outbox, "--json")
            given = json.dumps(area.concern(what_happened=what)) if what else ""
            return self.as_("st-anselm-hospital", *words, given=given).stdout

        def notices():
            return self.as_("st-anselm-hospital", "notices", "--json").stdout.splitlines()

        send("Before the backup.")
        self.assertEqual(len(notices()), 1)
        backup = self.backup()
        before = send("After the backup, receipted.")
        reference = json.loads(before.splitlines()[0])["adults"][0]["reference"]
        self.assertEqual(len(notices()), 1)
        self.assertEqual(notices(), [])
        self.a.kill()
        proof = json.loads(self.put_back(backup))
        self.assertEqual(proof["epoch"], proof["epoch_before"] + 1)
        self.a.start()
        self.as_("mash-desk", "case", reference, "--reason", "Lost?", "--worker", "w-reed", code=6)
        after = send("")  # nothing new: what was receipted is offered again
        self.assertIn("SC-", after)
        told = notices()
        self.assertEqual(len(told), 1, told)
        references = {json.loads(line)["adults"][0]["reference"] for line in after.splitlines()}
        self.assertEqual(len(references), 2)  # both are the council's again, the older one once
        self.assertIn(json.loads(told[0])["reference"], references)
        self.assertIn("proven", self.ledger("verify", "--operator", self.a.operator).stdout)

    def test_the_daemon_of_before_the_restore_is_fenced_from_the_restored_ledger(self):
        self.submit()
        backup = self.backup()
        proof = json.loads(self.ledger("drill", backup, *self.key, "--erasures", "none", "--json").stdout)
        self.assertEqual(proof["epoch"], proof["epoch_before"] + 1)
        self.assertEqual(proof["erased_again"], 0)

    def test_what_was_erased_after_the_backup_does_not_come_back_with_it(self):
        def look(reference):
            words = ("case", reference, "--reason", "Gone?", "--worker", "w-reed", "--json")
            return json.loads(self.as_("mash-desk", *words).stdout)

        gone = self.submit(area.concern(what_happened="To be forgotten."), provider="brightwater-homecare")
        stays = self.submit()
        self.close(gone)
        backup = self.backup()
        self.as_("brightwater-homecare", "notices")
        self.erase(gone)
        self.assertEqual(look(gone)["erasure"]["reason"], "Asked for.")
        self.a.stop()
        proof = json.loads(self.put_back(backup))
        self.assertEqual(proof["erased_again"], 1)
        words = ("verify", "--file", self.a.folder / "ledger")
        self.assertIn("proven", self.ledger(*words, *self.key).stdout)
        # The backup's own checkpoint still holds: what was erased was never in the chain.
        self.assertIn("2 after them", self.ledger(*words, "--checkpoint", backup / "checkpoint", *self.signer).stdout)
        self.a.start()

        self.assertTrue(look(gone).get("erased"))
        why = look(gone)["erasure"]  # and it still says why, and on whose word
        self.assertEqual((why["reason"], why["proposed_by"], why["agreed_by"]), ("Asked for.", "m-heron", "m-wren"))
        self.assertFalse(look(gone).get("concern"))
        self.assertFalse(look(stays).get("erased"))
        # The control: without the list it does come back, which is why restore asks for it.
        back = pathlib.Path(self.folder.name) / "unlisted"
        self.ledger("restore", backup, "--to", back, *self.key, code=2)
        proof = json.loads(self.ledger("restore", backup, "--to", back, *self.key, "--erasures", "none", "--json").stdout)
        self.assertEqual(proof["erased_again"], 0)


if __name__ == "__main__":
    unittest.main()

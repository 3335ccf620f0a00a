"""What has ended is erased by two managers when the council's schedule says so; why is told for ever, and after a restore."""
import json
import os
import pathlib
import shutil
import time
import unittest

import area
from command import Command

KEEP = 'retention:\n  enquiry: {keep: 6 years, basis: "The invented schedule, row 12"}\n'


class Retention(Command):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a.settings["policy_by_reload"] = 1
        cls.a.write_config()
        cls.a.stop()
        cls.a.start()

    def ended(self, what="A carer was heard to shout."):
        """By a relative: so many about one service would open a record about it, which keeps them."""
        concern = area.concern(what_happened=what, source_of_risk={"category": "SOURCE_CATEGORY_FAMILY"})
        reference = self.submit(concern, provider="brightwater-homecare")
        self.close(reference)
        self.as_("brightwater-homecare", "notices")
        return reference

    def due(self, *words):
        return json.loads(self.as_("auditor", "retention", "due", "--json", *words).stdout)

    def look(self, reference):
        return json.loads(self.as_("auditor", "case", reference, "--reason", "Audit.", "--timeline", "--json").stdout)

    def keep(self, text):
        pack = self.a.folder / "policy/pack.yaml"
        whole = pack.read_text()
        at = whole.find("\nretention:")
        pack.write_text((whole if at < 0 else whole[:at + 1]) + "\n" + text)
        self.run_triage("reload", "--operator", self.a.operator)

    def test_without_a_schedule_nothing_is_due_and_the_refusal_names_the_setting(self):
        self.keep("")
        reference = self.ended()
        self.assertEqual(self.due("--before", "2099-01-01")["cases"], [])
        self.assertIn("enquiry", self.due()["unset"])
        refused = self.as_("key-heron", "erase", reference, "--reason", "Old.", code=3).stderr
        self.assertIn("retention.enquiry.keep", refused)
        self.as_("key-heron", "retention", "sweep", "--reason", "Old.", code=3)

    def test_what_is_not_written_right_is_found_in_the_pack_with_its_place(self):
        pack = pathlib.Path(self.folder.name) / "pack"
        shutil.copytree(area.PACK, pack)
        with (pack / "pack.yaml").open("a") as f:
            f.write('\nretention:\n  enquiry: {keep: soon, basis: "x"}\n  not_met: {keep: 6 years, basis: " "}\n')
        line = 1 + next(n for n, text in enumerate((pack / "pack.yaml").read_text().splitlines()) if "keep: soon" in text)
        told = self.run_triage("policy", "check", pack, code=1).stdout
        self.assertIn(f"pack.yaml:{line}", told)
        self.assertIn("retention.enquiry.keep is written 6 years", told)
        self.assertIn("retention.not_met.basis is empty", told)

    def test_two_managers_erase_before_its_time_only_what_was_asked_for_and_never_under_a_hold(self):
        self.keep(KEEP)
        reference = self.ended("Words that must not come back.")
        due = self.due("--before", "2099-01-01")["cases"]
        mine = next(c for c in due if c["reference"] == reference)
        self.assertEqual((mine["what"], mine.get("bar", "")), ("enquiry", ""))
        self.assertNotIn("Fernsby", json.dumps(due))
        self.assertIn("not over", self.as_("key-heron", "erase", reference, "--reason", "Old.", code=3).stderr)
        self.as_("key-heron", "hold", reference, "--held", "yes", "--reason", "An inquest.")
        self.assertTrue(self.look(reference)["legal_hold"])
        words = ("erase", reference, "--on-request", "--reason", "Asked for on 3 May.")
        self.assertIn("legal hold", self.as_("key-heron", *words, code=3).stderr)
        self.assertEqual(next(c for c in self.due("--before", "2099-01-01")["cases"] if c["reference"] == reference)["bar"],
                         "legal_hold")
        self.as_("mash-desk", "hold", reference, "--held", "no", "--reason", "It ended.", "--worker", "w-reed", code=3)
        self.as_("key-heron", "hold", reference, "--held", "no", "--reason", "It ended.")
        self.as_("mash-desk", *words, "--worker", "m-heron", code=3)  # a desk's login could be anybody's
        proposed = self.as_("key-heron", *words, "--json")
        number = json.loads(proposed.stdout)["order"]["number"]
        self.assertIn("Asked for on 3 May.", self.as_("key-heron", "retention", "status").stdout)
        self.as_("key-heron", "retention", "agree", number, code=3)
        self.assertFalse(self.look(reference).get("erased"))
        self.agree(proposed)
        look = self.look(reference)
        self.assertTrue(look["erased"])
        why = look["erasure"]
        self.assertEqual((why["reason"], why["proposed_by"], why["agreed_by"], why["what"], why["on_request"]),
                         ("Asked for on 3 May.", "m-heron", "m-wren", "enquiry", True))
        self.assertEqual(why["basis"], "The invented schedule, row 12")
        events = [e["event"] for e in look["timeline"]]
        self.assertEqual((events.count("legal_held"), events.count("legal_released"), events.count("erased")), (1, 1, 1))
        self.assertFalse(any(e.get("text") for e in look["timeline"]))
        self.assertIn("proven", self.run_triage("ledger", "verify", "--operator", self.a.operator).stdout)
        shown = self.as_("auditor", "case", reference, "--reason", "Audit.").stdout
        self.assertIn("m-heron, who proposed it, and m-wren, who agreed", shown)

    @unittest.skipUnless(shutil.which("faketime"), "faketime moves the clock, and is not installed")
    @unittest.skipIf(os.environ.get("TRIAGED_SANITIZED"), "a sanitizer and faketime both want to be loaded first")
    def test_a_sweep_takes_what_is_due_goes_on_after_kill_9_and_a_restore_does_it_again(self):
        self.keep(KEEP)
        stays = self.ended()
        self.as_("key-heron", "hold", stays, "--held", "yes", "--reason", "An inquest.")
        gone = [self.ended(f"Invented words {n} that must not come back.") for n in range(20)]
        self.assertEqual([c["reference"] for c in self.due()["cases"]], [])
        backup = pathlib.Path(self.run_triage("ledger", "backup", "--operator", self.a.operator).stdout.strip())
        self.second_manager()
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        stamp = self.a.folder / "clock"
        stamp.write_text("+2200d")  # six years and a little
        self.a.stop()
        before = dict(self.a.environment)
        self.a.environment.update(LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(stamp), FAKETIME_NO_CACHE="1",
                                  FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.a.start()
        self.run_triage("confirm-clock", "--operator", self.a.operator)
        due = {c["reference"]: c.get("bar", "") for c in self.due()["cases"]}
        self.assertLessEqual(set(gone), set(due))
        self.assertEqual((due[stays], due[gone[0]]), ("legal_hold", ""))
        proposed = self.as_("key-heron", "retention", "sweep", "--reason", "Yearly review.", "--json")
        number = json.loads(proposed.stdout)["order"]["number"]
        self.as_("key-wren", "retention", "agree", number)
        self.a.kill()  # at once: some of it is done, or none, or all
        self.a.start()
        self.until_erased()
        for reference in gone:
            look = self.look(reference)
            self.assertEqual(look["erasure"]["reason"], "Yearly review.", reference)
            self.assertEqual(look["erasure"]["keep"], "6 years")
        self.assertFalse(self.look(stays).get("erased"))
        self.assertEqual({c["reference"] for c in self.due()["cases"]}, {stays})
        time.sleep(1.2)  # the list is written a moment after
        self.a.stop()
        listed = (self.a.folder / "checkpoints/erasures").read_text()
        self.assertNotIn("Yearly", listed)
        for path in (self.a.folder / "ledger").rglob("*"):
            self.assertNotIn(b"must not come back", path.read_bytes() if path.is_file() else b"")
        shutil.move(self.a.folder / "ledger", self.a.folder / "lost")
        words = ("ledger", "restore", backup, "--to", self.a.folder / "ledger", "--key", self.a.folder / "keys/master.key",
                 "--erasures", self.a.folder / "checkpoints/erasures")
        self.assertEqual(json.loads(self.run_triage(*words, "--json").stdout)["erased_again"], len(gone))
        self.a.start()
        self.run_triage("confirm-clock", "--operator", self.a.operator)
        for reference in gone:
            why = self.look(reference)["erasure"]
            self.assertEqual((why["reason"], why["agreed_by"], why["what"], why["keep"]),
                             ("Yearly review.", "m-wren", "enquiry", "6 years"))
        self.assertFalse(self.look(stays).get("erased"))
        self.assertIn("proven", self.run_triage("ledger", "verify", "--operator", self.a.operator).stdout)
        # Another ledger's list, or one that was changed, is refused: nothing is erased by it.
        bad = pathlib.Path(self.folder.name) / "bad"
        order = next(line for line in listed.splitlines() if line.startswith("order "))
        bad.write_text(listed.replace(order, order[:-1] + ("0" if order[-1] != "0" else "1")))
        self.run_triage(*words[:3], "--to", self.a.folder / "other", *words[5:7], "--erasures", bad, code=2)
        self.a.stop()
        self.a.environment = before  # and a ledger of today for the other tests
        shutil.rmtree(self.a.folder / "ledger")
        self.a.start()


if __name__ == "__main__":
    unittest.main()

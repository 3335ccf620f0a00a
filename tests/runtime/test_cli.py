"""The command `triage` as people use it: words, exit codes, outbox, everything against the real daemon."""
import json
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import zmq

import area
from command import MET, Command
from triage_client import uuid7

class Cli(Command):
    def test_help_completion_and_a_wrong_word(self):
        self.assertIn("submit", self.run_triage("--help").stdout)
        self.assertIn("Examples", self.run_triage("submit", "--help").stdout)
        script = self.run_triage("completion", "bash").stdout
        done = subprocess.run(["bash", "-c", script + "\ncomplete -p triage"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sumbit", self.run_triage("sumbit", code=2).stderr)
        self.run_triage("submit", "--no-such-option", code=2)

    def test_every_command_says_what_it_does_with_examples_that_name_it(self):
        script = self.run_triage("completion", "bash").stdout
        commands = re.search(r"words='([^']*)'", script)[1].split()
        self.assertGreater(len(commands), 30)
        for command in commands:
            text = self.run_triage(command, "--help").stdout
            self.assertEqual(text, self.run_triage("help", command).stdout)
            examples = text.split("Examples:\n")[1]
            self.assertIn(f"triage {command}", examples)
            for option in re.findall(r"(?<=\s)--[a-z0-9-]+", examples):  # none that does not exist
                self.assertRegex(text.split("Examples:\n")[0], rf"(?m)^  {option}\b", command)
        self.assertIn("nonsense", self.run_triage("help", "nonsense", code=2).stderr)

    def test_what_cannot_be_sent_is_told_by_its_option(self):
        reference, who = self.submit(), ("--worker", "w-marsh")
        for words, said in (
                (("queue", "--limit", "many"), "--limit: expected a whole number"),
                (("rate", reference, "--to", "purple", "--reason", "r"), "--to: unknown value"),
                (("take", "--next", "0"), "--next: expected"),
                (("phone", reference, "--spoke-to", "x", "--at", "yesterday"), "--at: expected a time"),
                (("decide", reference, "--outcome", "perhaps", "--reason", "r"), "--outcome: unknown value"),
                (("overview", "--operator", "tcp://x"), "--operator: expected"),
                (("take", reference, "--worker", "a", "--worker", "b"), "--worker is given twice"),
                (("case", reference), "--reason"), (("take", "--nxt", "1"), "--nxt")):
            more = () if "--worker" in words else who
            self.assertIn(said, self.as_("mash-desk", *words, *more, code=2).stderr, words)
        self.as_("mash-desk", "take", reference, *who)
        self.as_("mash-desk", "decide", reference, *MET, *who)
        for words, said in (
                (("allocate", reference, "--lead", "nobody", "--difficulty", "no", "--tell-adult", "x"), "--lead, "),
                (("offer", reference, "--team", "nowhere", "--relationship", "open_allocation"), "--team, "),
                (("case", reference, "--reason", "x" * 20000), "longer than the limit")):
            self.assertIn(said, self.as_("mash-desk", *words, *who, code=3).stderr, words)
        self.assertIn("not_registered", self.as_("mash-desk", "take", reference, "--worker", "nobody", code=3).stderr)
        self.assertIn("no queue of that name", self.as_("mash-desk", "queue", "nowhere", code=6).stderr)

    def test_what_may_not_be_done_says_who_may_when_and_how_it_stands(self):
        reference, who = self.submit(), ("--worker", "w-marsh")
        early = self.as_("mash-desk", "allocate", reference, "--lead", "w-marsh", "--difficulty", "no", "--tell-adult",
                         "x", *who, code=3).stderr
        self.assertIn("It is queued. This is done when it is decided met", early)
        self.assertIn(f"now: {reference} is queued (version 1)", early)
        other = self.as_("mash-desk", "reopen", reference, "--reason", "x", *who, code=3).stderr
        self.assertIn("Who may: a manager", other)
        self.assertIn(f"now: {reference} is queued (version 1)", other)

    def test_enrol_makes_a_profile_once_and_prints_the_public_key(self):
        path = pathlib.Path(self.folder.name) / "fresh.yaml"
        words = ("enrol", "--profile", path, "--endpoint", self.a.intake, "--server-key", self.a.server_key.decode())
        made = self.run_triage(*words)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertRegex(made.stdout, r"\S{40}")
        before = path.read_bytes()
        self.assertNotEqual(subprocess.run([area.BIN / "triage", *map(str, words)], capture_output=True).returncode, 0)
        self.assertEqual(path.read_bytes(), before)

    def test_ping_tells_four_troubles_apart_in_words(self):
        self.as_("rosewood-house", "ping")
        self.profile("stranger")
        self.assertIn("key", self.as_("stranger", "ping", code=5).stderr)
        self.profile("misled", server_key=zmq.curve_keypair()[0].decode(), public_key=self.a.keys["rosewood-house"][0]
                     .decode(), secret_key=self.a.keys["rosewood-house"][1].decode())
        self.assertIn("server", self.as_("misled", "ping", code=5).stderr.lower())
        nobody = area.free_ports(1)[0]
        self.profile("alone", endpoint=f"tcp://127.0.0.1:{nobody}")
        self.assertIn(str(nobody), self.as_("alone", "ping", "--timeout", 2, code=4).stderr)

    def test_submit_many_with_one_bad_names_it_and_sends_the_rest(self):
        bad = area.concern()
        bad["adults"][0]["nhs_number"] = "9990000000"
        lines = "\n".join(json.dumps(c) for c in (area.concern(), bad, area.red()))
        r = self.as_("rosewood-house", "submit", "--json", given=lines, code=3)
        self.assertEqual(len([x for x in r.stdout.splitlines() if '"reference"' in x]), 2)
        self.assertIn("adults[0].nhs_number", r.stderr + r.stdout)

    def test_wrong_json_is_refused_before_it_is_sent_with_its_place(self):
        self.assertIn("adults[0].nmae", self.as_("rosewood-house", "submit", given='{"adults":[{"nmae":"x"}]}',
                                                  code=3).stderr)
        self.as_("rosewood-house", "submit", given='{"adults":', code=3)
        self.as_("rosewood-house", "submit", "/no/such/file.json", code=2)

    def test_a_dry_run_explains_and_keeps_nothing(self):
        before = self.as_("brightwater-homecare", "mine", "--json").stdout
        r = self.as_("brightwater-homecare", "submit", "--dry-run", given=json.dumps(area.concern()))
        self.assertRegex(r.stdout.lower(), r"amber|green|red")
        self.assertEqual(self.as_("brightwater-homecare", "mine", "--json").stdout, before)

    def test_a_case_is_worked_from_queue_to_decision_and_the_referrer_reads_it(self):
        reference = self.submit()
        self.assertIn(reference, self.as_("mash-desk", "queue", "mash").stdout)
        self.as_("mash-desk", "take", reference, "--worker", "w-marsh")
        late = self.as_("mash-desk-2", "take", reference, "--worker", "w-reed", code=3)
        self.assertIn("w-marsh", late.stderr + late.stdout)
        missing = self.as_("mash-desk", "decide", reference, "--outcome", "met", "--reason", "r", "--worker", "w-marsh",
                           code=3)
        self.assertTrue(missing.stderr.strip())
        self.as_("mash-desk", "decide", reference, *MET, "--worker", "w-marsh")
        told = self.as_("rosewood-house", "notices", "--after", "0", "--keep").stdout
        self.assertIn("We will look into it.", told)
        self.assertIn(reference, self.as_("rosewood-house", "status", reference).stdout)
        self.as_("rosewood-house", "status", "SC-2222-2222", code=6)
        self.assertIn("decided", self.as_("mash-desk", "case", reference, "--reason", "Duty.", "--worker", "w-marsh")
                      .stdout)

    def test_a_case_is_found_by_a_name_as_it_sounds_by_number_and_by_reference(self):
        adult = {**area.concern()["adults"][0], "name": "Muhammad Testwick", "nhs_number": "9990000018"}
        reference = self.submit(area.concern(adults=[adult]))
        who = ("--reason", "The GP rang.", "--worker", "w-marsh")
        for words in (("mohamed", "testwyck"), ("TESTWICK,", "Mohammed"), ("999", "000", "0018"), ("9990000018",),
                      (reference,), (reference.lower(),)):
            self.assertIn(reference, self.as_("mash-desk", "find", *words, *who).stdout, words)
        self.assertIn("Muhammad Testwick", self.as_("auditor", "find", "testwick", "--reason", "Sample.").stdout)
        self.assertIn("Nobody", self.as_("mash-desk", "find", "Nobody", "Atall", *who, code=6).stderr)
        self.assertIn("date_of_birth", self.as_("mash-desk", "find", "testwick", "--born", "28/5/41", *who, code=3).stderr)
        self.as_("mash-desk", "find", "testwick", "--born", "1941-05-29", *who, code=6)
        self.assertIn("--reason", self.as_("mash-desk", "find", "testwick", code=2).stderr)
        self.assertIn("ten digits", self.as_("mash-desk", "find", "9990000019", *who, code=3).stderr)
        self.as_("rosewood-house", "find", "testwick", "--reason", "Mine?", code=3)

    def test_an_outbox_survives_its_senders_death_and_the_councils_absence(self):
        outbox = pathlib.Path(self.folder.name) / "outbox"
        self.a.stop()
        try:
            sender = subprocess.Popen([area.BIN / "triage", "submit", "--profile", self.path("rosewood-house"),
                                       "--outbox", outbox], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True)
            sender.stdin.write(json.dumps(area.concern(what_happened="Kept in the outbox.")))
            sender.stdin.close()
            until = time.monotonic() + 20
            while not (outbox.is_dir() and [p for p in outbox.iterdir() if p.suffix == ".box"]):
                self.assertLess(time.monotonic(), until, "nothing was kept in the outbox")
                time.sleep(0.02)
            sender.send_signal(signal.SIGKILL)
            sender.wait()
            sender.stdout.close()
            sender.stderr.close()
            for path in outbox.iterdir():
                self.assertNotIn(b"Kept in the outbox", path.read_bytes())
        finally:
            self.a.start()
        r = self.as_("rosewood-house", "submit", "--outbox", outbox, "--json", given="")
        self.assertIn("SC-", r.stdout)
        again = self.as_("rosewood-house", "submit", "--outbox", outbox, "--json", given="")
        self.assertNotIn("SC-", again.stdout)

    def test_keys_are_listed_revoked_and_rotated_while_the_daemon_runs(self):
        registry = ("--dir", self.a.folder, "--operator", self.a.operator)
        public, secret = zmq.curve_keypair()
        self.run_triage("keys", "add", "short-stay", "--role", "provider", "--public-key", public.decode(), *registry)
        self.a.keys["short-stay"] = (public, secret)
        self.profile("short-stay", endpoint=self.a.intake)
        self.as_("short-stay", "ping")
        self.assertIn("short-stay", self.run_triage("keys", "list", *registry).stdout)
        self.run_triage("keys", "revoke", "short-stay", *registry)
        self.as_("short-stay", "ping", code=5)
        public, secret = zmq.curve_keypair()
        self.run_triage("keys", "rotate", "short-stay", "--public-key", public.decode(), *registry)
        self.a.keys["short-stay"] = (public, secret)
        self.profile("short-stay", endpoint=self.a.intake)
        self.as_("short-stay", "ping")

    def test_the_ledger_is_proved_and_a_key_sent_twice_is_one_concern(self):
        key = uuid7().hex()
        uuid = "-".join((key[:8], key[8:12], key[12:16], key[16:20], key[20:]))
        first = self.as_("rosewood-house", "submit", "--key", uuid, "--json", given=json.dumps(area.concern())).stdout
        again = self.as_("rosewood-house", "submit", "--key", uuid, "--json", given=json.dumps(area.concern())).stdout
        self.assertEqual(json.loads(first)["adults"], json.loads(again)["adults"])
        self.as_("rosewood-house", "submit", "--key", uuid, given=json.dumps(area.red()), code=3)
        r = self.run_triage("ledger", "verify", "--operator", self.a.operator)
        self.assertRegex(r.stdout, r"\d+ records")

    def test_what_was_written_is_erased_and_the_ledger_is_still_proved_live_and_from_a_copy(self):
        reference = self.submit(provider="brightwater-homecare")
        words = ("erase", reference, "--on-request", "--reason", "Asked for.")
        self.as_("key-heron", *words, code=3)  # nothing is erased of a case that is open
        self.close(reference)
        self.as_("brightwater-homecare", "notices")
        self.run_triage("ledger", "erase", reference, "--operator", self.a.operator, code=2)  # nor by an operator
        self.erase(reference)
        look = json.loads(self.as_("mash-desk", "case", reference, "--reason", "Gone?", "--worker", "w-reed", "--json")
                          .stdout)
        self.assertTrue(look.get("erased"))
        self.assertFalse(look.get("concern"))
        self.run_triage("ledger", "verify", "--operator", self.a.operator)
        self.a.stop()
        try:
            with tempfile.TemporaryDirectory() as folder:
                copy = pathlib.Path(folder) / "ledger"
                shutil.copytree(self.a.folder / "ledger", copy)
                words = ("ledger", "verify", "--file", copy, "--key", self.a.folder / "keys/master.key")
                self.assertIn("proven", self.run_triage(*words).stdout)
                self.run_triage(*words[:-1], self.a.folder / "keys/area.key", code=5)
                db = sqlite3.connect(copy / "ledger.db")
                db.execute("UPDATE record SET entity = entity + 1 WHERE seq = 5")
                db.commit()
                db.close()
                self.assertIn("5", self.run_triage(*words, code=1).stderr)
        finally:
            self.a.start()

    def test_the_policy_can_be_checked_tested_asked_and_read_without_a_daemon(self):
        self.run_triage("policy", "check", area.PACK)
        self.run_triage("policy", "test", area.PACK)
        facts = json.dumps({"immediate_danger": True})
        r = self.run_triage("policy", "eval", area.PACK, given=facts)
        self.assertIn("red", r.stdout)
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "pack"
            subprocess.run(["cp", "-r", area.PACK, copy], check=True)
            rating = copy / "rating.dmn"
            rating.write_text(rating.read_text().replace("</text>", " +</text>", 1))
            self.assertIn("rating.dmn", self.run_triage("policy", "check", copy, code=1).stdout)


if __name__ == "__main__":
    unittest.main()

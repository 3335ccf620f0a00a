"""What is out for a case, through the real daemon, the command and the wire: questions, enquiries that others make,
challenges, and people who leave."""
import datetime
import json
import time
import unittest

import area
import command
from triage_client import STATUS

MARSH, REED, HERON = ("--worker", "w-marsh"), ("--worker", "w-reed"), ("--worker", "m-heron")
NOT_MET = ("--outcome", "not_met", "--needs", "yes", "--risk", "no", "--unable", "yes", "--because-needs", "a",
           "--because-risk", "b", "--because-unable", "c", "--not-met-reason", "no_abuse_or_risk", "--reason", "r",
           "--tell", "Not this time.", "--signpost", "Your GP.", "--safety", "Safe.", "--wishes", "Asked.",
           "--capacity", "yes")


def when(**ahead):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Errands(command.Command):
    def about(self, name, provider="rosewood-house"):
        return self.submit(area.concern(adults=[{**area.concern()["adults"][0], "name": name}]), provider=provider)

    def look(self, reference):
        return json.loads(self.as_("key-heron", "case", reference, "--reason", "a test", "--json", *HERON).stdout)

    def state(self, reference):
        return self.look(reference)["headline"]["state"]

    def errand(self, reference, kind):
        """The newest of its kind."""
        return [e for e in self.look(reference)["errands"] if e["kind"] == kind][-1]

    def told(self, name, reference):
        """The codes of all notices to this key about this case."""
        seen = self.as_(name, "notices", "--after", "0", "--json").stdout.splitlines()
        return [n["code"] for n in map(json.loads, seen) if n["reference"] == reference]

    def until(self, what, seconds=120):
        """Bounded: the daemon does it by itself, when its time has come."""
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertTrue(what())

    def wire(self, name):
        c = self.a.client(name)
        self.addCleanup(c.close)
        return c

    def decided(self, reference, words, worker=MARSH):
        self.as_("mash-desk", "take", reference, *worker)
        self.as_("mash-desk", "decide", reference, *words, *worker)
        if self.state(reference) == "CASE_STATE_IN_TRIAGE":
            self.as_("key-heron", "second", reference, "--agree", "--reason", "read", *HERON)

    def led(self, reference, worker="w-marsh"):
        self.decided(reference, command.MET)
        self.as_("mash-desk", "allocate", reference, "--lead", worker, "--difficulty", "no", "--tell-adult", "By visit.",
                 *MARSH)

    def test_the_referrer_and_a_partner_are_asked_and_answer_on_the_wire(self):
        ref = self.about("Edna Example")
        ask = ("ask", ref, "--question", "When was she last seen?", "--question", "Who was there?", "--why", "a gap", *MARSH)
        self.as_("mash-desk", *ask)
        self.assertIn("1. When was she last seen?", self.as_("rosewood-house", "notices", "--keep").stdout)
        home = self.wire("rosewood-house")
        answer = {"key": "AZMAAAAAcAAAAAAAAAAAAA==", "reference": ref, "answers": [{"question": 1, "text": "On Monday."}]}
        for status in ("STATUS_OK", "STATUS_DUPLICATE"):
            self.assertEqual(STATUS(home.request("answer", answer).status), status)
        self.assertEqual(self.errand(ref, "question")["state"], "part_answered")
        self.as_("rosewood-house", "answer", ref, "--answer", "2: the night nurse")
        self.assertEqual(self.errand(ref, "question")["state"], "answered")
        # A partner knows of its question alone, and nobody else of it.
        self.as_("mash-desk", *ask, "--of", "st-anselm-hospital")
        self.assertEqual(self.told("st-anselm-hospital", ref), ["info_request"])
        self.as_("st-anselm-hospital", "status", ref, code=6)
        self.as_("brightwater-homecare", "answer", ref, "--text", "no", code=6)
        hospital = self.wire("st-anselm-hospital")
        reply = hospital.request("answer", {"key": "AZMAAAAAcAAAAAAAAAAAAQ==", "reference": ref, "text": "In A&E."})
        self.assertEqual(STATUS(reply.status), "STATUS_OK")
        self.assertNotIn("Edna", str(reply))
        self.assertEqual(self.errand(ref, "question")["state"], "answered")
        self.assertIn("In A&E.", self.as_("mash-desk", "case", ref, "--reason", "to read it", "--timeline", *MARSH).stdout)
        wrong = self.as_("mash-desk", "ask", ref, "--of", "nobody-known", "--question", "q", "--why", "w", *MARSH, code=3)
        self.assertIn("--of", wrong.stderr)
        self.as_("rosewood-house", "answer", ref, "--answer", "on Monday", code=2)

    def test_a_delegated_enquiry_is_chased_returned_accepted_and_another_taken_back(self):
        ref = self.about("Enid Example")
        self.led(ref)
        hand = ("delegate", ref, "--scope", "the night", "--purpose", "how she fell", "--terms", "tell nobody", *MARSH)
        self.as_("mash-desk", *hand, "--to", "st-anselm-hospital", "--due", when(seconds=2))
        self.until(lambda: "delegation_chase" in self.told("st-anselm-hospital", ref))
        errand = self.errand(ref, "delegation")
        self.assertTrue(errand["overdue"])
        tasks = self.wire("mash-desk").request("tasks", {"team": "mash", "kind": "delegation"}).tasks.tasks
        self.assertEqual({t.errand.kind for t in tasks}, {"delegation"})
        mine = next(t for t in tasks if t.case_.reference == ref)
        self.assertEqual((mine.lead, mine.errand.who, mine.errand.step), ("w-marsh", "st-anselm-hospital", 2))
        number = ("--number", errand["number"])
        self.as_("mash-desk", "check-report", ref, "--extend", *number, "--reason", "asked", "--due", when(days=20), *MARSH)
        self.as_("mash-desk", "finish", ref, "--findings", "f", "--risk", "removed", "--achieved", "fully", *MARSH, code=3)
        self.as_("brightwater-homecare", "enquire", ref, "--accept", code=6)
        self.as_("st-anselm-hospital", "enquire", ref, "--accept")
        self.as_("st-anselm-hospital", "enquire", ref, "--report", "--text", "She slipped.")
        again = ("--return", *number, "--reason", "was she seen?", "--due", when(days=10))
        self.as_("mash-desk", "check-report", ref, *again, *MARSH)
        self.as_("st-anselm-hospital", "enquire", ref, "--report", "--text", "Seen: she slipped.")
        short = self.as_("mash-desk", "check-report", ref, "--accept", *number, "--evidence", "notes", *MARSH, code=3)
        self.assertIn("--adult-seen", short.stderr)
        self.as_("mash-desk", "check-report", ref, "--accept", *number, "--adult-seen", "yes", "--evidence", "notes",
                 "--risk-now", "low", *MARSH)
        self.assertEqual(self.errand(ref, "delegation")["state"], "accepted_by_council")
        self.as_("mash-desk", *hand, "--to", "brightwater-homecare", "--due", when(days=5))
        self.as_("mash-desk", "check-report", ref, "--take-back", "--reason", "no need", *MARSH)
        self.assertEqual(self.told("brightwater-homecare", ref), ["delegation", "delegation_taken_back"])
        self.assertEqual(self.told("st-anselm-hospital", ref),
                         ["delegation", "delegation_chase", "delegation", "delegation_returned", "delegation_accepted"])
        self.as_("mash-desk", "adult-told", ref, "--how", "at home", *MARSH)
        self.as_("mash-desk", "finish", ref, "--findings", "f", "--risk", "removed", "--achieved", "fully", *MARSH)

    def news(self, reference):
        tasks = self.wire("mash-desk").request("tasks", {"team": "mash", "kind": "news"}).tasks.tasks
        return [t.errand.why for t in tasks if t.case_.reference == reference]

    def test_what_comes_in_during_an_enquiry_is_somebodys_to_read_and_gets_its_answer(self):
        ref = self.about("Ella Example")
        self.as_("rosewood-house", "supplement", ref, "--text", "He came back at noon.")
        self.assertIn("NEWS", self.as_("mash-desk", "queue", "mash", *MARSH).stdout)
        self.assertRegex(self.as_("mash-desk", "board", "mash", "--once", *MARSH).stdout, ref + ".* news ")
        self.led(ref)  # which weighs it
        self.assertEqual((self.news(ref), self.look(ref)["headline"].get("news", False)), ([], False))
        self.as_("rosewood-house", "supplement", ref, "--text", "He came back at night, too.")
        self.assertEqual(self.news(ref), ["added"])
        self.assertRegex(self.as_("mash-desk", "tasks", "mash", *MARSH).stdout, "news +open .* added")
        errand = self.errand(ref, "news")
        self.assertFalse(errand.get("overdue", False))
        self.assertGreater(errand["due_ms"], errand["made_ms"])
        colour = self.look(ref)["headline"]["colour"].removeprefix("COLOUR_").lower()
        self.as_("mash-desk", "rate", ref, "--to", colour, "--reason", "read; the lock is changed", *MARSH)
        self.assertEqual((self.news(ref), self.told("rosewood-house", ref)[-1]), ([], "info_considered"))
        self.as_("rosewood-house", "withdraw", ref, "--why", "adult_asked", "--text", "She wants no fuss.")
        self.assertEqual(self.news(ref), ["withdrawal_asked"])
        self.as_("mash-desk", "rate", ref, "--to", colour, "--reason", "the duty is to her; we go on", *MARSH)
        self.assertEqual(self.news(ref), [])

    def test_an_enquiry_that_nobody_takes_on_comes_back_to_its_lead(self):
        ref = self.about("Emma Example")
        self.led(ref)
        self.as_("mash-desk", "delegate", ref, "--scope", "s", "--purpose", "p", "--terms", "t", "--to",
                 "st-anselm-hospital", "--due", when(days=9), *MARSH)
        self.as_("st-anselm-hospital", "enquire", ref, "--refuse", "--text", "not our ward")
        self.assertEqual(self.news(ref), ["enquiry_refused"])
        self.as_("mash-desk", "finish", ref, "--findings", "f", "--risk", "removed", "--achieved", "fully", *MARSH)
        self.assertEqual(self.news(ref), [])

    def test_an_enquiry_that_ends_early_says_what_was_checked_and_another_manager_signs_it_off(self):
        ref = self.about("Etta Example")
        self.led(ref)
        ends = ("finish", ref, "--findings", "She wants no more of it.", "--risk", "ceased_at_request", "--achieved", "not")
        self.assertIn("--coercion", self.as_("key-heron", *ends, *HERON, code=3).stderr)
        checked = ("--coercion", "not_known", "--others-at-risk", "no", "--capacity", "yes")
        self.assertIn("--death-review", self.as_("key-heron", *ends, *checked, "--died", *HERON, code=3).stderr)
        self.as_("key-heron", *ends, *checked, "--died", "--death-review", "To the review board, today.", *HERON)
        look = self.look(ref)
        self.assertEqual((look["headline"]["state"], look["lead"]), ("CASE_STATE_ENQUIRY_REVIEW", "m-heron"))
        said = self.as_("key-heron", "case", ref, "--reason", "to read it", "--timeline", *HERON).stdout
        for words in ("made the adult ask: not known", "Others are at risk: no", "Review of the death: To the review board"):
            self.assertIn(words, said)
        alone = self.as_("key-heron", "sign-off", ref, "--tell", "t", "--adult-told", "She died.", *HERON, code=3)
        self.assertIn("You lead this enquiry", alone.stderr + alone.stdout)

    def test_a_challenge_is_reviewed_by_a_manager_who_had_no_part_in_the_decision(self):
        ref = self.about("Elsa Example")
        self.decided(ref, NOT_MET)
        self.assertEqual(self.state(ref), "CASE_STATE_DECIDED_NOT_MET")
        self.as_("brightwater-homecare", "challenge", ref, "--text", "no", code=6)
        self.as_("rosewood-house", "challenge", ref, "--text", "The second fall was left out.")
        self.as_("rosewood-house", "challenge", ref, "--text", "And again.", code=3)
        before = self.quality()
        name = ("review-challenge", ref, "--reviewer")
        refused = self.as_("key-heron", *name, "m-heron", *HERON, code=3)
        self.assertIn("--reviewer", refused.stderr)
        self.as_("key-heron", *name, "m-alder", *HERON)
        end = ("review-challenge", ref, "--result", "upheld", "--reason", "it was", "--tell", "We look again.")
        self.as_("key-heron", *end, *HERON, code=3)
        self.assertIn("Elsa", self.as_("east-desk", "case", ref, "--reason", "to review it", "--worker", "m-alder").stdout)
        self.as_("east-desk", *end, "--worker", "m-alder")
        self.assertEqual(self.state(ref), "CASE_STATE_QUEUED")
        self.assertEqual(self.told("rosewood-house", ref)[-2:], ["challenge_ack", "challenge_result"])
        after = self.quality()
        self.assertEqual(after["challenged"], before["challenged"])
        for changed in "upheld", "reopened":
            self.assertEqual(after[changed], before.get(changed, 0) + 1)

    def quality(self):
        """Of the decisions that refused, as the report counts them."""
        r = self.as_("key-heron", "report", "quality", "--by", "decision", "--json", *HERON)
        return next(row["quality"] for row in json.loads(r.stdout)["rows"] if row.get("group", "").startswith("not_met_"))

    def test_who_leaves_leaves_leases_enquiries_and_questions_behind_and_a_manager_moves_the_rest_at_once(self):
        first, second, held, asked = (self.about(f"Esme Example {n}") for n in "ABCD")
        for ref in first, second:
            self.led(ref, "w-reed")
        moved = ("reassign", "--from", "w-reed", "--team", "mash", "--to", "w-marsh", "--reason", "long leave")
        self.as_("mash-desk", *moved, *MARSH, code=3)
        done = self.as_("key-heron", *moved, *HERON).stdout
        self.assertEqual(set(done.split()), {first, second})
        self.assertEqual({self.look(r)["lead"] for r in (first, second)}, {"w-marsh"})
        self.as_("key-heron", "reassign", second, "--to", "w-reed", "--reason", "back for one", *HERON)
        self.as_("mash-desk", "take", held, *REED)
        self.as_("mash-desk", "ask", asked, "--question", "q", "--why", "w", *REED)
        keys = ("keys", "worker", "leave", "w-reed", "--dir", self.a.folder, "--operator", self.a.operator)
        self.run_triage(*keys)
        self.until(lambda: self.state(second) == "CASE_STATE_DECIDED_MET")
        self.assertEqual(self.look(second).get("lead", ""), "")
        self.until(lambda: self.state(held) == "CASE_STATE_QUEUED")
        self.until(lambda: self.errand(asked, "question").get("by", "") == "")
        self.assertEqual(self.errand(asked, "question")["state"], "open")
        self.assertIn(asked, self.as_("mash-desk", "tasks", "mash").stdout)
        self.assertRegex(self.as_("mash-desk", "teams").stdout, r"community_east\s+community\s+01632 960111\s+Eastfield community team")
        self.assertRegex(self.as_("mash-desk", "workers", "mash").stdout, r"w-marsh\s+mash_worker\s+Adults MASH: W-Marsh\n")
        self.as_("mash-desk", "workers", "community_east", code=3)
        self.as_("mash-desk", "call-done", asked, "--spoke-to", "nobody", *MARSH, code=3)
        self.as_("mash-desk", "close-question", asked, "--reason", "the GP told us", *MARSH)
        self.assertEqual(self.told("rosewood-house", asked)[-1], "info_considered")

    def test_a_training_concern_is_voided_by_two_and_the_police_silence_a_case(self):
        ref = self.about("Test Example")
        void = ("void", ref, "--reason", "training")
        self.assertIn("--no-adult-at-risk", self.as_("key-heron", *void, *HERON, code=3).stderr)
        self.as_("key-heron", *void, "--no-adult-at-risk", *HERON)
        self.as_("key-heron", "second", ref, "--agree", "--reason", "read", *HERON, code=3)
        self.assertEqual(self.state(ref), "CASE_STATE_QUEUED")
        hushed = self.about("Una Example")
        self.as_("mash-desk", "mark", hushed, "--police-hold", "yes", "--reason", "DS Invented, 12:40", *MARSH)
        self.as_("mash-desk", "ask", hushed, "--question", "q", "--why", "w", *MARSH, code=3)


if __name__ == "__main__":
    unittest.main()

"""Why it was decided so: the three questions, what each answer rests on, what was missing; and nothing of what only
the council knows."""
import json
import re
import subprocess
import unittest

from google.protobuf import json_format

import area
from triage_client import STATUS
from working import NO, NOT_KNOWN, YES, Working, decision, questions


def about(name, **changes):
    """A small matter about somebody, of whom not all is known."""
    limbs = {"care_and_support_needs": YES, "abuse_or_risk": NOT_KNOWN, "unable_to_protect_self": NOT_KNOWN}
    return area.concern(adults=[{**area.concern()["adults"][0], "name": name, "limbs": limbs}], harm={
        "types": ["HARM_TYPE_NEGLECT"], "actual": "HARM_LEVEL_NONE", "risked": "HARM_LEVEL_LOW",
        "immediate_danger": NO, "treatment_needed": NO,
    }, **changes)


class Explain(Working):
    def notice(self, reference, code):
        with self.a.client("rosewood-house") as c:
            return next(n for n in c.notices() if n.reference == reference and n.code == code)

    def test_a_decision_against_an_enquiry_says_what_it_rests_on_and_what_was_missing(self):
        reference = self.provider.submit(about("Ida Plumstead")).adults[0].reference
        self.decide(reference, decision("OUTCOME_NOT_MET", questions=questions(b=NO, c=NOT_KNOWN),
                                        not_met_reason="NOT_MET_REASON_NO_ABUSE_OR_RISK",
                                        signpost="Your falls team can advise."))
        n = self.notice(reference, "not_met")
        self.assertEqual((n.questions.care_and_support_needs, n.questions.abuse_or_risk), (1, 2))
        needs = [r for r in n.reasons if r.decision == "limb_a"]
        self.assertTrue(needs and all(r.row and r.words for r in needs))
        evidence = {e.fact: (e.question, e.said) for r in needs for e in r.rests_on}
        self.assertEqual(evidence["care_and_support_needs"][1], "yes")
        self.assertTrue(evidence["care_and_support_needs"][0].endswith("?"))
        self.assertTrue(n.what_was_missing)
        for one in n.what_was_missing:
            self.assertTrue(1 <= len(one.facts) == len(one.questions) <= 3)
            for question in one.questions:
                self.assertTrue(question.endswith("?"), question)
                self.assertIn(question, n.text)
        self.assertNotRegex(n.text.lower(), r"\blimb|refus|conversion|pipot")

    def test_what_is_marked_as_not_correctable_is_never_said_to_be_missing(self):
        known = json.loads(subprocess.run([area.BIN / "triage", "policy", "facts", "--json"], check=True,
                                          capture_output=True, text=True).stdout)
        senders = {f["name"] for f in known if f["whose"] == "sender"}
        view = self.ok(self.provider.request("dry_run", {"submission": self.provider.submission(
            about("Nan Tidewell"))})).dry_run.adults[0]
        self.assertTrue(view.what_was_missing)
        for one in view.what_was_missing:
            self.assertLessEqual(set(one.facts), senders)
        self.assertLessEqual({e.fact for r in view.reasons for e in r.rests_on}, senders)

    # Nobody is told to keep a concern to themselves, in whatever words.
    DISCOURAGING = re.compile(r"(do not|don't|should not|shouldn't|need not|needn't|no need to|not necessary to|never|stop|"
                              r"no point in|please avoid) (send|refer|rais|report|submit|tell us|contact|ring)\w*|"
                              r"not worth|waste of|would be refused|will be refused|too many", re.IGNORECASE)

    def test_no_text_of_any_pack_says_that_something_need_not_be_sent(self):
        self.assertRegex("You need not send this.", self.DISCOURAGING)
        packs = [p for p in (area.ROOT / "deploy/policy").iterdir() if (p / "pack.yaml").exists()]
        files = [f for p in packs for f in (*p.glob("*.dmn"), *p.glob("notices/*.txt"))]
        self.assertTrue(len(packs) >= 3 and len(files) >= 15)
        for f in files:
            said = re.search(self.DISCOURAGING, re.sub(r"<[^>]*>|\s+", " ", f.read_text()))
            self.assertIsNone(said, f"{f}: {said and said[0]}")
        for made in (area.concern(), area.red(), about("Wes Sparrow"), self.green()):
            asked = self.ok(self.provider.request("dry_run", {"submission": self.provider.submission(made)}))
            self.assertNotRegex(json.dumps(json_format.MessageToDict(asked)), self.DISCOURAGING)

    def test_asking_first_is_counted_and_what_was_asked_can_be_sent_as_it_is(self):
        before = self.a.metric("triaged_dry_runs_total")
        submission = self.provider.submission(about("Con Verted"))
        view = self.ok(self.provider.request("dry_run", {"submission": submission})).dry_run.adults[0]
        self.assertEqual(self.a.metric("triaged_dry_runs_total"), before + 1)
        receipt = self.ok(self.provider.request("submit", {"submissions": [submission]})).submit.receipts[0]
        self.assertEqual((STATUS(receipt.status), receipt.adults[0].colour), ("STATUS_OK", view.colour))

    def test_a_desk_sees_each_row_with_its_evidence(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        look = self.ok(self.mash.request("look", {"reference": reference, "reason": "Reading."}, worker="w-marsh")).look
        tables = {r.decision for r in look.explanation}
        self.assertLessEqual({"limb_a", "limb_b", "limb_c"}, tables)
        said = {e.fact: e.said for r in look.explanation for e in r.rests_on}
        self.assertEqual(said["harm_risked"], "moderate")
        self.assertTrue(all(r.row for r in look.explanation))

    # What a sender can see of two concerns that say the same, of which the council knows much about one.
    VOLATILE = re.compile(r"SC-[0-9A-Z]{4}-[0-9A-Z]{4}|Ned Known\w*|Ned Other\w*")

    def seen(self, name):
        submission = self.provider.submission(about(name))
        dry = self.ok(self.provider.request("dry_run", {"submission": submission}))
        receipt = self.provider.submit(about(name))
        reference = receipt.adults[0].reference
        views = [dry.dry_run, receipt, self.provider.request("status", {"reference": reference}).case_.case_]
        views.append(self.provider.request("actions", {"reference": reference}).actions)
        views.append(self.notice(reference, "screened"))
        self.decide(reference, decision("OUTCOME_NOT_MET", questions=questions(b=NO),
                                        not_met_reason="NOT_MET_REASON_NO_ABUSE_OR_RISK",
                                        signpost="Your falls team can advise."))
        views.append(self.notice(reference, "not_met"))
        views.append(self.provider.request("status", {"reference": reference}).case_.case_)
        views.append(self.provider.request("actions", {"reference": reference}).actions)
        return [self.plain(v) for v in views]

    def plain(self, message):
        d = json_format.MessageToDict(message, preserving_proto_field_name=True)
        for volatile in ("key", "digest", "received_ms", "at_ms", "cursor", "reference"):
            d.pop(volatile, None)
        return json.loads(self.VOLATILE.sub("X", json.dumps(d)))

    def test_nothing_that_the_council_knows_can_be_found_out_by_asking(self):
        other = self.connect("brightwater-homecare")
        for k in range(4):  # others have reported the same adult, one of them in danger
            made = area.red if k == 0 else area.concern
            adults = [{**area.concern()["adults"][0], "name": "Ned Known"}]
            other.submit(made(adults=adults), danger=YES if k == 0 else NO)
        known, unknown = self.seen("Ned Known"), self.seen("Ned Other")
        for a, b in zip(known, unknown):
            self.assertEqual(a, b)

    def test_the_council_itself_does_see_the_difference(self):
        """Or the comparison above would be worth nothing."""
        other = self.connect("brightwater-homecare")
        for _ in range(4):
            other.submit(area.red(adults=[{**area.concern()["adults"][0], "name": "Tom Twice"}]), danger=YES)
        looks = []
        for name in ("Tom Twice", "Tom Nought"):
            reference = self.provider.submit(about(name)).adults[0].reference
            looks.append(self.ok(self.mash.request("look", {"reference": reference, "reason": "Reading."},
                                                   worker="w-marsh")).look)
        self.assertNotEqual(self.plain(looks[0].assessment), self.plain(looks[1].assessment))
        self.assertTrue(any(r.council_only for r in looks[0].assessment.reasons))


if __name__ == "__main__":
    unittest.main()

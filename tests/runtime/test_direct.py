"""What comes in about an adult whose open case a community team has: to that team, where the council chose so."""
import tempfile
import unittest

import area
from command import MET, Command
from terminal import Terminal
from triage_client import STATUS
from working import NOT_MET, Working, decision


def started(line):
    """A council with one more line in its pack.yaml."""
    a = area.Area({"quota_burst": 1000, "quota_per_minute": 1000})
    a.make()
    pack = a.folder / "policy/pack.yaml"
    pack.write_text(pack.read_text().replace("\nmash: mash\n", f"\nmash: mash\n{line}", 1))
    a.start()
    return a


class Cases(Working):
    DIRECT = ""  # the line in pack.yaml

    @classmethod
    def setUpClass(cls):
        cls.a = started(cls.DIRECT)

    def setUp(self):
        super().setUp()
        self.east = self.connect("east-desk")

    def about(self, name, base):
        adult = {**base["adults"][0], "name": name}
        receipt = self.provider.submit({**base, "adults": [adult]})
        self.assertEqual(STATUS(receipt.status), "STATUS_OK", str(receipt))
        return receipt.adults[0].reference

    def with_east(self, name):
        """An enquiry about them that the community team has."""
        reference = self.about(name, area.concern())
        self.decide(reference, decision("OUTCOME_MET"))
        self.ok(self.mash.request("offer", {
            "hold": self.at(self.mash, reference, "w-marsh"), "team": "community_east",
            "relationship": "RELATIONSHIP_OPEN_ALLOCATION", "relationship_source": "Allocated since March.",
            "relationship_date_ms": str(self.look(reference).headline.received_ms), "safety_plan": "Daily visits.",
            "source_in_team": "ANSWER_NO"}, worker="w-marsh"))
        self.ok(self.east.request("accept_offer", {"hold": self.at(self.east, reference, "w-birch"), "lead": "w-birch",
                                                   "tell_adult": "By her daughter."}, worker="w-birch"))
        return reference

    def look(self, reference, client=None, worker="w-marsh"):
        return self.ok((client or self.mash).request("look", {"reference": reference, "reason": "A test."},
                                                     worker=worker)).look

    def actions(self, client, reference, worker):
        reply = self.ok(client.request("actions", {"reference": reference}, worker=worker))
        return {a.command: a for a in reply.actions.actions}

    def queue(self, client, team):
        return self.ok(client.request("queue", {"team": team})).queue


class Direct(Cases):
    DIRECT = "open_case_direct: yes\n"

    def test_it_goes_to_the_team_that_decides_it_and_the_mash_has_a_shadow(self):
        self.with_east("Ada Shadow")
        reference = self.about("Ada Shadow", self.green())
        waiting = [h for h in self.queue(self.east, "community_east").headlines if h.reference == reference]
        self.assertEqual([h.team for h in waiting], ["community_east"])
        mash = self.queue(self.mash, "mash")
        self.assertNotIn(reference, [h.reference for h in mash.headlines])
        self.assertEqual([(h.team, h.direct) for h in mash.direct if h.reference == reference], [("community_east", True)])
        self.assertFalse(self.queue(self.east, "community_east").direct, "that list is the MASH's")
        why = {r.decision: r for r in self.look(reference).assessment.reasons}
        self.assertIn("Eastfield community team", why["open_case_direct"].words)
        self.assertTrue(why["open_case_direct"].council_only)
        self.assertNotIn("route", why, "the MASH did not see it first")
        refused = self.mash.request("claim", {"cases": [{"reference": reference}]}, worker="w-marsh").claim.claimed[0]
        self.assertEqual(STATUS(refused.status), "STATUS_FORBIDDEN")
        self.assertIn("another team's queue", refused.problems[0].text)
        own, shadow = self.actions(self.east, reference, "w-birch"), self.actions(self.mash, reference, "w-marsh")
        self.assertTrue(own["take"].open and shadow["take_back"].open)
        self.assertFalse(own["take_back"].open or shadow["take"].open)
        claimed = self.take(reference, "w-birch", self.east)
        self.assertTrue(self.actions(self.east, reference, "w-birch")["decide"].open)
        self.assertFalse(self.actions(self.mash, reference, "w-marsh")["decide"].open)
        self.assertIn(reference, [h.reference for h in self.queue(self.mash, "mash").direct], "also while somebody has it")
        met = self.ok(self.east.request("decide", decision("OUTCOME_MET", hold=self.hold(claimed)), worker="w-birch"))
        self.assertEqual(met.case_.case_.state, 5)
        self.assertNotIn(reference, [h.reference for h in self.queue(self.mash, "mash").direct])

    def test_not_met_takes_the_same_two_people(self):
        self.with_east("Ben Twice")
        reference = self.about("Ben Twice", area.concern(harm={
            "types": ["HARM_TYPE_NEGLECT"], "actual": "HARM_LEVEL_LOW", "risked": "HARM_LEVEL_MODERATE",
            "immediate_danger": "ANSWER_NO", "treatment_needed": "ANSWER_NO"}))
        claimed = self.take(reference, "w-birch", self.east)
        self.assertEqual(claimed.headline.colour, 2)
        proposed = self.ok(self.east.request("decide", {**NOT_MET, "hold": self.hold(claimed)}, worker="w-birch"))
        self.assertEqual(proposed.case_.case_.state, 4, "a proposal")
        heron = self.connect("key-heron")
        self.ok(heron.request("second", {"hold": self.at(heron, reference, "m-heron"), "agree": True,
                                         "reason": "Read, and agreed."}, worker="m-heron"))
        self.assertEqual(self.look(reference).headline.state, 9)

    def test_a_red_goes_to_the_mash_all_the_same(self):
        self.with_east("Cyd Urgent")
        reference = self.about("Cyd Urgent", area.red())
        self.assertNotEqual(self.look(reference).headline.team, "community_east")
        self.assertNotIn("open_case_direct", {r.decision for r in self.look(reference).assessment.reasons})

    def test_the_mash_takes_it_back_and_then_has_it(self):
        self.with_east("Dot Returned")
        reference = self.about("Dot Returned", self.green())
        claimed = self.take(reference, "w-birch", self.east)
        self.ok(self.mash.request("withdraw_offer", {"hold": self.at(self.mash, reference, "w-marsh"), "take_back": True,
                                                     "reason": "The team is named in it."}, worker="w-marsh"))
        late = self.east.request("decide", decision("OUTCOME_MET", hold=self.hold(claimed)), worker="w-birch")
        self.assertNotEqual(STATUS(late.status), "STATUS_OK")
        mash = self.queue(self.mash, "mash")
        self.assertIn(reference, [h.reference for h in mash.headlines])
        self.assertNotIn(reference, [h.reference for h in mash.direct])
        self.take(reference)

    def test_a_sender_learns_of_no_open_case(self):
        """Word for word what somebody whom nobody knows would be told, but for references and times."""
        self.with_east("Eve Known")
        base = self.green()
        told = []
        for name in ("Eve Known", "Eva Unheard"):
            reference = self.about(name, base)
            notice = next(n for n in self.connect("rosewood-house").notices() if n.reference == reference)
            case = self.ok(self.provider.request("status", {"reference": reference})).case_.case_
            words = (notice.text, case.in_words, getattr(case, "with"), [r.words for r in notice.reasons])
            told.append([str(w).replace(reference, "REF") for w in words])
        self.assertEqual(told[0], told[1])
        self.assertIn("MASH", told[0][2])


class Through(Cases):
    def test_without_the_setting_the_mash_sees_everything_first(self):
        self.with_east("Fay Plain")
        reference = self.about("Fay Plain", self.green())
        mash = self.queue(self.mash, "mash")
        self.assertIn(reference, [h.reference for h in mash.headlines])
        self.assertFalse(mash.direct)
        self.assertIn("route", {r.decision for r in self.look(reference).assessment.reasons})
        self.assertFalse(self.actions(self.mash, reference, "w-marsh")["take_back"].open)
        self.take(reference)


class Typed(Command):
    """The same by hand."""

    @classmethod
    def setUpClass(cls):
        cls.a = started("open_case_direct: yes\n")
        cls.folder = tempfile.TemporaryDirectory(prefix="triage-cli-")
        for name in cls.a.keys:
            cls.profile(name)

    def test_the_mash_lists_what_another_team_has_directly_and_takes_it_back(self):
        mash, east = ("--worker", "w-marsh"), ("--worker", "w-birch")
        first = self.submit()
        self.as_("mash-desk", "take", first, *mash)
        self.as_("mash-desk", "decide", first, *MET, *mash)
        self.as_("mash-desk", "offer", first, "--team", "community_east", "--relationship", "open_allocation", "--source",
                 "notes", "--date", "2026-01-05T09:00:00Z", "--source-in-team", "no", *mash)
        self.as_("east-desk", "accept", first, "--lead", "w-birch", "--tell-adult", "By her daughter.", *east)
        second = self.submit()
        listed = self.as_("mash-desk", "queue", "mash").stdout
        self.assertIn("sent to another team directly", listed)
        self.assertRegex(listed, rf"{second}.* with community_east directly")
        board = self.as_("mash-desk", "board", "mash")
        self.assertRegex(board.stdout, rf"{second} .*  copy, with Eastfield community team  rosewood-house")
        self.assertIn("0 waiting, 0 with somebody: 0 red, 0 amber, 0 green waiting", board.stderr)
        self.assertIn("1 with other teams directly, copied here", board.stderr)
        live = Terminal([area.BIN / "triage", "board", "mash", "--profile", self.path("mash-desk")], columns=140)
        self.addCleanup(live.close)
        live.shows("; 1 copied")
        self.assertRegex(self.as_("east-desk", "case", "actions", second, *east).stdout, r"may\s+take\b")
        self.as_("east-desk", "take", second, *east)
        live.until(lambda text: any(second in x and "copy, with Eastfield community team (w-birch)" in x
                                    for x in text.splitlines()), "who has it there")
        self.assertIn(" 0 waiting: 0 red", live.text)
        theirs = self.as_("east-desk", "board", "community_east").stdout
        self.assertRegex(theirs, rf"{second} .* w-birch ")
        self.assertNotIn("copy", theirs)
        self.assertRegex(self.as_("mash-desk", "case", "actions", second, *mash).stdout, r"may\s+take_back")
        looked = self.as_("mash-desk", "case", second, "--reason", "a shadow", *mash).stdout
        self.assertIn("Eastfield community team has an open case", looked)
        self.as_("mash-desk", "take-back", second, "--reason", "the team is named in it", *mash)
        listed = self.as_("mash-desk", "queue", "mash").stdout
        self.assertIn(second, listed)
        self.assertNotIn("directly", listed)
        live.until(lambda text: any(second in x and "copy" not in x for x in text.splitlines()), "it is the MASH's")
        self.assertNotIn("copied", live.text)


if __name__ == "__main__":
    unittest.main()

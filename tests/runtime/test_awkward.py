"""Awkward cases, each from beginning to end through the real daemon."""
import base64
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest
import uuid

import area
import working
from triage_client import STATUS, common_pb2
from working import NO, NOT_MET, YES, decision

def new_key():
    return base64.b64encode(uuid.uuid4().bytes).decode()


HERON, MARSH, ALDER = "m-heron", "w-marsh", "m-alder"


class Awkward(working.Working):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area({"policy_by_reload": 1, "quota_burst": 1000, "quota_per_minute": 1000})
        cls.a.__enter__()

    def setUp(self):
        super().setUp()
        self.heron = self.connect("key-heron")
        self.operator = self.a.operator_client()
        self.addCleanup(self.operator.close)

    def about(self, name, client=None, **more):
        adult = {**area.concern()["adults"][0], "name": name, **more.pop("adult", {})}
        return self.sent((client or self.provider).submit(area.concern(adults=[adult], **more)))

    def sent(self, receipt):
        self.assertEqual(STATUS(receipt.status), "STATUS_OK", str(receipt))
        return receipt.adults[0].reference

    def look(self, reference):
        return self.ok(self.heron.request("look", {"reference": reference, "reason": "a test", "timeline": True},
                                          worker=HERON)).look

    def state(self, reference):
        return common_pb2.CaseState.Name(self.look(reference).headline.state)

    def do(self, client, what, reference, worker, **more):
        return client.request(what, {"hold": self.at(client, reference, worker), **more}, worker=worker)

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertTrue(what())

    def codes(self, client, reference):
        """All that this key was ever told about this case."""
        self.ok(client.request("follow_notices", {"after": 0, "credit": 1000}))
        heard = []
        while (push := client.push(0.5)) is not None:
            heard += [n for n in push.notices.notices if n.reference == reference]
        return [n.code for n in sorted({n.cursor: n for n in heard}.values(), key=lambda n: n.cursor)]

    def enrolled(self, name, status):
        self.a.enrol(name, "provider", status=status, keys=self.a.keys[name], locations=area.PROVIDERS[name])
        self.ok(self.operator.request("reload", {}))

    def led(self, name):
        reference = self.about(name)
        self.decide(reference, decision("OUTCOME_MET"))
        self.ok(self.do(self.mash, "allocate", reference, MARSH, lead=MARSH, substantial_difficulty=NO,
                        tell_adult="By visit."))
        return reference

    def test_an_adult_who_dies_while_queued_is_looked_at_again_and_not_closed(self):
        unsaid = {"source_of_risk": {"category": "SOURCE_CATEGORY_PAID_CARER"}}  # whether others are in reach
        reference = self.about("Ann Departed", **unsaid)
        died = area.concern(adults=[{**area.concern()["adults"][0], "name": "Ann Departed", "subject": "SUBJECT_DECEASED"}],
                            harm={**area.concern()["harm"], "actual": "HARM_LEVEL_CRITICAL"}, **unsaid)
        said = self.provider.submission(died)["concern"]
        self.ok(self.provider.request("supplement", {"key": new_key(), "reference": reference, "text": "She has died.",
                                                     "concern": said}))
        look = self.look(reference)
        self.assertEqual(common_pb2.CaseState.Name(look.headline.state), "CASE_STATE_QUEUED")
        self.assertEqual(common_pb2.Colour.Name(look.headline.colour), "COLOUR_RED")
        self.assertIn("The adult has died. Someone here considers whether the death must be reviewed.",
                      [r.words for r in look.explanation])

    def test_a_referrer_whose_side_may_be_the_source_hears_neutral_words_and_is_not_asked(self):
        reference = self.about("Bea Quiet", referrer={"organisation": "Rosewood House",
                                                      "management_may_be_involved": YES})
        self.decide(reference, decision("OUTCOME_MET"))
        self.assertEqual(set(self.codes(self.provider, reference)), {"neutral"})
        asked = self.do(self.mash, "ask", reference, MARSH, questions=["q"], why="w")
        self.assertEqual(STATUS(asked.status), "STATUS_INVALID")

    def test_a_referrer_whose_key_is_revoked_before_the_decision_is_read_is_rung(self):
        home = self.connect("brightwater-homecare")
        reference = self.about("Cat Unread", home)
        self.decide(reference, NOT_MET)
        self.enrolled("brightwater-homecare", "revoked")
        why = lambda: [e.why for e in self.look(reference).errands if e.kind == "call"]
        self.until(lambda: why() == ["decision_unread"])
        self.ok(self.do(self.mash, "confirm_by_phone", reference, MARSH, spoke_to="the manager"))
        self.assertEqual(self.look(reference).told, "read")
        self.enrolled("brightwater-homecare", "active")

    def test_of_two_desks_that_claim_at_the_same_tick_one_has_it(self):
        reference = self.about("Dot Twice")
        other = self.connect("mash-desk-2")
        claim = {"cases": [{"reference": reference}]}
        sent = [(c, c.send("claim", claim, worker=w)) for c, w in ((self.mash, MARSH), (other, "w-reed"))]
        got = sorted(STATUS(c.answer(i).claim.claimed[0].status) for c, i in sent)
        self.assertEqual(got, ["STATUS_CONFLICT", "STATUS_OK"])

    def test_forty_reds_after_six_hours_offline_all_get_in_and_stand_first(self):
        green = self.sent(self.provider.submit(self.green()))
        sent = [self.provider.send("submit", {"submissions": [self.provider.submission(area.red(
            adults=[{**area.concern()["adults"][0], "name": f"Eva Offline {n}"}]))]}) for n in range(40)]
        reds = {self.provider.answer(i).submit.receipts[0].adults[0].reference for i in sent}
        self.assertEqual(len(reds), 40)
        night = self.connect("night-desk")  # reds are theirs while the office is closed
        lists = [[h.reference for h in c.request("queue", {"team": t, "limit": 500}).queue.headlines]
                 for c, t in ((self.mash, "mash"), (night, "out_of_hours"))]
        self.assertLessEqual(reds, {r for one in lists for r in one})
        for one in lists:
            after = one[one.index(green):] if green in one else []
            self.assertFalse(reds & set(after))

    def test_a_decision_keeps_the_rules_that_it_was_rated_under(self):
        reference = self.about("Fay Between")
        digest = self.look(reference).assessment.policy.digest
        claimed = self.take(reference)
        pack = self.a.folder / "policy/pack.yaml"
        text = pack.read_text()
        pack.write_text(re.sub(r'version: "[^"]*"', 'version: "2026.2"', text))
        self.ok(self.operator.request("reload", {}))
        self.assertNotEqual(self.provider.submit(area.concern()).policy.digest, digest)
        self.ok(self.mash.request("decide", {"hold": self.hold(claimed), **decision("OUTCOME_MET")}, worker=MARSH))
        self.assertEqual(self.look(reference).assessment.policy.digest, digest)
        pack.write_text(text)
        self.ok(self.operator.request("reload", {}))

    def test_bank_holidays_that_are_not_there_for_next_year_are_said(self):
        check = [area.BIN / "triage", "policy", "check", area.PACK]
        self.assertEqual(subprocess.run(check, capture_output=True).returncode, 0)
        late = subprocess.run([*check, "--date", "2099-12-01"], capture_output=True, text=True)
        self.assertEqual(late.returncode, 1)
        self.assertIn("holiday", late.stdout + late.stderr)

    def test_an_adult_placed_by_another_council_is_passed_on_and_comes_back_when_nobody_takes_it(self):
        reference = self.about("Gus Placed", adult={"placing_authority": "E06000999"})
        self.decide(reference, decision("OUTCOME_FORWARD", questions=working.questions(b=NO),
                                        not_met_reason="NOT_MET_REASON_OTHER_AREA",
                                        forward_to="FORWARD_TO_OTHER_COUNCIL", forward_name="An Invented Council"))
        self.assertEqual(self.state(reference), "CASE_STATE_FORWARDED")
        self.ok(self.do(self.mash, "forward_bounced", reference, MARSH, reason="placed here for good"))
        self.assertEqual(self.state(reference), "CASE_STATE_QUEUED")
        self.assertEqual(self.codes(self.provider, reference)[-2:], ["forwarded", "update"])

    def test_a_team_that_refuses_twice_is_offered_it_no_third_time(self):
        reference = self.about("Hal Refused")
        self.decide(reference, decision("OUTCOME_MET"))
        east = self.connect("east-desk")
        offer = {"team": "community_east", "relationship": "RELATIONSHIP_OPEN_ALLOCATION", "relationship_source": "notes", "relationship_date_ms": str(int(time.time() * 1000) - 86400000),
                 "safety_plan": "seen", "source_in_team": "ANSWER_NO"}
        for _ in range(2):
            self.ok(self.do(self.mash, "offer", reference, MARSH, **offer))
            self.ok(self.do(east, "reject_offer", reference, ALDER, reason="not ours"))
        third = self.do(self.mash, "offer", reference, MARSH, **offer)
        self.assertEqual(STATUS(third.status), "STATUS_CONFLICT")

    def test_an_enquirer_that_goes_out_of_business_leaves_its_enquiry_to_the_council(self):
        reference = self.led("Ida Closed")
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=9)
        self.ok(self.do(self.mash, "delegate", reference, MARSH, to="brightwater-homecare", scope="s", purpose="p",
                        terms="t", due_ms=str(int(due.timestamp() * 1000))))
        self.enrolled("brightwater-homecare", "revoked")
        self.until(lambda: [e.state for e in self.look(reference).errands if e.kind == "delegation"] == ["taken_back"])
        self.assertEqual(self.look(reference).lead, MARSH)
        self.enrolled("brightwater-homecare", "active")

    def test_a_challenge_and_new_information_that_cross_lose_neither(self):
        for first in ("challenge", "supplement"):
            reference = self.about(f"Jo Crossed {first}")
            self.decide(reference, NOT_MET)
            for what in (first, "supplement" if first == "challenge" else "challenge"):
                reply = self.provider.request(what, {"key": new_key(), "reference": reference, "text": "There was more."})
                late = what == "challenge" and first == "supplement"  # it is being decided again already
                self.assertEqual(STATUS(reply.status), "STATUS_CONFLICT" if late else "STATUS_OK", reply.text)
            self.assertEqual(self.state(reference), "CASE_STATE_QUEUED")
            told = self.codes(self.provider, reference)
            self.assertEqual("challenge_ack" in told, first == "challenge")
            self.assertEqual(told[-1], "reopened")
            self.assertTrue(any("There was more." in e.text for e in self.look(reference).timeline))

    def test_what_the_police_silenced_is_said_once_they_lift_it_after_closure(self):
        reference = self.led("Kit Silent")
        self.ok(self.do(self.mash, "mark", reference, MARSH, police_hold=YES, reason="DS Invented, 12:40"))
        self.ok(self.do(self.mash, "finish", reference, MARSH, findings="f", risk="RISK_OUTCOME_REMOVED",
                        achieved="ACHIEVED_FULLY"))
        self.ok(self.do(self.mash, "confirm_by_phone", reference, MARSH, spoke_to="the manager"))
        self.ok(self.do(self.heron, "sign_off", reference, HERON, tell="t", adult_told="by visit"))
        self.assertEqual(self.codes(self.provider, reference)[-1], "neutral")
        self.ok(self.do(self.mash, "mark", reference, MARSH, police_hold=NO, reason="DS Invented, 9:10"))
        self.assertEqual(self.state(reference), "CASE_STATE_CLOSED")
        self.assertEqual(self.codes(self.provider, reference)[-1], "closed")

    def test_a_restricted_case_waits_in_sight_when_nobody_who_may_open_it_is_there(self):
        reference = self.about("Lil Restricted")
        self.ok(self.do(self.heron, "night", reference, HERON, act="NIGHT_ACT_RESTRICT", reason="a colleague is named"))
        for client, worker in ((self.mash, MARSH), (self.connect("mash-desk-2"), "w-reed")):
            one = client.request("claim", {"cases": [{"reference": reference}]}, worker=worker).claim.claimed[0]
            self.assertNotEqual(STATUS(one.status), "STATUS_OK")
            seen = client.request("look", {"reference": reference, "reason": "x"}, worker=worker)
            self.assertEqual(STATUS(seen.status), "STATUS_FORBIDDEN")
        queue = self.mash.request("queue", {"team": "mash", "limit": 500}).queue
        self.assertIn(reference, [h.reference for h in queue.headlines])
        self.take(reference, HERON, self.heron)

    @unittest.skipUnless(shutil.which("faketime"), "faketime moves the clock, and is not installed")
    @unittest.skipIf(os.environ.get("TRIAGED_SANITIZED"), "a sanitizer and faketime both want to be loaded first")
    def test_a_red_that_nobody_took_in_the_night_runs_the_councils_paging_command(self):
        rung = pathlib.Path(self.a.folder) / "rung"
        page = pathlib.Path(self.a.folder) / "page"
        page.write_text(f'#!/bin/sh\necho "$1 $2 $3" >> {rung}\n')
        page.chmod(0o755)
        a = area.Area({"paging_command": str(page), "policy_by_reload": 1})
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        stamp = a.folder / "clock"
        stamp.write_text("+0")
        a.environment.update(LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(stamp), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1")
        with a:
            self.assertEqual(a.stop(), 0)
            pack = a.folder / "policy/pack.yaml"  # an office that is closed now
            closed = (datetime.datetime.now().hour + 6) % 20
            pack.write_text(pack.read_text().replace('open: "09:00"', f'open: "{closed:02}:00"')
                            .replace('close: "17:00"', f'close: "{closed + 2:02}:00"')
                            .replace('cutoff: "13:00"', f'cutoff: "{closed + 1:02}:00"'))
            a.start()
            with a.client("rosewood-house") as c:
                reference = c.submit(area.red(), danger=YES).adults[0].reference
            self.assertEqual(a.stop(), 0)
            stamp.write_text("+11m")
            a.start()
            self.until(rung.exists)
            self.assertEqual(rung.read_text().split(), [reference, "red", "1"])
            with a.client("night-desk") as d:
                handover = d.request("handover", {}).handover
            row = next(r for r in handover.rows if r.headline.reference == reference)
            self.assertIn("somebody_was_rung", row.what)


if __name__ == "__main__":
    unittest.main()

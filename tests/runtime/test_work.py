"""The main path, as its users walk it: sent, queued, taken, decided, worked, told."""
import unittest

import area
from triage_client import STATUS, digest, uuid7
from working import NO, NOT_MET, YES, Working, decision, questions


class Work(Working):
    def test_a_receipt_says_what_a_sender_needs(self):
        concern = area.concern()
        r = self.provider.submit(concern)
        self.assertRegex(r.adults[0].reference, r"^SC-[0-9A-Z]{4}-[0-9A-Z]{4}$")
        self.assertGreater(r.received_ms, 0)
        self.assertGreater(r.adults[0].decide_by_ms, r.received_ms)
        self.assertTrue(r.policy.name and r.policy.version and len(r.policy.digest) == 32)
        sent = self.provider.submission(concern)
        import base64
        self.assertEqual(r.digest, digest(base64.b64decode(sent["concern"])))
        self.assertIn("999", r.advice)

    def test_the_same_key_again_gets_the_first_receipt_and_other_content_is_key_reused(self):
        key = uuid7()
        first = self.provider.submit(area.concern(), key)
        again = self.provider.submit(area.concern(), key)
        self.assertEqual(STATUS(again.status), "STATUS_DUPLICATE")
        self.assertEqual((again.adults[0].reference, again.received_ms), (first.adults[0].reference, first.received_ms))
        other = self.provider.submit(area.concern(what_happened="Something else."), key)
        self.assertEqual(STATUS(other.status), "STATUS_KEY_REUSED")
        both = self.provider.submission(area.concern(), key := uuid7())
        reply = self.provider.request("submit", {"submissions": [both, both]})
        self.assertEqual(sorted(STATUS(r.status) for r in reply.submit.receipts), ["STATUS_DUPLICATE", "STATUS_OK"])

    def test_several_adults_are_one_incident_and_a_reference_each(self):
        concern = area.concern()
        concern["adults"].append({"name": "Bertram Quill", "date_of_birth": "1939-04-02"})
        key = uuid7()
        r = self.provider.submit(concern, key)
        self.assertEqual(len({x.reference for x in r.adults}), 2)
        again = self.provider.submit(concern, key)
        self.assertEqual([x.reference for x in again.adults], [x.reference for x in r.adults])

    def test_a_dry_run_keeps_nothing_and_never_says_do_not_send(self):
        before = len(self.provider.request("mine", {"limit": 1000}).mine.cases)
        reply = self.ok(self.provider.request("dry_run", {"submission": self.provider.submission(self.green())}))
        view = reply.dry_run.adults[0]
        self.assertEqual(view.colour, 1)
        self.assertTrue(view.questions.abuse_or_risk)
        self.assertTrue(reply.dry_run.advice)
        self.assertNotIn("do not send", (reply.dry_run.advice + reply.text).lower())
        self.assertEqual(len(self.provider.request("mine", {"limit": 1000}).mine.cases), before)

    def test_a_queue_is_ordered_by_colour_then_score_then_age(self):
        self.provider.submit(self.green())
        self.provider.submit(area.red(), danger=YES)
        self.provider.submit(area.concern())
        lines = self.ok(self.mash.request("queue", {"team": "mash", "limit": 1000})).queue.headlines
        order = [(-h.colour, -h.score, h.received_ms) for h in lines]
        self.assertEqual(order, sorted(order))
        self.assertTrue(all(h.why for h in lines))

    def test_headlines_are_pushed_on_credit_and_no_further(self):
        desk = self.connect("mash-desk-2")
        while self.mash.request("claim", {"team": "mash", "next": 64}, worker="w-reed").claim.claimed:
            pass
        desk.request("follow_queue", {"team": "mash", "credit": 2})
        references = [self.provider.submit(area.concern()).adults[0].reference for _ in range(4)]
        seen = []
        while (push := desk.push(0.7)) is not None:
            seen += [h.reference for h in push.queue_push.headlines]
        self.assertEqual(len(seen), 2)
        desk.send("credit", {"team": "mash", "credit": 10})
        while (push := desk.push(0.7)) is not None:
            seen += [h.reference for h in push.queue_push.headlines]
        self.assertEqual(set(seen), set(references))

    def test_a_claim_brings_what_was_said_and_two_desks_cannot_both_have_it(self):
        r = self.provider.submit(area.concern())
        reference = r.adults[0].reference
        claimed = self.take(reference)
        self.assertEqual(digest(claimed.concern), r.digest)
        self.assertGreater(claimed.token, 0)
        self.assertTrue(claimed.assessment.reasons)
        late = self.connect("mash-desk-2").request("claim", {"cases": [{"reference": reference}]}, worker="w-reed")
        self.assertEqual(STATUS(late.claim.claimed[0].status), "STATUS_CONFLICT")
        self.assertEqual(late.claim.claimed[0].headline.held_by, "w-marsh")

    def test_a_stale_token_and_a_stale_version_change_nothing(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        first = self.take(reference)
        self.ok(self.mash.request("return_", {"hold": self.hold(first), "reason": "End of shift."}, worker="w-marsh"))
        second = self.take(reference, "w-reed", self.connect("mash-desk-2"))
        self.assertGreater(second.token, first.token)
        stale = self.mash.request("decide", decision("OUTCOME_MET", hold=self.hold(first)), worker="w-marsh")
        self.assertEqual(STATUS(stale.status), "STATUS_CONFLICT")
        self.assertEqual(stale.now.reference, reference)

    def test_returned_work_keeps_its_place(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        before = self.find(reference)
        claimed = self.take(reference)
        self.ok(self.mash.request("return_", {"hold": self.hold(claimed), "reason": "Not mine."}, worker="w-marsh"))
        after = self.find(reference)
        self.assertEqual((before.colour, before.score, before.received_ms),
                         (after.colour, after.score, after.received_ms))

    def find(self, reference):
        lines = self.mash.request("queue", {"team": "mash", "limit": 10000}).queue.headlines
        return next(h for h in lines if h.reference == reference)

    def test_a_command_sent_again_gets_its_first_answer(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        claimed = self.take(reference)
        body, command = decision("OUTCOME_MET", hold=self.hold(claimed)), uuid7()
        first = self.ok(self.mash.request("decide", body, worker="w-marsh", command_id=command))
        again = self.mash.request("decide", body, worker="w-marsh", command_id=command)
        self.assertIn(STATUS(again.status), ("STATUS_OK", "STATUS_DUPLICATE"))
        self.assertEqual(again.case_.case_.version, first.case_.case_.version)

    def test_a_decision_needs_every_question_answered_and_says_which_is_missing(self):
        claimed = self.take(self.provider.submit(area.concern()).adults[0].reference)
        body = decision("OUTCOME_MET", hold=self.hold(claimed))
        del body["questions"]["abuse_or_risk"]
        reply = self.mash.request("decide", body, worker="w-marsh")
        self.assertEqual(STATUS(reply.status), "STATUS_INVALID")
        self.assertIn("abuse_or_risk", reply.problems[0].field)

    def test_not_met_on_an_amber_waits_for_a_second_person_who_proves_it(self):
        reference = self.provider.submit(area.concern(pattern={"recurrence": "RECURRENCE_PATTERN"})).adults[0].reference
        claimed = self.take(reference)
        self.assertEqual(claimed.headline.colour, 2)
        self.ok(self.mash.request("decide", {**NOT_MET, "hold": self.hold(claimed)}, worker="w-marsh"))
        mine = [c for c in self.provider.request("mine", {"limit": 1000}).mine.cases if c.reference == reference]
        self.assertNotEqual(mine[0].state, 9, "still a proposal")
        alone = self.mash.request("second", {"hold": self.at(self.mash, reference, "w-marsh"), "agree": True},
                                  worker="w-marsh")
        self.assertIn(STATUS(alone.status), ("STATUS_FORBIDDEN", "STATUS_CONFLICT"))
        manager = self.connect("key-heron")
        look = self.ok(manager.request("look", {"reference": reference, "reason": "As the second person."}, worker="m-heron"))
        self.assertEqual((look.look.proposed.tell, look.look.proposed.outcome), (NOT_MET["tell"], 2))
        self.assertEqual((look.look.proposed_command, look.look.proposed_by), ("decide", "w-marsh"))
        self.assertFalse(look.look.proposed.HasField("hold"), "whose lease it is stays with the proposer")
        self.ok(manager.request("second", {"hold": self.at(manager, reference, "m-heron"), "agree": True,
                                           "reason": "Agreed."}, worker="m-heron"))
        self.assertEqual(self.provider.request("status", {"reference": reference}).case_.case_.state, 9)

    def test_not_met_tells_the_sender_why_question_by_question_in_its_own_words_only(self):
        reference = self.provider.submit(self.green()).adults[0].reference
        claimed = self.take(reference)
        self.assertEqual(claimed.headline.colour, 1)
        self.ok(self.mash.request("decide", {**NOT_MET, "hold": self.hold(claimed)}, worker="w-marsh"))
        told = [n for n in self.connect("rosewood-house").notices() if n.reference == reference]
        self.assertEqual([n.code for n in told], ["screened", "not_met"])
        self.assertIn("three questions", told[1].text.lower())
        self.assertNotIn("limb", told[1].text.lower())
        self.assertEqual(told[1].questions.abuse_or_risk, 2)
        self.assertTrue(told[1].questions.abuse_or_risk_because)
        self.assertGreater(told[1].challenge_until_ms, 0)
        self.assertFalse([r for r in told[1].reasons if r.council_only])

    def test_met_is_handed_over_enquired_reviewed_and_closed_and_the_sender_hears_each(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        claimed = self.take(reference)
        self.ok(self.mash.request("decide", decision("OUTCOME_MET", hold=self.hold(claimed)), worker="w-marsh"))
        self.ok(self.mash.request("offer", {
            "hold": self.at(self.mash, reference, "w-marsh"), "team": "community_east",
            "relationship": "RELATIONSHIP_OPEN_ALLOCATION", "relationship_source": "Allocated since March.",
            "relationship_date_ms": str(claimed.headline.received_ms), "safety_plan": "Daily visits.",
            "source_in_team": "ANSWER_NO"},
            worker="w-marsh"))
        east = self.connect("east-desk")
        self.ok(east.request("accept_offer", {"hold": self.at(east, reference, "w-birch"), "lead": "w-birch",
                                              "tell_adult": "By her daughter, at her wish."}, worker="w-birch"))
        self.ok(east.request("finish", {"hold": self.at(east, reference, "w-birch"), "findings": "Carer dismissed.",
                                        "risk": "RISK_OUTCOME_REMOVED", "achieved": "ACHIEVED_FULLY"},
                             worker="w-birch"))
        own = east.request("sign_off", {"hold": self.at(east, reference, "w-birch"), "tell": "Done.",
                                        "adult_told": "In person."}, worker="w-birch")
        self.assertNotEqual(STATUS(own.status), "STATUS_OK", "a lead cannot sign off their own enquiry")
        reader = self.connect("rosewood-house")
        told = [n for n in reader.notices() if n.reference == reference]
        met = next(n for n in told if n.code == "met")
        self.ok(reader.request("read_notice", {"cursor": str(met.cursor), "reader": "Duty manager"}))
        self.ok(east.request("sign_off", {"hold": self.at(east, reference, "m-alder"), "tell": "The carer has left.",
                                          "adult_told": "In person."}, worker="m-alder"))
        codes = [n.code for n in self.connect("rosewood-house").notices() if n.reference == reference]
        self.assertEqual(codes, ["screened", "met", "allocated", "outcome"])
        self.assertEqual(self.provider.request("status", {"reference": reference}).case_.case_.state, 12)

    def test_a_look_names_worker_and_reason_and_is_in_the_timeline(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        without = self.mash.request("look", {"reference": reference}, worker="w-reed")
        self.assertEqual(STATUS(without.status), "STATUS_INVALID")
        self.ok(self.mash.request("look", {"reference": reference, "reason": "Duty handover."}, worker="w-reed"))
        report = self.ok(self.mash.request("look", {"reference": reference, "reason": "Again.", "timeline": True},
                                           worker="w-reed")).look
        events = [(t.event, t.worker) for t in report.timeline]
        self.assertEqual(events[0][0], "received")
        self.assertIn(("looked", "w-reed"), events)
        self.assertTrue(report.concern)

    def test_actions_say_what_may_be_done_and_why_not_the_rest(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        actions = {a.command: a for a in
                   self.ok(self.mash.request("actions", {"reference": reference}, worker="w-reed")).actions.actions}
        self.assertTrue(actions["take"].open)
        self.assertFalse(actions["sign_off"].open)
        self.assertTrue(actions["sign_off"].why_not)

    def test_what_comes_later_is_added_and_a_withdrawal_is_only_asked_for(self):
        reference = self.provider.submit(area.concern()).adults[0].reference
        added = self.ok(self.provider.request("supplement", {"key": "AZOhX0kAcAGAAQIDBAUGCA==", "reference": reference,
                                                             "text": "He has told his sister too."}))
        again = self.provider.request("supplement", {"key": "AZOhX0kAcAGAAQIDBAUGCA==", "reference": reference,
                                                     "text": "He has told his sister too."})
        self.assertEqual(STATUS(again.status), "STATUS_DUPLICATE")
        self.assertEqual(again.case_.case_.version, added.case_.case_.version)
        self.ok(self.provider.request("withdraw", {"key": "AZOhX0kAcAGAAQIDBAUGCQ==", "reference": reference,
                                                   "why": "WHY_RESOLVED", "text": "All is well."}))
        self.assertEqual(self.provider.request("status", {"reference": reference}).case_.case_.state, 3, "still queued")


if __name__ == "__main__":
    unittest.main()

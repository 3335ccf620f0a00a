"""Commands that are refused: each says why, who may, how the case stands and which field is wrong, and leaves nothing behind:
no record, no notice, no timer.  Many commands in many states, not one example."""
import contextlib
import os
import subprocess
import unittest

import area
from command import Command
from triage_client import STATUS, common_pb2
from working import NO, NOT_MET, YES, Working, decision, questions

STATE = common_pb2.CaseState.Name
AHEAD, BEHIND = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"

# Each with all that it asks for, so that the state and the right to do it are what is judged.
OFFER = {"team": "community_east", "relationship": "RELATIONSHIP_OPEN_ALLOCATION", "relationship_source": "Case notes.",
         "relationship_date_ms": "1780000000000", "safety_plan": "Daily visits.", "source_in_team": NO}
DELEGATE = {"to": "brightwater-homecare", "scope": "The night.", "purpose": "How she fell.", "terms": "Tell nobody.",
            "source_reason": "They were not on duty.", "police_agree": "DS Invented."}
COMMANDS = {  # the word of `actions`: the request and its body
    "extend": ("extend", {"reason": "r"}), "return": ("return_", {"reason": "r"}),
    "put_off": ("put_off", {"reason": "r"}), "rate": ("rate", {"colour": "COLOUR_RED", "reason": "r"}),
    "decide": ("decide", decision("OUTCOME_MET")), "second": ("second", {"agree": True, "reason": "r"}),
    "allocate": ("allocate", {"lead": "w-marsh", "substantial_difficulty": NO, "tell_adult": "By visit."}),
    "offer": ("offer", OFFER), "accept": ("accept_offer", {"lead": "w-birch", "tell_adult": "By visit."}),
    "reject": ("reject_offer", {"reason": "r"}), "withdraw_offer": ("withdraw_offer", {"reason": "r"}),
    "take_back": ("withdraw_offer", {"reason": "r", "take_back": True}),
    "finish": ("finish", {"findings": "f", "risk": "RISK_OUTCOME_REMOVED", "achieved": "ACHIEVED_FULLY"}),
    "sign_off": ("sign_off", {"tell": "Done.", "adult_told": "By telephone."}),
    "return_enquiry": ("return_enquiry", {"reason": "r"}), "phone": ("confirm_by_phone", {"spoke_to": "the manager"}),
    "forward_accepted": ("forward_accepted", {"by": "the duty desk"}), "forward_bounced": ("forward_bounced", {"reason": "r"}),
    "reopen": ("reopen", {"reason": "r"}), "unlink": ("unlink", {"reason": "r"}),
    "complete": ("complete", {"action_taken": YES}),
    "ask": ("ask", {"questions": ["Who was there?"], "why": "A gap."}), "answer": ("answer", {"text": "Nobody."}),
    "close_question": ("close_question", {"reason": "r"}), "delegate": ("delegate", DELEGATE),
    "accept_delegation": ("enquire", {"what": "WHAT_ACCEPT"}), "refuse_delegation": ("enquire", {"what": "WHAT_REFUSE", "text": "r"}),
    "report_delegation": ("enquire", {"what": "WHAT_REPORT", "text": "r"}),
    "accept_report": ("check_report", {"what": "WHAT_ACCEPT", "adult_seen": YES, "evidence": "e", "risk_now": "low"}),
    "return_report": ("check_report", {"what": "WHAT_RETURN", "reason": "r"}),
    "extend_delegation": ("check_report", {"what": "WHAT_EXTEND", "reason": "r"}),
    "take_back_delegation": ("check_report", {"what": "WHAT_TAKE_BACK", "reason": "r"}),
    "challenge": ("challenge", {"text": "We disagree."}),
    "assign_challenge": ("review_challenge", {"reviewer": "m-heron"}),
    "decide_challenge": ("review_challenge", {"result": "RESULT_UPHELD", "reason": "r", "tell": "t"}),
    "void": ("void_", {"reason": "r", "no_adult_at_risk": True}), "mark": ("mark", {"police_hold": YES, "reason": "r"}),
    "reassign": ("reassign", {"to": "w-reed", "reason": "r"}), "call_done": ("call_done", {"spoke_to": "the manager"}),
    "adult_told": ("adult_told", {"how": "By visit."}),
    "settle": ("referral", {"act": "REFERRAL_ACT_SETTLE", "settlement": "SETTLEMENT_ANSWERED", "reason": "r", "tell": "t"}),
    "make_concern": ("referral", {"act": "REFERRAL_ACT_MAKE_CONCERN", "reason": "r"}),
    "agency_answered": ("referral", {"act": "REFERRAL_ACT_AGENCY_ANSWERED", "agency": "AGENCY_HEALTH", "answer": "a"}),
    "safe_tonight": ("night", {"act": "NIGHT_ACT_SAFE_TONIGHT", "safety": "s"}),
    "second_by_phone": ("night", {"act": "NIGHT_ACT_AGREED_BY_TELEPHONE", "manager": "m-heron", "reason": "r"}),
    "confirm_second": ("night", {"act": "NIGHT_ACT_CONFIRM", "reason": "r"}),
    "restrict": ("night", {"act": "NIGHT_ACT_RESTRICT", "reason": "r"}),
    "org_scope": ("org", {"act": "ORG_ACT_SCOPE", "reason": "r"}), "org_close": ("org", {"act": "ORG_ACT_CLOSE", "reason": "r"}),
    "org_review": ("org", {"act": "ORG_ACT_REVIEW", "reason": "r"}),
    "org_large_scale": ("org", {"act": "ORG_ACT_LARGE_SCALE", "reason": "r"}),
    "org_quality_route": ("org", {"act": "ORG_ACT_QUALITY_ROUTE", "reason": "r"}),
    "org_detach": ("org", {"act": "ORG_ACT_DETACH", "reason": "r"}),
}
NO_HOLD = {"answer", "enquire", "challenge"}  # they name the case themselves


class Refused(Working, Command):
    @classmethod
    def setUpClass(cls):
        Command.setUpClass.__func__(cls)
        cls.operator = cls.a.operator_client()
        cls.cases = {}

    @classmethod
    def tearDownClass(cls):
        cls.operator.close()
        Command.tearDownClass.__func__(cls)

    def setUp(self):
        super().setUp()
        self.heron, self.east = self.connect("key-heron"), self.connect("east-desk")
        self.people = {"w-marsh": self.mash, "m-heron": self.heron, "w-birch": self.east}

    def head(self):
        return self.operator.request("overview").overview.head_seq

    @contextlib.contextmanager
    def nothing_kept(self, what):
        before = self.head()
        yield
        self.assertEqual(self.head(), before, f"{what} left something behind")

    # One case in each state that people bring it to.
    def case(self, state):
        if state not in self.cases:
            self.cases[state] = self.bring(state)
        return self.cases[state]

    def act(self, request, reference, body, worker="w-marsh"):
        client = self.people[worker]
        return self.ok(client.request(request, {"hold": self.at(client, reference, worker), **body}, worker=worker))

    def bring(self, state):
        reference = self.provider.submit(self.green()).adults[0].reference
        if state == "queued":
            return reference
        claimed = self.take(reference)
        if state == "taken":
            return reference
        wish = NOT_MET if state == "not_met" else decision("OUTCOME_FORWARD", forward_to="FORWARD_TO_COMPLAINTS", forward_name="x", not_met_reason="NOT_MET_REASON_NO_ABUSE_OR_RISK", questions=questions(b=NO)) \
            if state == "forwarded" else decision("OUTCOME_MET")
        self.ok(self.mash.request("decide", {"hold": self.hold(claimed), **wish}, worker="w-marsh"))
        if state in ("not_met", "forwarded", "met"):
            if state == "forwarded" and STATE(self.state(reference)[0]) == "CASE_STATE_IN_TRIAGE":
                self.act("second", reference, {"agree": True, "reason": "Read."}, "m-heron")
            return reference
        if state == "offered":
            self.act("offer", reference, OFFER)
            return reference
        self.act("allocate", reference, COMMANDS["allocate"][1])
        if state == "enquiry":
            return reference
        self.act("finish", reference, COMMANDS["finish"][1])
        if state == "review":
            return reference
        self.act("confirm_by_phone", reference, {"spoke_to": "the manager"})
        self.act("sign_off", reference, COMMANDS["sign_off"][1], "m-heron")
        return reference

    STATES = ("queued", "taken", "met", "offered", "enquiry", "review", "not_met", "forwarded", "closed")

    def state(self, reference):
        brief = self.ok(self.mash.request("status", {"reference": reference})).case_.case_
        return brief.state, brief.version

    def send(self, word, reference, version, worker):
        request, body = COMMANDS[word]
        named = {"reference": reference} if request in NO_HOLD else {"hold": {"reference": reference, "expected_version": version}}
        return self.people[worker].request(request, {**named, **body}, worker=worker)

    def test_what_may_not_be_done_is_refused_with_its_guards_sentence_who_may_and_the_state(self):
        refused = set()
        for state in self.STATES:
            reference = self.case(state)
            before = self.state(reference)
            for worker, client in self.people.items():
                may = client.request("actions", {"reference": reference}, worker=worker)
                for action in may.actions.actions:
                    if action.open or action.command not in COMMANDS:
                        continue
                    what = f"{action.command} by {worker}, {state}"
                    with self.nothing_kept(what):
                        reply = self.send(action.command, reference, may.actions.version, worker)
                    status = STATUS(reply.status)
                    self.assertIn(status, ("STATUS_CONFLICT", "STATUS_FORBIDDEN"), f"{what}: {reply.text} {reply.problems}")
                    self.assertTrue(reply.text.startswith(action.why_not), f"{what}: {reply.text!r} is not {action.why_not!r}")
                    if status == "STATUS_FORBIDDEN":
                        self.assertIn(" Who may: ", reply.text, what)
                    self.assertEqual((reply.now.reference, reply.now.state, reply.now.version), (reference, *before), what)
                    refused.add((action.command, state, worker))
            self.assertEqual(self.state(reference), before)
        self.assertGreater(len(refused), 400)
        self.assertEqual({word for word, _, _ in refused} ^ set(COMMANDS), set(), "each of them is refused somewhere")

    def test_what_was_seen_before_it_changed_is_told_the_new_state(self):
        stale = 0
        for state in self.STATES:
            reference = self.case(state)
            before = self.state(reference)
            for worker, client in self.people.items():
                if STATUS(client.request("actions", {"reference": reference}, worker=worker).status) != "STATUS_OK":
                    continue
                for word, (request, _) in COMMANDS.items():
                    if request in NO_HOLD:
                        continue
                    with self.nothing_kept(f"{word} by {worker}, {state}"):
                        reply = self.send(word, reference, before[1] + 1, worker)
                    self.assertIn(STATUS(reply.status), ("STATUS_CONFLICT", "STATUS_FORBIDDEN"), word)
                    self.assertEqual((reply.now.state, reply.now.version), before, word)
                    stale += reply.text.startswith("The case changed meanwhile.")
        self.assertGreater(stale, 500)
        with self.nothing_kept("a claim of what has changed"):
            claim = self.mash.request("claim", {"cases": [{"reference": self.case("queued"), "expected_version": 99}]}, worker="w-marsh")
        self.assertEqual(STATUS(claim.claim.claimed[0].status), "STATUS_CONFLICT")
        self.assertEqual(claim.claim.claimed[0].headline.version, self.state(self.case("queued"))[1])

    def test_a_refusal_survives_a_kill_as_nothing_and_what_was_done_as_one(self):
        reference = self.case("met")
        self.send("finish", reference, self.state(reference)[1], "w-marsh")
        self.assertEqual(STATUS(self.send("offer", reference, self.state(reference)[1], "w-marsh").status), "STATUS_OK")
        before = self.state(reference)
        self.a.kill()
        self.a.start()
        self.operator.close()
        type(self).operator = self.a.operator_client()
        self.provider, self.mash = self.connect("rosewood-house"), self.connect("mash-desk")
        self.assertEqual(self.state(reference), before)
        self.assertEqual(self.operator.request("verify", timeout=60).verify.problem, "")
        self.assertEqual(STATUS(self.mash.request("withdraw_offer", {"hold": self.at(self.mash, reference, "w-marsh"), "reason": "r"},
                                                  worker="w-marsh").status), "STATUS_OK")

    def test_a_batch_keeps_the_rest_and_names_the_bad_one(self):
        good = [self.provider.submission(self.green()) for _ in range(4)]
        bad = self.provider.submission(area.concern(adults=[{**area.concern()["adults"][0], "nhs_number": "9990000000"}]))
        broken = {**self.provider.submission(self.green()), "concern": "//8="}
        batch = [good[0], bad, good[1], broken, good[2], {**good[3], "kind": "KIND_DOMESTIC_ABUSE_NOTIFICATION"}]
        before = self.head()
        receipts = self.ok(self.provider.request("submit", {"submissions": batch})).submit.receipts
        self.assertEqual([STATUS(r.status) == "STATUS_OK" for r in receipts], [True, False, True, False, True, True])
        self.assertEqual(receipts[1].problems[0].field, "adults[0].nhs_number")
        self.assertTrue(receipts[3].problems[0].text)
        self.assertFalse(receipts[1].adults or receipts[3].adults)
        self.assertEqual(self.head(), before + 4)
        unknown = [{"reference": r.adults[0].reference} for r in (receipts[0], receipts[2])] + [{"reference": "SC-0000-0000"}]
        claimed = self.mash.request("claim", {"cases": unknown}, worker="w-marsh").claim.claimed
        self.assertEqual([STATUS(c.status) for c in claimed], ["STATUS_OK", "STATUS_OK", "STATUS_NOT_FOUND"])

    # --- At the command line: unknown teams, workers, codes and dates, by option. ---

    def refused_by_option(self, name, words, option, *, worker, codes=(2, 3)):
        with self.nothing_kept(words):
            code, said = self.try_(name, *words, *(("--worker", worker) if worker else ()))
        with self.subTest(words=words):
            self.assertIn(code, codes, said)
            self.assertIn(f"--{option}", said)

    def try_(self, name, *words):
        r = subprocess.run([area.BIN / "triage", *map(str, words), "--profile", self.path(name)], capture_output=True, text=True,
                           timeout=60, env={**os.environ, "XDG_CONFIG_HOME": self.folder.name})
        return r.returncode, r.stdout + r.stderr

    def test_an_unknown_team_worker_code_or_date_is_refused_by_its_option(self):
        c = {state: self.case(state) for state in self.STATES}
        c["taken"] = self.provider.submit(self.green()).adults[0].reference
        self.as_("mash-desk", "take", c["taken"], "--worker", "w-marsh")  # the command keeps its token
        offer = ("offer", c["met"], "--relationship", "open_allocation", "--source", "notes", "--source-in-team", "no")
        east = (*offer, "--team", "community_east")
        allocate = ("allocate", c["met"], "--difficulty", "no", "--tell-adult", "x")
        decide = ("decide", c["taken"], "--outcome", "met", "--reason", "r")
        delegate = ("delegate", c["enquiry"], "--scope", "s", "--purpose", "p", "--terms", "t", "--source-reason", "r")
        finish = ("finish", c["enquiry"], "--findings", "f")
        move = ("reassign", "--reason", "r")
        by_marsh = [
            # teams
            ((*offer, "--team", "nowhere", "--date", "now"), "team"), ((*offer, "--team", "mash", "--date", "now"), "team"),
            # workers, and keys of others
            ((*allocate, "--lead", "w-nobody"), "lead"), ((*allocate, "--lead", "w-birch"), "lead"),
            ((*east, "--date", "now", "--agreed-by", "w-nobody"), "agreed-by"),
            ((*delegate, "--to", "nobody", "--due", "2026-12-20"), "to"), ((*delegate, "--to", "mash-desk", "--due", "2026-12-20"), "to"),
            (("ask", c["enquiry"], "--of", "nobody", "--question", "q", "--why", "w"), "of"),
            (("link", c["queued"], "--to", "SC-0000-0000", "--reason", "r", "--suggest"), "to"),
            # codes
            (("rate", c["taken"], "--to", "purple", "--reason", "r"), "to"), ((*decide[:3], "perhaps", *decide[4:]), "outcome"),
            ((*decide, "--needs", "perhaps"), "needs"), ((*decide, "--risk", "perhaps"), "risk"), ((*decide, "--unable", "x"), "unable"),
            ((*decide, "--not-met-reason", "x"), "not-met-reason"), ((*decide, "--capacity", "x"), "capacity"),
            ((*decide, "--forward-to", "mars"), "forward-to"), ((*allocate, "--lead", "w-marsh", "--difficulty", "x"), "difficulty"),
            ((*offer[:2], "--team", "community_east", "--relationship", "friends"), "relationship"),
            ((*east, "--source-in-team", "x"), "source-in-team"), ((*finish, "--risk", "x"), "risk"),
            ((*finish, "--achieved", "x"), "achieved"), (("mark", c["enquiry"], "--police-hold", "x", "--reason", "r"), "police-hold"),
            (("complete", c["enquiry"], "--gender", "x"), "gender"), (("complete", c["enquiry"], "--ethnicity", "x"), "ethnicity"),
            (("complete", c["enquiry"], "--type", "x"), "type"), (("complete", c["enquiry"], "--source", "x"), "source"),
            (("complete", c["enquiry"], "--location", "x"), "location"), (("complete", c["enquiry"], "--action-taken", "x"), "action-taken"),
            (("complete", c["enquiry"], "--support-reason", "x"), "support-reason"),
            (("check-report", c["enquiry"], "--accept", "--adult-seen", "x"), "adult-seen"),
            (("settle", c["taken"], "--as", "x", "--reason", "r", "--tell", "t"), "as"),
            (("agency-answered", c["taken"], "--agency", "x", "--answer", "a"), "agency"),
            (("org", c["queued"], "--act", "x", "--reason", "r"), "act"), (("review-challenge", c["not_met"], "--result", "x"), "result"),
            (("find", "Nobody", "--reason", "r", "--born", "28/5/41"), "born"), (("tasks", "mash", "--kind", "x"), "kind"),
            # dates
            (("put-off", c["taken"], "--until", BEHIND, "--reason", "r"), "until"),
            (("put-off", c["taken"], "--until", AHEAD, "--reason", "r"), "until"),
            (("put-off", c["taken"], "--until", "soon", "--reason", "r"), "until"),
            ((*east, "--date", AHEAD), "date"), (east, "date"), ((*delegate, "--to", "brightwater-homecare", "--due", BEHIND), "due"),
            ((*delegate, "--to", "brightwater-homecare", "--due", AHEAD), "due"), ((*delegate, "--to", "brightwater-homecare", "--due", "x"), "due"),
            (("phone", c["not_met"], "--spoke-to", "x", "--at", AHEAD), "at"), (("phone", c["not_met"], "--spoke-to", "x", "--at", BEHIND), "at"),
            (("forward-accepted", c["forwarded"], "--by", "x", "--at", AHEAD), "at"),
            (("forward-accepted", c["forwarded"], "--by", "x", "--at", BEHIND), "at"),
            (("call-done", c["not_met"], "--spoke-to", "x", "--at", "yesterday"), "at"),
        ]
        for words, option in by_marsh:
            self.refused_by_option("mash-desk", words, option, worker="w-marsh")
        for words, option in (((*move, "--from", "w-marsh", "--team", "nowhere", "--to", "w-reed"), "team"),
                              ((*move, "--from", "w-nobody", "--team", "mash", "--to", "w-reed"), "from"),
                              ((*move, "--from", "w-marsh", "--team", "mash", "--to", "w-nobody"), "to"),
                              ((*move, c["enquiry"], "--to", "w-nobody"), "to")):
            self.refused_by_option("key-heron", words, option, worker="m-heron", codes=(2, 3, 6))
        for words, option in ((("accept", c["offered"], "--tell-adult", "x", "--lead", "w-marsh"), "lead"),
                              (("accept", c["offered"], "--tell-adult", "x", "--lead", "w-nobody"), "lead")):
            self.refused_by_option("east-desk", words, option, worker="w-birch")
        for words, option in ((("report", "backlog", "--by", "x"), "by"), (("report", "backlog", "--from", "x"), "from"),
                              (("report", "backlog", "--to", "2026-02-30"), "to"), (("report", "returns", "--year", "x"), "year")):
            self.refused_by_option("key-heron", words, option, worker="")

    def test_a_team_that_there_is_not_is_refused_by_name_wherever_one_is_typed(self):
        for words in (("queue", "nowhere"), ("board", "nowhere"), ("tasks", "nowhere"), ("workers", "nowhere"),
                      ("take", "--team", "nowhere"), ("queue", "No Such Team")):
            with self.nothing_kept(words):
                code, said = self.try_("mash-desk", *words, "--worker", "w-marsh")
            self.assertIn(code, (3, 6), said)
            self.assertIn("team", said, words)

    def test_a_worker_who_is_not_registered_does_nothing_whatever_the_command(self):
        reference = self.case("taken")
        before = self.state(reference)
        for word, (request, body) in COMMANDS.items():
            named = {"reference": reference} if request in NO_HOLD else {"hold": {"reference": reference, "expected_version": before[1]}}
            for worker in ("w-nobody", "w-birch"):  # of no team, of another desk's
                with self.nothing_kept(word):
                    reply = self.mash.request(request, {**named, **body}, worker=worker)
                self.assertEqual((STATUS(reply.status), reply.problems[0].field), ("STATUS_FORBIDDEN", "worker"), word)
        self.assertEqual(self.state(reference), before)


if __name__ == "__main__":
    unittest.main()

"""What tests of the work share: a council for the class, its people, and the common steps of a case."""
import unittest

import area
from triage_client import STATUS, common_pb2

YES, NO, NOT_KNOWN = "ANSWER_YES", "ANSWER_NO", "ANSWER_NOT_KNOWN"


def questions(a=YES, b=YES, c=YES):
    return {
        "care_and_support_needs": a, "care_and_support_needs_because": "Needs help to wash and dress.",
        "abuse_or_risk": b, "abuse_or_risk_because": "What was seen and recorded.",
        "unable_to_protect_self": c, "unable_to_protect_self_because": "Depends on staff for all care.",
    }


def decision(outcome, **more):
    return {
        "outcome": outcome, "questions": questions(), "reason": "As recorded.", "tell": "We will make enquiries.",
        "safety": "Seen today and safe.", "wishes": "Wants to stay at home.", "has_capacity": YES, **more,
    }


NOT_MET = decision("OUTCOME_NOT_MET", questions=questions(b=NO), not_met_reason="NOT_MET_REASON_NO_ABUSE_OR_RISK",
                   signpost="Your falls team can advise.")


class Working(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()

    def setUp(self):
        self.provider = self.connect("rosewood-house")
        self.mash = self.connect("mash-desk")

    def connect(self, name):
        c = self.a.client(name)
        self.addCleanup(c.close)
        return c

    def ok(self, reply):
        self.assertEqual(STATUS(reply.status), "STATUS_OK", reply.text + str(reply.problems))
        return reply

    def take(self, reference, worker="w-marsh", client=None):
        reply = (client or self.mash).request("claim", {"cases": [{"reference": reference}]}, worker=worker)
        claimed = reply.claim.claimed[0]
        self.assertEqual(STATUS(claimed.status), "STATUS_OK")
        return claimed

    @staticmethod
    def hold(claimed):
        return {"reference": claimed.headline.reference, "expected_version": claimed.headline.version,
                "token": str(claimed.token)}

    def version(self, client, reference, worker):
        return self.ok(client.request("actions", {"reference": reference}, worker=worker)).actions.version

    def at(self, client, reference, worker):
        return {"reference": reference, "expected_version": self.version(client, reference, worker)}

    def green(self):
        """About somebody new each time: the rules raise what is said of one adult again and again."""
        Working.greens = getattr(Working, "greens", 0) + 1
        return area.concern(adults=[{**area.concern()["adults"][0], "name": f"Olive Turnstile {Working.greens}"}], harm={
            "types": ["HARM_TYPE_NEGLECT"], "actual": "HARM_LEVEL_NONE", "risked": "HARM_LEVEL_LOW",
            "immediate_danger": NO, "treatment_needed": NO, "distress": NO, "fear": NO,
        }, pattern={"recurrence": "RECURRENCE_FIRST", "other_adults_affected": NO},
            response={"care_plan_followed": YES, "mitigation_in_place": YES, "adult_safe_now": YES})

    def decide(self, reference, wish):
        """By a worker of the MASH and, where it takes two, by its manager."""
        claimed = self.take(reference)
        made = self.ok(self.mash.request("decide", {"hold": self.hold(claimed), **wish}, worker="w-marsh"))
        if common_pb2.CaseState.Name(made.case_.case_.state) == "CASE_STATE_IN_TRIAGE":
            manager = self.connect("key-heron")
            hold = self.at(manager, reference, "m-heron")
            self.ok(manager.request("second", {"hold": hold, "agree": True, "reason": "Read, and agreed."},
                                    worker="m-heron"))

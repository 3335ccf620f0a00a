"""The other kinds of referral, through the real daemon and the command: sent, receipted, rated, routed, ended, told."""
import datetime
import json
import pathlib
import unittest

import area
import command

TODAY = datetime.date.today()
WORKER, MANAGER, CONTACT = ("--worker", "w-fern"), ("--worker", "m-fern"), ("--worker", "w-dale")


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


def eighteen_in(days):
    """Born so that the 18th birthday is so many days ahead (a 29 February gives way to the 28th)."""
    birthday = TODAY + datetime.timedelta(days=days)
    try:
        return birthday.replace(year=birthday.year - 18).isoformat()
    except ValueError:
        return birthday.replace(year=birthday.year - 18, day=28).isoformat()


class Kinds(command.Command):
    people = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        a = cls.a
        a.enrol("dols-desk", "team", teams=["dols"])
        a.enrol("transitions-desk", "team", teams=["transitions"])
        a.enrol("contact-desk", "team", teams=["contact"])
        a.enrol("police-hub", "police")
        a.add_worker("w-fern", "community_worker", ["dols", "transitions"])
        a.add_worker("m-fern", "community_manager", ["dols", "transitions"])
        a.add_worker("w-dale", "community_worker", ["contact"])
        with a.operator_client() as operator:
            assert operator.request("reload", {}).status == 0
        for name in ("dols-desk", "transitions-desk", "contact-desk"):
            cls.profile(name)
        cls.profile("police-hub", endpoint=a.intake)

    def send(self, kind, provider="rosewood-house", code=0, adult=None, **concern):
        Kinds.people += 1
        adult = {"name": f"Perdita Invented {Kinds.people}", "date_of_birth": "1950-03-02", "postcode": "ZX1 2AB",
                 "nhs_number_missing_because": "not known here", **(adult or {})}
        message = {"kind": kind, "concern": {"adults": [adult], "what_happened": "As told below.",
                                             "harm": {"immediate_danger": "ANSWER_NO"}, **concern}}
        r = self.as_(provider, "submit", "--json", given=json.dumps(message), code=code)
        return json.loads(r.stdout.splitlines()[0])

    def reference(self, *words, **more):
        return self.send(*words, **more)["adults"][0]["reference"]

    def told(self, provider, reference):
        lines = self.as_(provider, "notices", "--after", "0", "--keep", "--json").stdout.splitlines()
        return [n for n in map(json.loads, lines) if n["reference"] == reference]

    def case(self, desk, reference, worker):
        return json.loads(self.as_(desk, "case", reference, "--reason", "Duty.", "--json", *worker).stdout)

    def dols(self, **more):
        return {"request": "REQUEST_URGENT", "urgent_from": day(-1), "person_objects": "ANSWER_NO",
                "family_objects": "ANSWER_NO", "ordinarily_resident_here": "ANSWER_YES", **more}

    def test_a_small_log_is_recorded_and_one_that_tells_of_harm_is_a_concern(self):
        small = area.concern(harm={"types": ["HARM_TYPE_NEGLECT"], "actual": "HARM_LEVEL_NONE",
                                   "risked": "HARM_LEVEL_NONE", "immediate_danger": "ANSWER_NO",
                                   "treatment_needed": "ANSWER_NO"},
                             response={"adult_safe_now": "ANSWER_YES", "mitigation_in_place": "ANSWER_YES",
                                       "care_plan_followed": "ANSWER_YES"})
        small.pop("adults")
        recorded = self.reference("low_level_log", **small)
        status = json.loads(self.as_("rosewood-house", "status", recorded, "--json").stdout)
        status = status.get("case", status)
        self.assertEqual(status["state"], "CASE_STATE_CLOSED")
        self.assertIn("recorded", self.told("rosewood-house", recorded)[0]["title"])
        self.assertNotIn(recorded, self.as_("mash-desk", "queue", "mash").stdout)
        grave = area.concern()
        grave.pop("adults")
        concern = self.reference("low_level_log", **grave)
        self.assertIn(concern, self.as_("mash-desk", "queue", "mash").stdout)
        self.assertIn("You sent it as a low-level log", self.told("rosewood-house", concern)[0]["text"])
        self.assertEqual(self.case("mash-desk", concern, ("--worker", "w-marsh"))["sent_as"], "KIND_LOW_LEVEL_LOG")

    def test_a_request_about_liberty_is_assessed_and_granted_by_another(self):
        reference = self.reference("dols_request", dols=self.dols())
        queue = self.as_("dols-desk", "queue", "dols").stdout
        self.assertIn(reference, queue)
        self.assertIn("dols request", queue)
        self.assertNotIn(reference, self.as_("mash-desk", "queue", "mash").stdout)
        self.as_("dols-desk", "take", reference, *WORKER)
        refused = self.as_("dols-desk", "decide", reference, *command.MET, *WORKER, code=3)
        self.assertIn("no safeguarding concern", refused.stderr + refused.stdout)
        self.as_("dols-desk", "allocate", reference, "--lead", "w-fern", *WORKER)
        self.as_("dols-desk", "finish", reference, "--findings", "All six requirements are met.", *WORKER)
        grant = ("settle", reference, "--as", "granted", "--reason", "Met.", "--tell", "The letter has the conditions.")
        for missing in ((), ("--until", day(400), "--representative", "her niece"), ("--until", day(100))):
            self.as_("dols-desk", *grant, *missing, *MANAGER, code=3)
        whole = (*grant, "--until", day(300), "--representative", "her niece")
        self.as_("dols-desk", *whole, *WORKER, code=3)
        self.as_("dols-desk", *whole, *MANAGER)
        told = self.told("rosewood-house", reference)
        self.assertEqual([n["code"] for n in told], ["screened", "allocated", "outcome"])
        self.assertIn("It is granted.", told[-1]["text"])

    def test_news_that_it_ends_sooner_brings_the_date_forward_and_says_so(self):
        sent = self.send("dols_request", dols={"request": "REQUEST_STANDARD"})["adults"][0]
        news = json.dumps({"adults": [{"name": "As before"}], "dols": self.dols()})
        path = pathlib.Path(self.folder.name) / "news.json"
        path.write_text(news)
        self.as_("rosewood-house", "supplement", sent["reference"], "--text", "An urgent one was given.", "--concern", path)
        told = self.told("rosewood-house", sent["reference"])
        self.assertEqual([n["code"] for n in told], ["screened", "update"])
        self.assertLess(told[-1]["decide_by_ms"], sent["decide_by_ms"])
        self.assertTrue(day(4) <= told[-1]["decide_by_ms"][:10] <= day(6), told[-1])

    def test_days_that_cannot_be_are_refused_by_field_and_gaps_are_asked(self):
        bad = {"urgent_from": day(2)}, {"wanted_from": day(40)}, {"current_until": day(500)}
        for wrong in bad:
            field = "dols." + next(iter(wrong))
            r = self.send("dols_request", code=3, dols=self.dols(**wrong))
            self.assertIn(field, [p["field"] for p in r["problems"] if p.get("refused")])
        asked = [p["field"] for p in self.send("dols_request")["problems"]]
        self.assertIn("dols.request", asked)
        self.assertNotIn("abuse_or_risk", asked)
        self.send("organisation", code=3)
        self.as_("rosewood-house", "submit", given='{"kind":"dowry","concern":{}}', code=3)

    def test_the_birthday_is_the_date_of_a_transition(self):
        far = self.send("transition_referral", adult={"date_of_birth": eighteen_in(400)},
                        transition={"needs_likely_after_18": "ANSWER_YES", "care_stops": "ANSWER_NO",
                                    "placement_ends": "ANSWER_NO"})["adults"][0]
        near = self.send("transition_referral", adult={"date_of_birth": eighteen_in(20)},
                         transition={"care_stops": "ANSWER_YES"})["adults"][0]
        self.assertEqual((far["colour"], near["colour"]), ("COLOUR_GREEN", "COLOUR_RED"))
        self.assertLess(near["decide_by_ms"], far["decide_by_ms"])
        self.assertTrue(day(19) <= near["decide_by_ms"][:10] <= day(20), near)
        queue = self.as_("transitions-desk", "queue", "transitions").stdout
        self.assertLess(queue.index(near["reference"]), queue.index(far["reference"]))

    def test_a_batch_of_the_police_keeps_the_good_and_names_the_bad(self):
        def notification(n, grade, **adult):
            return {"kind": "domestic_abuse_notification", "concern": {
                "source_type": "SOURCE_TYPE_POLICE", "what_happened": "An officer was called.",
                "adults": [{"name": f"Zelda Batch {n}", "date_of_birth": "1980-01-01", "postcode": "ZX1 2AB", **adult}],
                "harm": {"types": ["HARM_TYPE_DOMESTIC_ABUSE"], "immediate_danger": "ANSWER_NO"},
                "domestic": {"dash_ticks": 15 if grade == "HIGH" else 4},
                "police_notification": {"grade": f"GRADE_{grade}", "tool": "TOOL_DASH", "batch": "this morning"}}}

        bad = notification(2, "MEDIUM", nhs_number="9990000000")
        worse = {"kind": "domestic_abuse_notification", "concern": {"adults": [{"nmae": "x"}]}}
        batch = [notification(1, "HIGH"), bad, worse, notification(3, "STANDARD")]
        r = self.as_("police-hub", "submit", "--json", given=json.dumps(batch), code=3)
        self.assertIn("concern 3: adults[0].nmae", r.stderr)
        self.assertIn("adults[0].nhs_number", r.stderr + r.stdout)
        kept = [a for line in r.stdout.splitlines() for a in json.loads(line).get("adults", [])]
        self.assertEqual([a["colour"] for a in kept], ["COLOUR_RED", "COLOUR_GREEN"])
        self.agencies_answer(kept[1]["reference"])

    def agencies_answer(self, reference):
        by = ("--worker", "w-marsh")
        self.as_("mash-desk", "take", reference, *by)
        early = self.as_("mash-desk", "decide", reference, *command.MET, *by, code=3)
        self.assertIn("have not all answered", early.stderr + early.stdout)
        for agency in ("police", "health", "social_care"):
            self.as_("mash-desk", "agency-answered", reference, "--agency", agency, "--answer", "Known since May.", *by)
        self.assertEqual(len(self.case("mash-desk", reference, by)["answered"]), 3)
        self.as_("mash-desk", "decide", reference, *command.MET, *by)
        self.assertEqual([n["code"] for n in self.told("police-hub", reference)], ["screened", "met"])

    def test_care_needs_and_questions_go_to_their_desk_and_stay_ours_until_accepted(self):
        care = self.reference("care_needs_referral", care_needs={"wanted": "Help to wash.",
                                                                 "support_stopped": "ANSWER_YES"})
        self.assertIn(care, self.as_("contact-desk", "queue", "contact").stdout)
        self.as_("contact-desk", "take", care, *CONTACT)
        self.as_("contact-desk", "decide", care, "--outcome", "forward", "--forward-to", "health", "--forward-name",
                 "The district nurses, 01632 960188", "--reason", "Wound care.", "--tell", "They ring tomorrow.",
                 "--safety", "Nobody is in danger.", *CONTACT)
        self.as_("contact-desk", "forward-accepted", care, "--by", "Sister Plum", "--at", "now", *CONTACT)
        told = self.told("rosewood-house", care)
        self.assertEqual([n["code"] for n in told], ["screened", "forwarded", "forwarded"])
        question = self.reference("advice")
        self.as_("contact-desk", "take", question, *CONTACT)
        self.as_("contact-desk", "settle", question, "--as", "answered", "--reason", "Told.", "--tell",
                 "Ask the council tax office.", *CONTACT)
        self.assertIn("council tax office", self.told("rosewood-house", question)[-1]["text"])

    def test_whoever_finds_harm_in_a_referral_makes_it_a_concern(self):
        care = self.reference("care_needs_referral")
        self.as_("contact-desk", "take", care, *CONTACT)
        self.as_("contact-desk", "make-concern", care, "--reason", "Bruises on both arms.", *CONTACT)
        self.assertIn(care, self.as_("mash-desk", "queue", "mash").stdout)
        self.assertEqual(self.told("rosewood-house", care)[-1]["code"], "update")

    def test_a_dry_run_says_how_each_kind_would_be_rated(self):
        message = {"kind": "dols_request", "concern": {"adults": [{"name": "Nobody Kept"}], "dols": self.dols()}}
        r = self.as_("rosewood-house", "submit", "--dry-run", "--json", given=json.dumps(message))
        view = json.loads(r.stdout)["adults"][0]
        self.assertEqual(view["colour"], "COLOUR_AMBER")
        self.assertNotIn("questions", view)  # nobody asks three questions of a request that tells of no harm
        self.assertIn("urgent authorisation", " ".join(reason["words"] for reason in view["reasons"]).lower())


if __name__ == "__main__":
    unittest.main()

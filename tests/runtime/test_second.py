"""A decision that nobody opens: the key that theirs names as a second address hears, then somebody rings."""
import json
import tempfile
import time
import unittest

import area
from command import MET, Command
from triage_client import STATUS

MARSH = ("--worker", "w-marsh")
OFFICE = "rosewood-office"
CLOCKS = """clocks:
  told: {red: 0m, amber: 0m, green: 0m}
  second_address: {red: 1m, amber: 1m, green: 1m}
"""


class Second(Command):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.make()
        pack = cls.a.folder / "policy/pack.yaml"
        pack.write_text(pack.read_text().replace("\nclocks:\n", f"\n{CLOCKS}", 1))
        place = area.PROVIDERS["rosewood-house"]
        cls.a.enrol("rosewood-house", "provider", locations=place, second_address=OFFICE)
        cls.a.enrol(OFFICE, "provider", locations=[*place, "1-999000009"])
        cls.a.start()
        cls.folder = tempfile.TemporaryDirectory(prefix="triage-cli-")
        for name in cls.a.keys:
            cls.profile(name, **({"endpoint": cls.a.intake} if name == OFFICE else {}))

    def decided(self, **changes):
        reference = self.submit(area.concern(**changes))
        self.as_("mash-desk", "take", reference, *MARSH)
        self.as_("mash-desk", "decide", reference, *MET, *MARSH)
        return reference

    def by_family(self):
        return self.decided(source_of_risk={"category": "SOURCE_CATEGORY_FAMILY", "still_has_access": "ANSWER_NO",
                                            "person_name": "Alan Invented"})

    def call(self, reference):
        r = self.as_("mash-desk", "case", reference, "--reason", "a test", "--json", *MARSH)
        return next((e for e in json.loads(r.stdout).get("errands", []) if e["kind"] == "call"), None)

    def calls(self):
        return self.as_("mash-desk", "tasks", "mash", "--kind", "call").stdout

    def told(self):
        return [json.loads(n) for n in self.as_(OFFICE, "notices", "--after", "0", "--json").stdout.splitlines()]

    def until(self, what, seconds=100):
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end:
            time.sleep(1)  # each look is an event of the case, and a timeline tells 256
        self.assertTrue(what())

    def test_a_second_address_has_its_own_time_then_somebody_rings(self):
        reference = self.by_family()
        self.until(lambda: self.call(reference))
        waiting = self.call(reference)
        self.assertEqual((waiting["state"], waiting["who"], waiting["why"]), ("waiting", OFFICE, "decision_unread"))
        self.assertNotIn(reference, self.calls(), "nobody need ring yet")
        self.assertIn("does not have it", self.as_("mash-desk", "case", reference, "--reason", "a test", *MARSH).stdout)
        notice = next(n for n in self.told() if n["reference"] == reference)
        self.assertEqual(notice["code"], "decision_unread")
        for word in ("Ada", "Fernsby", "Alan", "enquiry", "met", "section 42", "COLOUR"):
            self.assertNotIn(word, json.dumps(notice))
        self.assertEqual(set(notice) - {"cursor", "reference", "code", "at_ms", "title", "text"}, set())
        self.as_(OFFICE, "status", reference, code=6)
        self.until(lambda: self.call(reference).get("reached"))
        self.until(lambda: self.call(reference)["state"] == "open")
        self.assertEqual(self.call(reference)["who"], OFFICE)
        self.assertRegex(self.calls(), rf"{reference}.*second address {OFFICE} has it")
        events = json.loads(self.as_("mash-desk", "case", reference, "--reason", "a test", "--timeline", "--json",
                                     *MARSH).stdout)["timeline"]
        self.assertLess([e["event"] for e in events].index("second_address_told"),
                        [e["event"] for e in events].index("call_due"))

    def test_read_in_that_time_nobody_rings(self):
        reference = self.by_family()
        self.until(lambda: self.call(reference))
        self.as_("rosewood-house", "notices", "--read", "Duty manager")
        self.until(lambda: self.call(reference)["state"] == "done")
        self.assertNotIn(reference, self.calls())

    def test_nobody_hears_of_it_where_the_source_may_work_there(self):
        management = {"organisation": "Rosewood House"}
        silent = [self.decided(), self.decided(source_of_risk={}), *(
            self.decided(source_of_risk={"category": "SOURCE_CATEGORY_FAMILY"},
                         referrer={**management, "management_may_be_involved": answer})
            for answer in ("ANSWER_YES", "ANSWER_NOT_KNOWN", "ANSWER_UNSPECIFIED"))]
        for reference in silent:
            self.until(lambda r=reference: self.call(r))
            self.assertEqual((self.call(reference)["state"], self.call(reference).get("who", "")), ("open", ""))
        self.assertFalse({n["reference"] for n in self.told()} & set(silent))

    def test_a_second_address_that_leaves_is_passed_over(self):
        self.a.enrol(OFFICE, "provider", status="revoked", keys=self.a.keys[OFFICE], locations=["1-999000001"])
        with self.a.operator_client() as operator:
            self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK")
        try:
            reference = self.by_family()
            self.until(lambda: self.call(reference))
            self.assertEqual(self.call(reference)["state"], "open")
        finally:
            self.a.enrol(OFFICE, "provider", keys=self.a.keys[OFFICE], locations=["1-999000001"])
            with self.a.operator_client() as operator:
                operator.request("reload", {})


if __name__ == "__main__":
    unittest.main()

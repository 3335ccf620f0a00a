"""Figures of a council's work: what `triage report` counts, from the daemon and from a copy of its ledger."""
import csv
import datetime
import io
import json
import re
import unittest

import area
from command import Command


class Report(Command):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        for i in range(3):
            test.submit(test.about(f"Ida Countwell {i}"))
        test.done = test.submit(test.about("Ned Countwell"), provider="brightwater-homecare")
        test.close(test.done)
        cls.done = test.done

    def runTest(self):
        """So that a case can be made without a method's name."""

    @staticmethod
    def about(name):
        return area.concern(adults=[{**area.concern()["adults"][0], "name": name}])

    def report(self, kind, *words, name="key-heron"):
        r = json.loads(self.as_(name, "report", kind, "--json", *words).stdout)
        return {(row.get("group", ""), row.get("colour", "")): row for row in r.get("rows", [])}

    def test_what_happened_is_what_is_counted(self):
        row = self.report("timeliness")["", ""]
        self.assertEqual((row["arrived"], row["decided"], row["waiting"]), (4, 1, 3))
        waits = {w["what"]: w for w in row["waits"]}
        self.assertEqual((waits["decision"]["begun"], waits["decision"]["over"]), (4, 1))
        self.assertNotIn("half_reached", waits["decision"], "three of four still wait")
        self.assertTrue(waits["enquiry"]["half_reached"])
        self.assertEqual((row["notices_owed"], row["notices_told"], row.get("notices_unread", 0)), (1, 1, 0))
        self.assertEqual(sum(row["waiting_by_age"]), 3)

    def test_each_team_and_worker_has_figures_of_its_own(self):
        self.assertEqual({g for g, _ in self.report("backlog", "--by", "team")}, {"mash"})
        by = self.report("timeliness", "--by", "worker")
        self.assertEqual({g for g, _ in by}, {"", "w-marsh"})
        self.assertEqual(by["w-marsh", ""]["decided"], 1)

    def test_quality_is_so_many_of_so_many_by_any_group(self):
        first = self.report("quality")["", ""]["quality"]
        self.assertEqual((first["received"], first["met"], first["undecided"]), (4, 1, 3))
        self.assertEqual((first["ended"], first["fully"], first.get("raised", 0)), (1, 1, 0))
        self.assertEqual((first["adult_told"], first.get("advocate", 0), first.get("remained", 0)), (1, 0, 0))
        self.assertRegex(self.as_("key-heron", "report", "quality").stdout, "(?s)done for the adult.*told.*with a plan.*1 of 1 ")
        by = {group: row["quality"] for (group, _), row in self.report("quality", "--by", "provider").items()}
        self.assertEqual(set(by), {"rosewood-house", "brightwater-homecare"})
        self.assertEqual((by["rosewood-house"]["undecided"], by["brightwater-homecare"]["met"]), (3, 1))
        rules = self.report("quality", "--by", "rule")
        self.assertTrue(all(re.fullmatch(r"[a-z_]+ \d+", group) for group, _ in rules), rules)
        self.assertIn("met", {group for group, _ in self.report("quality", "--by", "decision")})
        self.assertIn("1 of 1", self.as_("key-heron", "report", "quality").stdout, "no share of one")

    def test_an_earlier_day_has_what_that_day_had(self):
        self.assertEqual(self.report("backlog", "--from", "2020-01-01", "--to", "2021-01-01"), {})

    def test_managers_and_auditors_read_them_and_operators_count(self):
        self.report("notices", name="auditor")
        self.assertIn("Managers and auditors", self.as_("mash-desk", "report", "backlog", code=3).stderr)
        self.assertIn("Managers and auditors",
                      self.as_("mash-desk", "report", "backlog", "--worker", "w-marsh", code=3).stderr)
        self.as_("mash-desk", "report", "backlog", "--worker", "m-heron")
        counted = self.run_triage("report", "backlog", "--json", "--operator", self.a.operator)
        self.assertNotIn("waits", counted.stdout)
        for by in "worker", "provider", "rule", "decision":
            self.run_triage("report", "backlog", "--by", by, "--operator", self.a.operator, code=3)
        for provider in "rosewood-house", "brightwater-homecare":
            self.as_(provider, "report", "quality", "--by", "provider", code=3)

    def test_a_community_manager_counts_the_own_teams_alone(self):
        rows = self.report("backlog", "--worker", "m-alder", name="east-desk")
        self.assertEqual(rows, {}, "all four are with the mash")

    def test_who_leaves_before_the_answer_holds_up_nobody(self):
        for _ in range(20):
            with self.a.client("key-heron") as c:
                c.send("report", {})
        self.assertEqual(self.report("backlog")["", ""]["arrived"], 4)

    def test_what_cannot_be_asked_is_refused_by_its_option(self):
        for words, said in ((("backlog", "--by", "colour"), "--by"), (("backlog", "--from", "2026-02-30"), "--from"),
                            (("backlog", "--to", "yesterday"), "--to"), (("bakclog",), "bakclog"),
                            (("backlog", "--from", "2026-03-01", "--to", "2026-02-01"), "--from"),
                            (("backlog", "--csv", "--json"), "--csv"), (("backlog", "--file", "/nowhere"), "--key")):
            self.assertIn(said, self.as_("key-heron", "report", *words, code=2).stderr, words)

    def test_tables_fit_a_terminal_and_a_spreadsheet(self):
        for kind in ("timeliness", "backlog", "notices", "quality"):
            text = self.as_("key-heron", "report", kind, "--by", "worker").stdout
            self.assertLessEqual(max(map(len, text.splitlines())), 90, text)
            rows = list(csv.reader(io.StringIO(self.as_("key-heron", "report", kind, "--csv").stdout)))
            self.assertGreater(len(rows), 1)
            self.assertEqual({len(r) for r in rows}, {len(rows[0])})
        self.assertIn("Kaplan", self.run_triage("report", "figures").stdout)

    def returns(self, *words, name="key-heron", **more):
        return self.as_(name, "report", "returns", "--year", self.year(), *words, **more)

    @staticmethod
    def year():
        today = datetime.date.today()
        year = today.year - (today.month < 4)
        return f"{year}-{(year + 1) % 100:02}"

    def test_the_return_counts_what_is_known_and_names_what_is_not(self):
        before = json.loads(self.returns("--json").stdout)
        cells = {(c["table"], c["category"], c.get("subcategory", "")): c.get("value", 0) for c in before["cells"]
                 if c["enquiry_type"] != "Safeguarding Concerns"}
        self.assertEqual(cells["SG1f", "Total Number of Section 42 Safeguarding Enquiries", ""], 1)
        self.assertEqual(cells["SG2e", "Risk removed", ""], 1)
        self.assertEqual(cells["SG4a", "Yes they were asked and outcomes were expressed", "Fully Achieved"], 1)
        lacks = {g["lacks"] for g in before["gaps"] if g["reference"] == self.done}
        self.assertIn("whether action was taken", lacks)
        self.assertIn("the ethnicity", lacks)
        self.assertIn(self.done, self.returns().stdout)
        who = ("--worker", "w-marsh")
        self.as_("mash-desk", "complete", self.done, *who, code=3)
        self.as_("mash-desk", "complete", self.done, "--type", "no_such", *who, code=2)
        self.as_("mash-desk", "complete", self.done, "--action-taken", "yes", "--location", "own_home", "--location",
                 "other", "--gender", "female", "--ethnicity", "white", "--support-reason", "physical", *who)
        after = json.loads(self.returns("--json").stdout)
        self.assertFalse([g for g in after.get("gaps", []) if g["reference"] == self.done], after.get("gaps"))
        cells = {(c["table"], c["category"], c.get("subcategory", "")): c.get("value", 0) for c in after["cells"]
                 if c["enquiry_type"] != "Safeguarding Concerns"}
        self.assertEqual(cells["SG2b", "Own Home", "Service Provider"], 1)
        self.assertEqual(cells["SG2b", "Other", "Service Provider"], 1)
        self.assertEqual(cells["SG2c", "Risk identified and action taken", ""], 1)

    def test_the_return_is_written_as_it_is_published(self):
        r = self.returns("--csv", "--la-code", "999", "--la-name", "Example, shire")
        rows = list(csv.DictReader(io.StringIO(r.stdout)))
        self.assertEqual(list(rows[0]), ["GEOGRAPHY", "COUNCIL_TYPE", "REGION_CODE", "REGION_NAME", "ONS_CODE", "LA_CODE",
                                         "LA_NAME", "TABLE_REFERENCE", "ENQUIRY_TYPE", "CATEGORY", "SUBCATEGORY", "VALUE"])
        self.assertEqual({x["LA_NAME"] for x in rows}, {"Example, shire"})
        order = [(x["TABLE_REFERENCE"], x["ENQUIRY_TYPE"], x["CATEGORY"], x["SUBCATEGORY"]) for x in rows]
        self.assertEqual(order, sorted(order))
        self.assertEqual({x["VALUE"] for x in rows}, {"[c]"}, "fewer than five are not told")
        exact = list(csv.DictReader(io.StringIO(self.returns("--csv", "--exact").stdout)))
        self.assertIn("4", {x["VALUE"] for x in exact})
        self.assertEqual(len(exact), len(rows))

    def test_the_return_is_for_managers_and_auditors_and_a_year_that_has_begun(self):
        self.returns(name="auditor")
        self.assertIn("Managers", self.returns(name="mash-desk", code=3).stderr)
        for year in ("2026", "2026-28", "26-27", "next"):
            self.assertIn("--year", self.as_("auditor", "report", "returns", "--year", year, code=2).stderr)
        self.assertIn("--year", self.as_("auditor", "report", "returns", code=2).stderr)
        self.assertIn("returns.year", self.as_("auditor", "report", "returns", "--year", "2999-00", code=3).stderr)

    def test_a_copy_of_the_ledger_gives_the_same_figures(self):
        period = ("--from", "2026-01-01", "--to", "2999-01-01T00:00:00Z", "--by", "team")
        live = self.report("timeliness", *period)
        returns = json.loads(self.returns("--json").stdout)
        self.a.stop()
        try:
            copy = ("--file", self.a.folder / "ledger", "--key", self.a.folder / "keys/master.key")
            r = self.run_triage("report", "timeliness", "--json", *period[:2], "--by", "team", *copy)
            offline = json.loads(self.run_triage("report", "returns", "--year", self.year(), "--json", *copy, "--area-key",
                                                 self.a.folder / "keys/area.key").stdout)
            nameless = self.run_triage("report", "returns", "--year", self.year(), *copy).stdout
            self.run_triage("report", "backlog", "--file", self.a.folder / "ledger", "--key",
                            self.a.folder / "keys/area.key", code=5)
        finally:
            self.a.start()
        self.assertEqual(offline["cells"], returns["cells"])
        self.assertEqual(offline.get("gaps"), returns.get("gaps"))
        self.assertNotIn("SC-", nameless.replace("REF", ""))
        rows = {(row["group"], row.get("colour", "")): row for row in json.loads(r.stdout)["rows"]}
        for key, row in rows.items():  # what still waits has waited longer by now
            self.assertEqual({k: v for k, v in row.items() if k != "waits"},
                             {k: v for k, v in live[key].items() if k != "waits"})
            self.assertEqual([(w["what"], w["begun"], w.get("over", 0)) for w in row["waits"]],
                             [(w["what"], w["begun"], w.get("over", 0)) for w in live[key]["waits"]])


if __name__ == "__main__":
    unittest.main()

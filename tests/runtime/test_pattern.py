"""What belongs together, through the real daemon and the command: several who tell of one incident."""
import json
import unittest

import area
import command


class Pattern(command.Command):
    def person(self, name, **more):
        return [{**area.concern()["adults"][0], "name": name, **more}]

    def test_hospital_and_home_tell_of_one_fall_and_each_hears_the_decision(self):
        home = self.submit(area.concern(adults=self.person("Ida Example", nhs_number="999 000 0018")))
        hospital = self.submit(area.concern(adults=self.person("Ida Example")), provider="st-anselm-hospital")
        seen = json.loads(self.as_("mash-desk", "links", hospital, "--json").stdout)["links"]
        self.assertEqual(seen["case"]["twin"], home)
        self.assertIn("same_name_and_birth_date", seen["candidates"][0]["reasons"])
        self.assertIn("may be the same incident", self.as_("mash-desk", "links", hospital).stdout)
        by = ("--worker", "w-marsh")
        self.as_("mash-desk", "link", hospital, "--to", home, "--reason", "the same fall", *by)
        queue = self.as_("mash-desk", "queue", "mash").stdout
        self.assertIn("+1 linked", queue)
        self.assertNotIn(hospital, queue)
        refused = self.as_("mash-desk", "take", hospital, "--json", *by, code=3)
        self.assertIn("follows another case", refused.stdout)
        self.as_("mash-desk", "take", home, *by)
        self.as_("mash-desk", "decide", home, *command.MET, *by)
        told = self.as_("st-anselm-hospital", "notices", "--json").stdout
        self.assertEqual([json.loads(n)["code"] for n in told.splitlines() if hospital in n], ["screened", "met"])
        self.assertNotIn(home, told)

    def test_a_thread_is_unlinked_by_a_manager_alone(self):
        a = self.submit(area.concern(adults=self.person("Olaf Example")))
        b = self.submit(area.concern(adults=self.person("Olaf Example")), provider="brightwater-homecare")
        self.as_("mash-desk", "link", b, "--to", a, "--reason", "one fall", "--worker", "w-marsh")
        self.as_("mash-desk", "unlink", b, "--reason", "two falls", "--worker", "w-marsh", code=3)
        self.as_("key-heron", "unlink", b, "--reason", "two falls")
        self.assertIn(b, self.as_("mash-desk", "queue", "mash").stdout)

    def test_two_adults_and_one_carer_open_a_record_that_a_manager_scopes_and_closes(self):
        carer = {**area.concern()["source_of_risk"], "person_name": "An Invented Carer"}
        refs = [self.submit(area.concern(adults=self.person(f"Una Example {n}"), source_of_risk=carer),
                            provider="brightwater-homecare") for n in range(2)]
        orgs = json.loads(self.as_("mash-desk", "orgs", "--json").stdout)["orgs"]["orgs"]
        org = next(o for o in orgs if o["rule"] == "adults_with_the_same_source")
        self.assertEqual(org["place"], "1-999000002")
        ref = org["headline"]["reference"]
        self.as_("brightwater-homecare", "status", ref, code=6)
        self.as_("mash-desk", "org", ref, "--act", "scope", "--review", "2099-01-01", "--reason", "both at night",
                 "--worker", "w-marsh", code=3)
        self.as_("key-heron", "org", ref, "--act", "scope", "--review", "2099-01-01", "--reason", "both at night")
        shown = self.as_("mash-desk", "orgs", "--ref", ref).stdout
        self.assertIn("m-heron", shown)
        for r in refs:
            self.assertIn(r, shown)
        self.as_("key-heron", "org", ref, "--act", "close", "--reason", "done", code=3)
        for r in refs:
            self.as_("key-heron", "org", r, "--act", "detach", "--reason", "another carer after all")
        self.as_("key-heron", "org", ref, "--act", "close", "--reason", "nothing in it")
        told = self.as_("brightwater-homecare", "notices", "--json").stdout
        self.assertEqual({json.loads(n)["code"] for n in told.splitlines() if any(r in n for r in refs)}, {"screened"})


if __name__ == "__main__":
    unittest.main()

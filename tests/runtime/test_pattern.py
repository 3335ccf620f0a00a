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


if __name__ == "__main__":
    unittest.main()

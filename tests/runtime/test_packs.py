"""Other rules come into force by two managers; what was decided under the old ones keeps them."""
import json
import re
import shutil
import unittest

import area
from command import Command
from triage_client import STATUS
from working import Working


def digest_of(reply):
    return reply.pack.proposal.pack.digest


class Packs(Working):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a.add_worker("m-sloe", "mash_manager", ["mash"])
        cls.a.enrol("key-sloe", "manager", teams=["mash"], worker="m-sloe")
        with cls.a.operator_client() as operator:
            assert STATUS(operator.request("reload", {}).status) == "STATUS_OK"

    def setUp(self):
        super().setUp()
        self.heron, self.sloe = self.connect("key-heron"), self.connect("key-sloe")

    def install(self, name, change=None):
        """The rules in force with one file changed: by default so that they say the same."""
        folder = self.a.folder / "packs" / name
        shutil.copytree(self.a.folder / "policy", folder)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        rating = folder / "rating.dmn"
        rating.write_text(change(rating.read_text()) if change else f"{rating.read_text()}<!-- {name} -->\n")
        return folder

    def propose(self, name, by=None):
        return (by or self.heron).request("propose_pack", {"pack": name, "reason": "As the board decided."})

    def activate(self, digest, by=None, worker=""):
        import base64
        return (by or self.sloe).request("activate_pack", {"digest": base64.b64encode(digest).decode(),
                                                           "reason": "Read, and agreed."}, worker=worker)

    def in_force(self):
        return self.mash.request("pack_status", {}, worker="w-marsh").pack

    def test_two_managers_put_a_pack_in_force_and_a_restart_keeps_it(self):
        before = self.provider.submit(area.concern())
        self.install("spring")
        proposed = self.ok(self.propose("spring"))
        self.assertEqual(proposed.pack.proposal.by, "m-heron")
        self.assertEqual(self.provider.submit(area.concern()).policy.digest, before.policy.digest)
        done = self.ok(self.activate(digest_of(proposed)))
        self.assertEqual((done.pack.proposed_by, done.pack.activated_by), ("m-heron", "m-sloe"))
        self.assertFalse(done.pack.HasField("proposal"))
        after = self.provider.submit(area.concern())
        self.assertNotEqual(after.policy.digest, before.policy.digest)
        self.assertEqual(after.policy.digest[:8], digest_of(proposed))
        self.ok(self.activate(digest_of(proposed)))  # the same again is harmless
        for reference, stamp in ((before.adults[0].reference, before.policy), (after.adults[0].reference, after.policy)):
            look = self.ok(self.mash.request("look", {"reference": reference, "reason": "Reading."}, worker="w-marsh"))
            self.assertEqual(look.look.assessment.policy.digest, stamp.digest)
        self.assertEqual(self.a.stop(), 0)
        self.a.start()
        self.setUp()
        self.assertEqual(self.provider.submit(area.concern()).policy.digest, after.policy.digest)
        with self.a.operator_client() as operator:
            verified = self.ok(operator.request("verify", {}))
            self.assertEqual(verified.verify.problem, "")

    def test_nobody_seconds_themselves_and_a_desk_speaks_for_no_manager(self):
        self.install("alone")
        digest = digest_of(self.ok(self.propose("alone")))
        for by, worker in ((self.heron, ""), (self.mash, "m-heron"), (self.mash, "w-marsh"), (self.provider, "")):
            refused = self.activate(digest, by, worker)
            self.assertEqual(STATUS(refused.status), "STATUS_FORBIDDEN", refused.text)
            self.assertTrue(refused.text)
        self.assertEqual(STATUS(self.propose("alone", self.mash).status), "STATUS_FORBIDDEN")
        self.assertTrue(self.in_force().HasField("proposal"))
        self.ok(self.sloe.request("withdraw_pack", {"reason": "Not yet."}))
        self.assertEqual(STATUS(self.activate(digest).status), "STATUS_CONFLICT")

    def test_a_pack_that_cannot_be_used_changes_nothing_and_says_where(self):
        digest = self.in_force().in_force.digest
        self.install("broken", lambda text: re.sub(r"(?s)(<inputEntry[^>]*>\s*<text>)([^<]+)", r"\1\2 +", text, count=1))
        refused = self.propose("broken")
        self.assertEqual(STATUS(refused.status), "STATUS_INVALID")
        self.assertRegex(refused.problems[0].text, r"rating\.dmn:\d+: table \w+, row \d+, column \d+: ")
        for name, status in (("nowhere", "STATUS_NOT_FOUND"), ("../policy", "STATUS_INVALID"), ("", "STATUS_INVALID")):
            self.assertEqual(STATUS(self.propose(name).status), status)
        self.assertEqual(self.in_force().in_force.digest, digest)

    def test_what_was_proposed_is_what_comes_into_force_or_nothing_does(self):
        folder = self.install("moving")
        digest = digest_of(self.ok(self.propose("moving")))
        (folder / "rating.dmn").write_text((folder / "rating.dmn").read_text() + "<!-- changed meanwhile -->\n")
        self.assertEqual(STATUS(self.activate(digest).status), "STATUS_NOT_FOUND")
        self.install("other")
        second = digest_of(self.ok(self.propose("other")))
        self.assertNotEqual(second, digest)
        self.assertEqual(STATUS(self.activate(digest).status), "STATUS_CONFLICT")
        self.ok(self.heron.request("withdraw_pack", {"reason": "A test."}))

    def test_a_reload_is_no_way_round_two_managers(self):
        digest = self.provider.submit(area.concern()).policy.digest
        rating = self.a.folder / "policy/rating.dmn"
        whole = rating.read_text()
        try:
            rating.write_text(whole + "<!-- changed in place -->\n")
            with self.a.operator_client() as operator:
                reply = operator.request("reload", {})
                self.assertEqual(self.provider.submit(area.concern()).policy.digest, digest)
                if self.in_force().activated_by == "":  # the files changed are those in force
                    self.assertNotEqual(STATUS(reply.status), "STATUS_OK")
                    self.assertIn("triage policy propose", " ".join(reply.reload.problems))
        finally:
            rating.write_text(whole)

    def test_rules_without_their_files_are_refused_at_start_with_the_remedy(self):
        with area.Area() as a:
            with a.client("rosewood-house") as c:
                c.submit(area.concern())
            self.assertEqual(a.stop(), 0)
            rating = a.folder / "policy/rating.dmn"
            whole = rating.read_text()
            rating.write_text(whole + "<!-- changed in place -->\n")
            a.start(wait=False)
            self.assertEqual(a.ended(), 78)
            self.assertIn("triage policy propose", a.log_text())
            rating.write_text(whole)
            a.start()


class Replays(Working):
    def greener(self, text):
        """Every row of the rating table that says amber says green."""
        head, table, tail = re.split(r"(?s)(<decision [^>]*name=\"rating\".*?</decision>)", text, maxsplit=1)
        return head + table.replace('<text>"amber"</text>', '<text>"green"</text>') + tail

    def install(self, name, change):
        folder = self.a.folder / "packs" / name
        shutil.copytree(self.a.folder / "policy", folder)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "rating.dmn").write_text(change((folder / "rating.dmn").read_text()))

    def replay(self, name, by=None, **more):
        changes, start = [], 0
        while True:
            reply = self.ok((by or self.connect("key-heron")).request("replay", {"pack": name, "from": start, **more}))
            changes += reply.replay.changes
            start = reply.replay.next
            if not start:
                return changes, reply.replay

    def test_other_rules_are_tried_on_the_record_and_nothing_is_written(self):
        before = {r.adults[0].reference: r.adults[0].colour
                  for r in (self.provider.submit(c) for c in (area.concern(), self.green(), area.red()))}
        self.install("greener", self.greener)
        self.install("same", lambda text: text + "<!-- the same -->\n")
        with self.a.operator_client() as operator:
            head = self.ok(operator.request("overview", {})).overview.head_seq
            changes, last = self.replay("greener")
            self.assertEqual(last.cases, 3)
            self.assertEqual({c.reference for c in changes}, {r for r, colour in before.items() if colour == 2})
            self.assertTrue(changes and all((c.colour_was, c.colour_would) == (2, 1) for c in changes))
            self.assertEqual(self.replay("same")[0], [])
            self.assertEqual(self.replay("greener", since_ms=str(2 ** 42))[0], [])
            counts, _ = self.replay("greener", by=operator)
            self.assertEqual({c.reference for c in counts}, {""})
            self.assertEqual(self.ok(operator.request("overview", {})).overview.head_seq, head)

    def test_who_may_not_and_what_is_not_there_is_said(self):
        for by, worker in ((self.provider, ""), (self.mash, "w-marsh")):
            self.assertEqual(STATUS(by.request("replay", {"pack": "same"}, worker=worker).status), "STATUS_FORBIDDEN")
        manager = self.connect("key-heron")
        self.assertEqual(STATUS(manager.request("replay", {"pack": "nowhere"}).status), "STATUS_NOT_FOUND")
        self.assertEqual(STATUS(manager.request("replay", {"pack": "../x"}).status), "STATUS_INVALID")


class PacksCommand(Command):
    def test_the_command_tries_other_rules_on_the_record_and_on_a_copy(self):
        reference = self.submit()
        folder = self.a.folder / "packs/greener"
        shutil.copytree(self.a.folder / "policy", folder)
        rating = folder / "rating.dmn"
        rating.write_text(Replays.greener(self, rating.read_text()))
        shown = self.as_("key-heron", "policy", "replay", "greener").stdout
        self.assertIn(reference, shown)
        self.assertRegex(shown, r"1 cases looked at, 1 would|colour: amber -> green")
        data = json.loads(self.as_("key-heron", "policy", "replay", "greener", "--json").stdout)
        self.assertEqual(data["totals"]["colour: amber -> green"], len(data["changes"]))
        self.as_("key-heron", "policy", "replay", "greener", "--since", "soon", code=2)
        self.assertEqual(self.a.stop(), 0)
        copy = self.a.folder / "copy"
        shutil.copytree(self.a.folder / "ledger", copy)
        self.a.start()
        on_copy = ("policy", "replay", folder, "--file", copy, "--key", self.a.folder / "keys/master.key")
        self.assertIn("amber -> green", self.run_triage(*on_copy, "--against", self.a.folder / "policy").stdout)
        self.run_triage(*on_copy, code=2)

    def test_the_command_proposes_shows_and_puts_in_force(self):
        shutil.copytree(self.a.folder / "policy", self.a.folder / "packs/autumn")
        (self.a.folder / "packs/autumn/pack.yaml").write_text(
            re.sub(r"(?m)^version:.*$", "version: autumn-test", (self.a.folder / "policy/pack.yaml").read_text()))
        self.a.add_worker("m-sloe", "mash_manager", ["mash"])
        self.a.enrol("key-sloe", "manager", teams=["mash"], worker="m-sloe")
        self.run_triage("reload", "--operator", self.a.operator)
        self.profile("key-sloe")
        shown = self.as_("key-heron", "policy", "propose", "autumn", "--reason", "falls").stdout
        self.assertIn("autumn-test", shown)
        digest = re.search(r"proposed: .*\n  digest ([0-9a-f]{16})", shown)[1]
        self.assertIn("m-heron", self.run_triage("policy", "status", "--operator", self.a.operator).stdout)
        alone = self.as_("key-heron", "policy", "activate", digest, "--reason", "mine", code=3)
        self.assertIn("another manager", alone.stderr)
        self.as_("key-sloe", "policy", "activate", "xyz", "--reason", "no", code=2)
        self.as_("key-sloe", "policy", "activate", digest, code=2)
        self.as_("key-heron", "policy", "propose", "autumn", code=2)
        done = self.as_("key-sloe", "policy", "activate", digest, "--reason", "Read, and agreed.").stdout
        self.assertIn("autumn-test", done)
        self.assertIn("proposed by m-heron, put in force by m-sloe", done)


if __name__ == "__main__":
    unittest.main()

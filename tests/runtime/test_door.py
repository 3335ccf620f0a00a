"""Who gets in, and what a key may see: strangers, revocation, rotation, roles, others' references."""
import time
import unittest

import zmq

import area
import triage_client
from triage_client import STATUS


def silent(client, seconds=1.0):
    """True when nothing at all comes back."""
    client.send("hello", {"version": 1})
    return client.receive(seconds) is None


class Door(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()

    def test_a_strangers_key_is_refused_and_counted(self):
        before = self.a.metric("triaged_handshakes_failed_total", reason="auth")
        for endpoint in (self.a.intake, self.a.desk):
            with triage_client.Client(endpoint, self.a.server_key, *zmq.curve_keypair()) as c:
                self.assertTrue(silent(c))
        self.assertGreater(self.a.metric("triaged_handshakes_failed_total", reason="auth"), before)

    def test_without_curve_nothing_is_answered(self):
        with triage_client.Client(self.a.intake) as c:
            self.assertTrue(silent(c))

    def test_with_the_wrong_server_key_nothing_is_answered(self):
        public, secret = self.a.keys["rosewood-house"]
        with triage_client.Client(self.a.intake, zmq.curve_keypair()[0], public, secret) as c:
            self.assertTrue(silent(c))

    def test_a_provider_is_not_let_in_at_the_desks_door_nor_a_desk_at_the_providers(self):
        for name, endpoint in (("rosewood-house", self.a.desk), ("mash-desk", self.a.intake)):
            with triage_client.Client(endpoint, self.a.server_key, *self.a.keys[name]) as c:
                self.assertTrue(silent(c), name)

    def test_hello_says_who_is_seen_and_the_limits(self):
        with self.a.client("rosewood-house") as c:
            h = c.greeting.hello
            self.assertEqual((h.version, h.principal, h.role, h.area), (1, "rosewood-house", "provider", "testshire"))
            self.assertGreater(h.limits.message_bytes_max, 0)
            self.assertEqual(len(h.ledger_id), 16)
            self.assertTrue(h.council_telephone)

    def test_a_version_not_spoken_here_is_said(self):
        with self.a.client("rosewood-house") as c:
            self.assertEqual(STATUS(c.hello(version=99).status), "STATUS_VERSION")

    def test_a_principal_sees_only_its_own_and_others_references_do_not_exist(self):
        with self.a.client("rosewood-house") as mine, self.a.client("brightwater-homecare") as other:
            reference = mine.submit(area.concern()).adults[0].reference
            self.assertEqual(STATUS(mine.request("status", {"reference": reference}).status), "STATUS_OK")
            theirs = other.request("status", {"reference": reference})
            nothing = other.request("status", {"reference": "SC-2222-2222"})
            self.assertEqual(STATUS(theirs.status), "STATUS_NOT_FOUND")
            self.assertEqual((theirs.status, theirs.text), (nothing.status, nothing.text))
            for body in ({"reference": reference, "text": "x", "key": "AZOhX0kAcAGAAQIDBAUGBw=="},):
                self.assertEqual(STATUS(other.request("supplement", body).status), "STATUS_NOT_FOUND")
            self.assertEqual(len(other.request("mine", {"limit": 100}).mine.cases), 0)

    def test_roles_hold_on_every_command(self):
        with self.a.client("rosewood-house") as p, self.a.client("mash-desk") as d, self.a.client("auditor") as u:
            self.assertEqual(STATUS(p.request("queue", {"team": "mash"}).status), "STATUS_FORBIDDEN")
            self.assertEqual(STATUS(p.request("overview", {}).status), "STATUS_FORBIDDEN")
            self.assertEqual(STATUS(d.request("submit", {"submissions": [d.submission(area.concern())]}).status),
                             "STATUS_FORBIDDEN")
            self.assertEqual(STATUS(d.request("queue", {"team": "community_east"}).status), "STATUS_NOT_FOUND")
            claim = u.request("claim", {"team": "mash", "next": 1}, worker="w-marsh")
            self.assertEqual(STATUS(claim.status), "STATUS_FORBIDDEN")

    def test_whom_the_council_has_is_told_to_its_staff_each_of_their_own_teams_and_to_managers(self):
        def ids(reply):
            self.assertEqual(STATUS(reply.status), "STATUS_OK", reply.text)
            return [w.id for w in reply.workers.workers]
        self.a.enrol("portal", "portal", teams=["mash", "community_east"])
        self.a.add_worker("w-gone", "mash_worker", ["mash"], status="left")
        with self.a.operator_client() as operator:
            operator.request("reload", {})
        with self.a.client("rosewood-house") as p, self.a.client("mash-desk") as d, self.a.client("portal") as o:
            self.assertEqual(STATUS(p.request("teams", {}).status), "STATUS_FORBIDDEN")
            self.assertEqual(STATUS(p.request("workers", {}).status), "STATUS_FORBIDDEN")
            teams = {t.id: t for t in d.request("teams", {}).teams.teams}
            self.assertEqual((teams["community_east"].name, teams["community_east"].kind), ("Eastfield community team", 2))
            mine = d.request("workers", {"team": "mash"})
            self.assertEqual(ids(mine), ["m-heron", "w-gone", "w-marsh", "w-reed"])
            marsh = mine.workers.workers[2]
            self.assertEqual((marsh.name, marsh.grade, marsh.active, list(marsh.teams)), ("W-Marsh", "mash_worker", True, ["mash"]))
            self.assertFalse(mine.workers.workers[1].active)
            self.assertEqual(ids(d.request("workers", {"after": "w-gone", "limit": 1})), ["w-marsh"])
            self.assertTrue(d.request("workers", {"limit": 1}).workers.more)
            self.assertEqual(STATUS(d.request("workers", {"team": "community_east"}).status), "STATUS_FORBIDDEN")
            # A portal asks for whom it signed in: a worker about their own team, a manager about the others too.
            self.assertEqual(ids(o.request("workers", {}, worker="w-birch")), ["m-alder", "w-birch"])
            self.assertEqual(STATUS(o.request("workers", {"team": "mash"}, worker="w-birch").status), "STATUS_FORBIDDEN")
            self.assertEqual(ids(o.request("workers", {"team": "mash"}, worker="m-alder"))[0], "m-heron")
            self.assertEqual(STATUS(o.request("workers", {"team": "out_of_hours"}, worker="m-alder").status), "STATUS_FORBIDDEN")
        (self.a.folder / "workers" / "w-gone.yaml").unlink()

    def test_a_revoked_key_is_refused_from_its_next_message_on(self):
        with self.a.client("st-anselm-hospital") as c, self.a.operator_client() as operator:
            self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK")
            self.a.enrol("st-anselm-hospital", "provider", status="revoked", keys=self.a.keys["st-anselm-hospital"],
                         locations=area.PROVIDERS["st-anselm-hospital"])
            self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK")
            c.send("submit", {"submissions": [c.submission(area.concern())]})
            reply = c.receive(1.0)
            self.assertTrue(reply is None or STATUS(reply.status) == "STATUS_FORBIDDEN")
        with triage_client.Client(self.a.intake, self.a.server_key, *self.a.keys["st-anselm-hospital"]) as again:
            self.assertTrue(silent(again))
        self.a.enrol("st-anselm-hospital", "provider", locations=area.PROVIDERS["st-anselm-hospital"])
        with self.a.operator_client() as operator:
            operator.request("reload", {})
        with self.a.client("st-anselm-hospital") as rotated:
            self.assertEqual(rotated.greeting.hello.principal, "st-anselm-hospital")
            self.assertEqual(len(rotated.request("mine", {"limit": 10}).mine.cases), 1)

    def test_a_registry_file_written_by_hand_is_noticed_without_a_restart(self):
        self.a.enrol("late-comer", "provider")
        until = time.monotonic() + 10
        while time.monotonic() < until:
            c = triage_client.Client(self.a.intake, self.a.server_key, *self.a.keys["late-comer"])
            c.send("hello", {"version": 1})
            if c.receive(0.5) is not None:
                c.close()
                return
            c.close()
        self.fail("the new key was never let in")

    def test_a_broken_registry_changes_nothing_and_is_told(self):
        broken = self.a.folder / "principals" / "broken.yaml"
        broken.write_text("id: broken\nrole: emperor\n")
        broken.chmod(0o600)
        try:
            with self.a.operator_client() as operator:
                reply = operator.request("reload", {})
                self.assertNotEqual(STATUS(reply.status), "STATUS_OK")
                self.assertIn("broken.yaml", reply.text + " ".join(reply.reload.problems))
            with self.a.client("rosewood-house") as c:
                self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK")
        finally:
            broken.unlink()

    def test_an_operator_reads_no_content(self):
        with self.a.client("rosewood-house") as c, self.a.operator_client() as operator:
            reference = c.submit(area.concern()).adults[0].reference
            reply = operator.request("look", {"reference": reference, "reason": "curious"})
            self.assertEqual(STATUS(reply.status), "STATUS_FORBIDDEN")
            self.assertGreaterEqual(operator.request("overview", {}).overview.open_cases, 1)


if __name__ == "__main__":
    unittest.main()

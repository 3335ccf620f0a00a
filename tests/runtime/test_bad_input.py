"""What arrives broken, and what happens: an answer that names the place, and a daemon that goes on."""
import os
import random
import unittest

import zmq

import area
import triage_client
from triage_client import STATUS, envelope_pb2


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()

    def setUp(self):
        self.c = self.a.client("rosewood-house")
        self.addCleanup(self.c.close)

    def raw(self, frame):
        self.c.socket.send(frame)
        reply = self.c.receive(5)
        self.assertIsNotNone(reply, "no answer")
        return reply

    def alive(self):
        self.assertEqual(STATUS(self.c.submit(area.concern()).status), "STATUS_OK")

    def refused(self, concern, field, danger="ANSWER_NO"):
        receipt = self.c.submit(concern, danger=danger)
        self.assertEqual(STATUS(receipt.status), "STATUS_INVALID")
        named = [p for p in receipt.problems if p.refused and p.field == field]
        self.assertTrue(named, f"{field} not among {[p.field for p in receipt.problems]}")
        self.assertTrue(named[0].text and named[0].code)
        self.assertFalse(receipt.adults)

    def asked(self, concern, field):
        receipt = self.c.submit(concern)
        self.assertEqual(STATUS(receipt.status), "STATUS_OK")
        self.assertTrue([p for p in receipt.problems if not p.refused and p.field == field],
                        f"{field} not among {[p.field for p in receipt.problems]}")
        return receipt

    def adult(self, **changes):
        base = area.concern()
        base["adults"][0].update(changes)
        return base

    def submit_bytes(self, concern_bytes):
        r = envelope_pb2.Request(id=7)
        s = r.submit.submissions.add(key=triage_client.uuid7(), kind=1, concern=concern_bytes)
        del s
        return self.raw(r.SerializeToString())

    def test_truncated_and_random_bytes_are_malformed(self):
        whole = envelope_pb2.Request(id=1)
        whole.submit.submissions.add(key=triage_client.uuid7(), kind=1, concern=b"\x62\x03abc")
        data = whole.SerializeToString()
        rng = random.Random(7)
        for frame in [data[:-3], b"\xff" * 40, b"\x0a", *[rng.randbytes(rng.randrange(1, 400)) for _ in range(200)]]:
            self.c.socket.send(frame)
            reply = self.c.receive(5)
            self.assertIsNotNone(reply)
            self.assertNotEqual(STATUS(reply.status), "STATUS_OK")
        self.alive()

    def test_an_empty_frame_and_many_frames_are_malformed(self):
        self.assertIn(STATUS(self.raw(b"").status), ("STATUS_MALFORMED", "STATUS_INVALID"))
        self.c.socket.send_multipart([b"a", b"b", b"c"])
        self.assertEqual(STATUS(self.c.receive(5).status), "STATUS_MALFORMED")
        self.alive()

    def test_invalid_utf8_and_nul_name_the_field(self):
        for text in (b"\xc3\x28", b"a\x00b", b"\xed\xa0\x80"):
            reply = self.submit_bytes(b"\x5a\x03\x12\x01A" + b"\x62" + bytes([len(text)]) + text)
            receipt = reply.submit.receipts[0]
            self.assertEqual(STATUS(receipt.status), "STATUS_INVALID")
            self.assertEqual(receipt.problems[0].field, "what_happened")
        self.alive()

    def test_an_unknown_enum_and_an_unknown_field_name_the_field(self):
        reply = self.submit_bytes(b"\x5a\x03\x12\x01A" + b"\x38\x63")  # source_type = 99
        self.assertEqual(STATUS(reply.submit.receipts[0].status), "STATUS_INVALID")
        self.assertEqual(reply.submit.receipts[0].problems[0].field, "source_type")
        reply = self.submit_bytes(b"\x5a\x03\x12\x01A" + b"\x80\x7d\x01")  # field 2000
        self.assertIn(STATUS(reply.submit.receipts[0].status), ("STATUS_INVALID", "STATUS_MALFORMED"))
        self.alive()

    def test_ten_thousand_fields_and_deep_nesting_stay_in_their_budget(self):
        before = memory_kib(self.a.process.pid)
        for _ in range(20):
            reply = self.submit_bytes(b"\x5a\x00" * 10000)
            self.assertNotEqual(STATUS(reply.submit.receipts[0].status if reply.submit.receipts else reply.status),
                                "STATUS_OK")
        nested = b""
        for _ in range(60):
            nested = b"\x5a" + varint(len(nested)) + nested
        self.submit_bytes(nested)
        self.raw(b"\x5a" * 50000)
        self.alive()
        self.assertLess(memory_kib(self.a.process.pid) - before, 64 * 1024)

    def test_too_large_is_said_and_far_too_large_is_cut(self):
        receipt = self.c.submit(area.concern(what_happened="x" * 200000))
        self.assertIn(STATUS(receipt.status), ("STATUS_TOO_LARGE", "STATUS_INVALID"))
        self.alive()
        with triage_client.Client(self.a.intake, self.a.server_key, *self.a.keys["brightwater-homecare"]) as big:
            big.hello()
            big.socket.send(os.urandom(20 * 1024 * 1024))
            self.assertIsNone(big.receive(1))
        self.alive()

    def test_impossible_facts_are_refused_by_field(self):
        self.refused(self.adult(date_of_birth="2999-01-01"), "adults[0].date_of_birth")
        self.refused(self.adult(nhs_number="9990000000"), "adults[0].nhs_number")
        self.refused(self.adult(nhs_number="9999999999"), "adults[0].nhs_number")
        self.refused(area.concern(incident_ms=str(4102444800000)), "incident_ms")
        self.refused(area.concern(adults=[]), "adults")

    def test_doubtful_facts_are_stored_and_asked(self):
        self.asked(self.adult(postcode="NOWHERE"), "adults[0].postcode")
        self.asked(self.adult(date_of_birth="2014-03-03"), "adults[0].date_of_birth")
        self.asked(self.adult(date_of_birth="1941-02-30"), "adults[0].date_of_birth")

    def test_missing_facts_are_stored_and_rated_worst_case_over_the_unknown(self):
        receipt = self.c.submit({"adults": [{}], "what_happened": "We are worried."})
        self.assertEqual(STATUS(receipt.status), "STATUS_OK")
        self.assertEqual(receipt.adults[0].colour, 3, "red: danger is unknown")
        self.assertGreater(len(receipt.problems), 0)
        self.assertTrue(all(p.text.strip() for p in receipt.problems))

    def test_a_location_that_is_not_the_senders_is_refused(self):
        base = area.concern()
        base["referrer"]["location_id"] = "1-999000002"
        self.refused(base, "referrer.location_id")

    def test_unknown_references_teams_and_workers_are_said_by_name(self):
        with self.a.client("mash-desk") as d:
            self.assertEqual(STATUS(d.request("look", {"reference": "SC-0000-0000", "reason": "x"},
                                              worker="w-marsh").status), "STATUS_NOT_FOUND")
            nobody = d.request("claim", {"team": "mash", "next": 1}, worker="w-nobody")
            self.assertIn(STATUS(nobody.status), ("STATUS_FORBIDDEN", "STATUS_INVALID"))
            self.assertIn("worker", nobody.text + "".join(p.field for p in nobody.problems))


def varint(n):
    out = b""
    while True:
        out += bytes([n & 127 | (128 if n > 127 else 0)])
        n >>= 7
        if not n:
            return out


def memory_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


if __name__ == "__main__":
    unittest.main()

"""What an operator leans on: health, metrics, checks, logs without a name in them."""
import base64
import json
import os
import pathlib
import re
import subprocess
import unittest

import area
from triage_client import STATUS, concern_pb2, json_format

CANARY = "Zzyzx-Quagmire"


class Ops(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()

    def test_health_and_readiness_answer(self):
        self.assertEqual(self.a.http("/healthz")[0], 200)
        self.assertEqual(self.a.http("/readyz")[0], 200)
        self.assertEqual(self.a.http("/nothing")[0], 404)

    def test_metrics_are_prometheus_text_and_move(self):
        before = self.a.metric("triaged_receipts_total", status="ok")
        with self.a.client("rosewood-house") as c:
            c.submit(area.concern())
        self.assertEqual(self.a.metric("triaged_receipts_total", status="ok"), before + 1)
        text = self.a.http("/metrics")[1]
        for line in text.splitlines():
            self.assertRegex(line, r"^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+=\"[^\"]*\",?)*\})? -?[0-9.e+]+|)$")
        for name in ("triaged_queue_depth", "triaged_queue_oldest_seconds", "triaged_commit_seconds_bucket",
                     "triaged_notices_owed", "triaged_leases"):
            self.assertRegex(text, rf"(?m)^{name}")

    def test_check_accepts_this_area_and_print_config_can_be_read_back(self):
        config = self.a.folder / "triaged.yaml"
        self.assertEqual(self.run_daemon("--config", config, "--check").returncode, 0)
        printed = self.run_daemon("--config", config, "--print-config")
        self.assertEqual(printed.returncode, 0)
        copy = self.a.folder / "printed.yaml"
        copy.write_text(printed.stdout)
        self.assertEqual(self.run_daemon("--config", copy, "--check").returncode, 0)
        for setting in ("quota_per_minute", "low_water_bytes", "intake_endpoint"):
            self.assertIn(setting, printed.stdout)

    def test_a_wrong_setting_is_named_with_file_and_line(self):
        bad = self.a.folder / "bad.yaml"
        bad.write_text("area: testshire\nquota_per_minute: lots\nno_such_setting: 1\n")
        r = self.run_daemon("--config", bad, "--check")
        self.assertEqual(r.returncode, 78)
        self.assertRegex(r.stderr + r.stdout, r"bad\.yaml:2")

    @staticmethod
    def run_daemon(*arguments):
        return subprocess.run([area.BIN / "triaged", *map(str, arguments)], capture_output=True, text=True, timeout=30)

    @staticmethod
    def fill(message):
        """Every text of the schema, whatever it is meant for; then one of each list."""
        for f in message.DESCRIPTOR.fields:
            several = f.label == f.LABEL_REPEATED
            if f.type == f.TYPE_STRING:
                if several:
                    getattr(message, f.name).append(CANARY)
                else:
                    setattr(message, f.name, CANARY)
            elif f.type == f.TYPE_MESSAGE:
                list_ = getattr(message, f.name) if several else None
                inner = getattr(message, f.name) if not several else list_[0] if list_ else list_.add()
                inner.SetInParent()
                Ops.fill(inner)

    @staticmethod
    def clear(message, path):
        """What was refused, by the place that the refusal names."""
        *above, last = re.findall(r"(\w+)(?:\[(\d+)\])?", path)
        for name, index in above:
            message = getattr(message, name)[int(index)] if index else getattr(message, name)
        message.ClearField(last[0])

    def test_no_text_of_any_field_is_in_logs_metrics_errors_backups_or_files(self):
        with self.a.client("rosewood-house") as c, self.a.client("mash-desk") as d:
            said = json_format.ParseDict(area.concern(), concern_pb2.SafeguardingConcern())
            self.fill(said)
            for _ in range(60):
                submission = {**c.submission(area.concern()), "concern": base64.b64encode(said.SerializeToString()).decode()}
                reply = c.request("submit", {"submissions": [submission]})
                self.assertNotIn(CANARY, str(reply))
                receipt = reply.submit.receipts[0]
                if receipt.status == 0:
                    break
                refused = [p.field for p in [*receipt.problems, *reply.problems] if p.refused]
                self.assertTrue(refused, str(reply))
                self.clear(said, refused[0])
            self.assertEqual(receipt.status, 0, str(reply))
            kept = said.SerializeToString().count(CANARY.encode())
            self.assertGreater(kept, 20)
            reference = receipt.adults[0].reference
            claimed = d.request("claim", {"cases": [{"reference": reference}]}, worker="w-marsh").claim.claimed[0]
            self.assertEqual(claimed.concern.count(CANARY.encode()), kept)
        made = subprocess.run([area.BIN / "triage", "ledger", "backup", "--operator", self.a.operator], check=True,
                              capture_output=True, text=True, timeout=120)
        backup = pathlib.Path(made.stdout.strip())
        self.assertNotIn(CANARY, self.a.http("/metrics")[1])
        looked_at = [path for path in self.a.folder.rglob("*") if path.is_file()]
        self.assertIn(backup / "ledger.db", looked_at)
        for path in looked_at:
            self.assertNotIn(CANARY.encode(), path.read_bytes(), path)
        if not os.environ.get("TRIAGED_SANITIZED"):
            with open(f"/proc/{self.a.process.pid}/limits") as limits:
                self.assertRegex(limits.read(), r"Max core file size +0 +0 ")

    def test_nothing_a_person_wrote_is_in_logs_metrics_errors_or_files(self):
        with self.a.client("rosewood-house") as c, self.a.client("mash-desk") as d:
            said = area.concern(what_happened=CANARY, where=CANARY, correlation=CANARY)
            said["adults"][0].update(name=CANARY, address=CANARY, communication_needs=CANARY)
            said["referrer"].update(person_name=CANARY, telephone=CANARY)
            reference = c.submit(said).adults[0].reference
            bad = area.concern(what_happened=CANARY)
            bad["adults"][0].update(name=CANARY, nhs_number="9990000000")
            refused = c.submit(bad)
            self.assertEqual(STATUS(refused.status), "STATUS_INVALID")
            self.assertNotIn(CANARY, str(refused))
            claimed = d.request("claim", {"cases": [{"reference": reference}]}, worker="w-marsh").claim.claimed[0]
            self.assertIn(CANARY.encode(), claimed.concern)
            d.request("return_", {"hold": {"reference": reference, "expected_version": claimed.headline.version,
                                           "token": str(claimed.token)}, "reason": CANARY}, worker="w-marsh")
        self.assertNotIn(CANARY, self.a.http("/metrics")[1])
        self.assertNotIn(CANARY, self.a.log_text())
        for path in self.a.folder.rglob("*"):
            if path.is_file():
                self.assertNotIn(CANARY.encode(), path.read_bytes(), path)

    def test_every_log_line_is_one_json_object(self):
        lines = [line for line in self.a.log_text().splitlines() if line.strip()]
        self.assertGreater(len(lines), 0)
        for line in lines:
            entry = json.loads(re.sub(r"^<\d>", "", line))
            self.assertIn("event", entry)


if __name__ == "__main__":
    unittest.main()

"""Packs made to do harm: each is refused in a line that names its file, within limits of time and memory, by
`triage policy check` and by a daemon that reloads, whose running pack goes on as it was."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

import area
from triage_client import STATUS

PACK = pathlib.Path(__file__).resolve().parents[2] / "deploy/policy/default"
SANITIZED = bool(os.environ.get("TRIAGED_SANITIZED"))
CPU_SECONDS = 60 if SANITIZED else 10  # of the process: a busy machine does not count
PEAK_MIB = 1500 if SANITIZED else 400
NS = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" namespace="m"'


def model(body, head=""):
    return f"{head}<definitions {NS}>{body}</definitions>"


def literal(feel, name="rating"):
    return model(f'<decision id="d" name="{name}"><variable name="{name}"/><literalExpression><text>{feel}</text>'
                 "</literalExpression></decision>")


def table(rows):
    return model('<decision id="d" name="rating"><variable name="rating"/><decisionTable><input><inputExpression>'
                 f"<text>1</text></inputExpression></input><output/>{rows}</decisionTable></decision>")


def entities(n):
    grow = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, n))
    return f'<!DOCTYPE d [<!ENTITY a0 "ha">{grow}]>'


def types(parts):
    return model(f'<itemDefinition name="t">{parts}</itemDefinition>' + literal("1"))


# name: (file of the pack, its bytes, what the refusal says)
MODELS = {
    "an entity bomb": (model("<description>&a20;</description>", entities(21)), "DOCTYPE"),
    "an entity of many attributes": (model("&e;", f"""<!DOCTYPE d [<!ENTITY e "<x {"a='' " * 9}/>">]>"""), "DOCTYPE"),
    "a file of the machine": (model("&x;", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "DOCTYPE"),
    "a document type": (model("", "<!DOCTYPE definitions>"), "DOCTYPE"),
    "a hundred megabytes": (b" " * 100_000_000, "larger than"),
    "a depth of a hundred thousand": (model("<a>" * 100000 + "</a>" * 100000), "depth"),
    "a million rows": (table("<rule/>" * 1_000_000), "larger than"),
    "half a million rows that fit": (table("<rule/>" * 500_000), "more rows"),
    "an attribute of four megabytes": (f'<definitions {NS} id="{"n" * 3_900_000}"/>', "every pack has this decision"),
    "three hundred thousand attributes": (f"<definitions {NS} " + " ".join(f'a{i}=""' for i in range(300000)) + "/>",
                                          "256 attributes"),
    "ten thousand namespaces": (model("".join(f'<a xmlns:b{i}="c{i}"/>' for i in range(10000))), "256 namespaces"),
    "another encoding": (model("").encode("utf-16"), "UTF-8"),
    "a NUL": (model("\0"), "UTF-8"),
    "bytes that are no text": (b"<definitions>\xff\xfe\xfa</definitions>", "UTF-8"),
    "FEEL in a hundred thousand brackets": (literal("(" * 100000 + "1" + ")" * 100000), "nested too deeply"),
    "a hundred thousand minus signs": (literal("-" * 100000 + "1"), "nested too deeply"),
    "a hundred thousand ifs": (literal("if true then " * 100000), "nested too deeply"),
    "thirty loops over a thousand each": (literal("for " + ", ".join(f"x{i} in 1..1000" for i in range(30)) + " return 1"),
                                          "too many variables"),
    "a hundred loops in one another": (literal("for i in 1..1000 return " * 100 + "1"), "nested too deeply"),
    "a million operators": (literal("+".join(["1"] * 1_000_000)), "too many operators"),
    "a list of a million": (literal("[" + ",".join(["1"] * 1_000_000) + "]"), "belongs in a table"),
    "a context of three hundred thousand": (literal("{" + ",".join(f"a{i}:1" for i in range(300_000)) + "}"), "too many names"),
    "a number beyond all numbers": (literal("1e99999999999999"), "no such number"),
    "a number of three million digits": (literal("9" * 3_000_000), "no such number"),
    "a string of three million": (literal(f'"{"a" * 3_000_000}"'), "rating.dmn:1: rating:"),
    "a hundred thousand components": (types("".join(f'<itemComponent name="a{i}"/>' for i in range(100_000))), "too many names"),
    "components within components": (types('<itemComponent name="a">' * 120 + "</itemComponent>" * 120), "nested too deeply"),
}
OTHERS = {
    "aliases of aliases": ("pack.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi")), "pack.yaml"),
    "flow sequences without end": ("pack.yaml", "name: " + "[" * 100000, "pack.yaml"),
    "a pack.yaml of a hundred megabytes": ("pack.yaml", b"#" * 100_000_000, "pack.yaml"),
    "a key of three megabytes": ("pack.yaml", "k" * 3_000_000 + ": 1\n", "pack.yaml"),
    "a hundred thousand teams": ("pack.yaml", "teams:\n" + "  - {id: x, name: x, kind: mash, telephone: x}\n" * 50000, "pack.yaml"),
    "a million holidays": ("holidays.csv", "date,name\n" + "1,\n" * 1_000_000, "holidays.csv"),
    "a row of eight megabytes": ("holidays.csv", "date,name\n" + "," * 8_000_000, "holidays.csv"),
    "a quote that is never closed": ("holidays.csv", 'date,name\n"' + "x" * 4_000_000, "holidays.csv"),
    "a notice of a hundred megabytes": ("notices/ack.txt", b"x" * 100_000_000, "ack.txt"),
}


def cases():
    for name, (content, says) in MODELS.items():
        yield name, "rating.dmn", content, says
    for name, (file, content, says) in OTHERS.items():
        yield name, file, content, says


class Hostile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="triaged-hostile-")
        self.addCleanup(self.folder.cleanup)
        self.pack = pathlib.Path(self.folder.name) / "pack"
        shutil.copytree(PACK, self.pack)

    def write(self, file, content):
        path = self.pack / file
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def check(self):
        """(exit code, what it said) of `triage policy check`; its time and memory within the limits."""
        with tempfile.TemporaryFile() as out:
            p = subprocess.Popen([area.BIN / "triage", "policy", "check", self.pack], stdout=out, stderr=out)
            _, status, used = os.wait4(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read(1 << 20).decode(errors="replace")
        self.assertLess(used.ru_utime + used.ru_stime, CPU_SECONDS, "seconds of CPU")
        self.assertLess(used.ru_maxrss / 1024, PEAK_MIB, "MiB of memory")
        return p.returncode, said

    def test_a_hostile_file_is_refused_by_name_within_limits(self):
        for name, file, content, says in cases():
            with self.subTest(name):
                before = (self.pack / file).read_bytes()
                self.write(file, content)
                code, said = self.check()
                self.assertEqual(code, 1, said[:500])
                self.assertIn(pathlib.Path(file).name, said.splitlines()[0])
                self.assertIn(says, said)
                self.assertNotIn("root:", said)
                (self.pack / file).write_bytes(before)

    def test_no_address_is_looked_up(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0)
            url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
            self.write("rating.dmn", model("&x;", f'<!DOCTYPE d SYSTEM "{url}" [<!ENTITY x SYSTEM "{url}">]>'))
            self.assertEqual(self.check()[0], 1)
            self.assertRaises(BlockingIOError, server.accept)

    def test_what_is_no_file_is_not_read(self):
        target = self.pack / "rating.dmn"
        target.unlink()
        os.mkfifo(target)
        self.assertEqual(self.check()[0], 1)
        target.unlink()
        target.symlink_to("/dev/zero")
        self.assertEqual(self.check()[0], 1)
        target.unlink()
        target.mkdir()
        self.assertEqual(self.check()[0], 1)


class Running(unittest.TestCase):
    """A daemon that is told to reload."""

    def peak_mib(self, pid):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def test_a_hostile_pack_at_reload_changes_nothing(self):
        with area.Area({"policy_by_reload": 1}) as a, a.client("rosewood-house") as provider, \
                a.operator_client() as operator:
            digest = provider.submit(area.concern()).policy.digest
            before = self.peak_mib(a.process.pid)
            for name, file, content, says in cases():
                with self.subTest(name):
                    path = a.folder / "policy" / file
                    kept = path.read_bytes()
                    path.write_bytes(content if isinstance(content, bytes) else content.encode())
                    reply = operator.request("reload", {}, timeout=100)
                    self.assertNotEqual(STATUS(reply.status), "STATUS_OK")
                    self.assertIn(path.name, reply.text + " ".join(reply.reload.problems))
                    path.write_bytes(kept)
            self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK")
            receipt = provider.submit(area.concern())
            self.assertEqual((STATUS(receipt.status), receipt.policy.digest), ("STATUS_OK", digest))
            self.assertLess(self.peak_mib(a.process.pid) - before, PEAK_MIB)


if __name__ == "__main__":
    unittest.main(verbosity=2)

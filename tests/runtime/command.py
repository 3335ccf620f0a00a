"""What the tests of the command `triage` share: a daemon, a profile for each of its keys, the command itself."""
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import zmq

import area

MET = ("--outcome", "met", "--needs", "yes", "--risk", "yes", "--unable", "yes", "--because-needs", "a",
       "--because-risk", "b", "--because-unable", "c", "--reason", "r", "--tell", "We will look into it.", "--safety",
       "Safe.", "--wishes", "Asked.", "--capacity", "yes")


class Command(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area()
        cls.a.__enter__()
        cls.folder = tempfile.TemporaryDirectory(prefix="triage-cli-")
        for name in cls.a.keys:
            cls.profile(name)

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()
        cls.folder.cleanup()

    @classmethod
    def profile(cls, name, **changes):
        """A profile file as `triage enrol` would write it, but with this principal's keys."""
        public, secret = cls.a.keys.get(name) or zmq.curve_keypair()
        entry = {
            "endpoint": cls.a.intake if name in area.PROVIDERS else cls.a.desk,
            "server_key": cls.a.server_key.decode(), "public_key": public.decode(), "secret_key": secret.decode(),
            **changes,
        }
        path = cls.path(name)
        cls.a.write_yaml(path, entry)
        return path

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.folder.name) / f"{name}.yaml"

    def run_triage(self, *words, given=None, code=0, timeout=60):
        r = subprocess.run([area.BIN / "triage", *map(str, words)], input=given, capture_output=True, text=True,
                           timeout=timeout, env={**os.environ, "XDG_CONFIG_HOME": self.folder.name})
        self.assertEqual(r.returncode, code, f"{words}\n{r.stdout}\n{r.stderr}")
        return r

    def as_(self, name, *words, **more):
        return self.run_triage(*words, "--profile", self.path(name), **more)

    def submit(self, concern=None, provider="rosewood-house"):
        r = self.as_(provider, "submit", "--json", given=json.dumps(concern or area.concern()))
        return json.loads(r.stdout.splitlines()[0])["adults"][0]["reference"]

    def second_manager(self):
        """Another MASH manager with a key of their own, from the first call on."""
        if "key-wren" not in self.a.keys:
            self.a.add_worker("m-wren", "mash_manager", ["mash"])
            self.a.enrol("key-wren", "manager", teams=["mash"], worker="m-wren")
            self.profile("key-wren")
            self.run_triage("reload", "--operator", self.a.operator)
        return "key-wren"

    def agree(self, proposed):
        """The second of two agrees to what the first proposed, as --json answered."""
        number = json.loads(proposed.stdout)["order"]["number"]
        self.as_(self.second_manager(), "retention", "agree", number)
        self.until_erased()

    def until_erased(self):
        for _ in range(200):
            if "order" not in json.loads(self.as_("auditor", "retention", "status", "--json").stdout):
                return
            time.sleep(0.05)
        self.fail("it is still being erased")

    def erase(self, reference):
        """Two managers erase it, on the ground that it was asked for."""
        self.agree(self.as_("key-heron", "erase", reference, "--on-request", "--reason", "Asked for.", "--json"))

    def close(self, reference):
        """Walks a case of brightwater-homecare to its end, as people do."""
        worker = ("--worker", "w-marsh")
        self.as_("mash-desk", "take", reference, *worker)
        self.as_("mash-desk", "decide", reference, *MET, *worker)
        self.as_("mash-desk", "allocate", reference, "--lead", "w-marsh", "--difficulty", "no", "--tell-adult",
                 "By telephone.", *worker)
        self.as_("mash-desk", "adult-told", reference, "--how", "By telephone.", *worker)
        self.as_("mash-desk", "finish", reference, "--findings", "Settled.", "--risk", "removed", "--achieved", "fully",
                 *worker)
        self.as_("brightwater-homecare", "notices", "--read", "Duty manager")
        self.as_("key-heron", "sign-off", reference, "--tell", "Done.", "--adult-told", "By telephone.", "--worker",
                 "m-heron")

"""A made-up area for the tests: a real daemon on loopback, its keys, people and files in a temporary folder."""
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import zmq

import triage_client

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TRIAGED_BIN", ROOT / "build/release/bin"))
PACK = ROOT / "deploy/policy/default"

PROVIDERS = {
    "rosewood-house": ["1-999000001"],
    "brightwater-homecare": ["1-999000002"],
    "st-anselm-hospital": ["ZZ901"],
}
WORKERS = {  # id: (grade, teams)
    "w-marsh": ("mash_worker", ["mash"]),
    "w-reed": ("mash_worker", ["mash"]),
    "m-heron": ("mash_manager", ["mash"]),
    "w-birch": ("community_worker", ["community_east"]),
    "m-alder": ("community_manager", ["community_east"]),
    "w-night": ("out_of_hours", ["out_of_hours"]),
}


def free_ports(n):
    """`n` loopback ports that nobody holds: below those that the kernel gives to connections, for a test with
    thousands of them would take a port between our look and the daemon's."""
    ports = []
    while len(ports) < n:
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


class Area:
    """Start with `with Area() as a:`; the folder goes at the end unless TRIAGED_KEEP is set."""

    def __init__(self, settings=None, folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="triaged-test-"))
        self.settings = settings or {}
        self.process = None
        self.log = self.folder / "triaged.log"
        self.keys = {}
        self.program = BIN / "triaged"
        self.prefix = []  # a command to run the daemon under, such as faketime
        self.environment = dict(os.environ)

    def __enter__(self):
        self.make()
        self.start()
        return self

    def __exit__(self, failed=None, *_):
        code = self.stop()
        if not failed:
            assert code in (None, 0), f"triaged ended with {code}:\n{self.log_text()[-4000:]}"
            assert "Sanitizer" not in self.log_text() and "runtime error" not in self.log_text(), self.log_text()[-4000:]
        if not os.environ.get("TRIAGED_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    # Files.
    def make(self):
        subprocess.run([BIN / "triaged", "--init", self.folder, "--set", "area=testshire"], check=True, capture_output=True)
        intake, desk, ops = free_ports(3)
        self.intake = f"tcp://127.0.0.1:{intake}"
        self.desk = f"tcp://127.0.0.1:{desk}"
        self.operator = f"ipc://{self.folder}/run/operator.sock"
        self.ops_port = ops
        shutil.copytree(PACK, self.folder / "policy", dirs_exist_ok=True)
        self.write_config()
        for name, places in PROVIDERS.items():
            self.enrol(name, "provider", locations=places)
        self.enrol("mash-desk", "team", teams=["mash"])
        self.enrol("mash-desk-2", "team", teams=["mash"])
        self.enrol("east-desk", "team", teams=["community_east"])
        self.enrol("night-desk", "team", teams=["out_of_hours"])
        self.enrol("key-heron", "manager", teams=["mash"], worker="m-heron")
        self.enrol("auditor", "auditor")
        for name, (grade, teams) in WORKERS.items():
            self.add_worker(name, grade, teams)

    def write_config(self):
        settings = {
            "area": "testshire",
            "intake_endpoint": self.intake,
            "desk_endpoint": self.desk,
            "ops_port": self.ops_port,
            "low_water_bytes": 0,
            "ballast_bytes": 0,
            # A process that may not be dumped cannot be looked through for leaks either.
            "core_dumps": 1 if os.environ.get("TRIAGED_SANITIZED") else 0,
            **self.settings,
        }
        text = "".join(f"{k}: {json.dumps(v)}\n" for k, v in settings.items())
        (self.folder / "triaged.yaml").write_text(text)

    def enrol(self, name, role, status="active", keys=None, **more):
        public, secret = keys or zmq.curve_keypair()
        self.keys[name] = (public, secret)
        entry = {"id": name, "role": role, "public_key": public.decode(), "status": status, **more}
        self.write_yaml(self.folder / "principals" / f"{name}.yaml", entry)

    def add_worker(self, name, grade, teams, status="active"):
        entry = {"id": name, "name": name.title(), "grade": grade, "teams": teams, "status": status}
        self.write_yaml(self.folder / "workers" / f"{name}.yaml", entry)

    @staticmethod
    def write_yaml(path, entry):
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text("".join(f"{k}: {json.dumps(v)}\n" for k, v in entry.items()))
        temporary.chmod(0o600)
        temporary.rename(path)

    # The process.
    def start(self, wait=True):
        log = open(self.log, "ab")
        command = [*self.prefix, str(self.program), "--config", str(self.folder / "triaged.yaml")]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        log.close()
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"triaged ended with {self.process.returncode}:\n{self.log_text()[-2000:]}")
            try:
                if self.http("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("triaged was not ready in time:\n" + self.log_text()[-2000:])

    def stop(self):
        """SIGTERM; returns the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        code, self.process = self.process.returncode, None
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def ended(self, seconds=20):
        """Waits for the daemon to end by itself; returns its exit code."""
        code = self.process.wait(seconds)
        self.process = None
        return code

    # What it says.
    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def http(self, path):
        c = http.client.HTTPConnection("127.0.0.1", self.ops_port, timeout=5)
        try:
            c.request("GET", path)
            r = c.getresponse()
            return r.status, r.read().decode()
        finally:
            c.close()

    def metric(self, name, **labels):
        """The value of one series, 0 when it has not been counted yet."""
        for line in self.http("/metrics")[1].splitlines():
            m = re.match(r"([a-z_]+)(?:\{(.*)\})? ([0-9.e+-]+)$", line)
            if m and m[1] == name:
                seen = dict(re.findall(r'(\w+)="([^"]*)"', m[2] or ""))
                if all(seen.get(k) == v for k, v in labels.items()):
                    return float(m[3])
        return 0.0

    # Connections.
    @property
    def server_key(self):
        return (self.folder / "keys/server.pub").read_text().strip().encode()

    def client(self, name, endpoint=None):
        public, secret = self.keys[name]
        role = "intake" if name in PROVIDERS or endpoint == self.intake else "desk"
        c = triage_client.Client(endpoint or getattr(self, role), self.server_key, public, secret)
        c.hello()
        return c

    def operator_client(self):
        c = triage_client.Client(self.operator)
        c.hello()
        return c


def concern(**changes):
    """An invented concern as a dictionary; changes replace whole fields."""
    base = {
        "what_happened": "A night carer was seen to slap the resident's hand twice during personal care.",
        "source_type": "SOURCE_TYPE_CARE_PROVIDER",
        "referrer": {"organisation": "Rosewood House", "management_may_be_involved": "ANSWER_NO"},
        "adults": [{
            "name": "Ada Fernsby", "date_of_birth": "1941-05-28", "postcode": "ZX4 4AD",
            "limbs": {
                "care_and_support_needs": "ANSWER_YES", "abuse_or_risk": "ANSWER_YES",
                "unable_to_protect_self": "ANSWER_YES",
            },
        }],
        "harm": {
            "types": ["HARM_TYPE_PHYSICAL"], "actual": "HARM_LEVEL_LOW", "risked": "HARM_LEVEL_MODERATE",
            "immediate_danger": "ANSWER_NO", "treatment_needed": "ANSWER_NO",
        },
        "source_of_risk": {"category": "SOURCE_CATEGORY_PAID_CARER", "still_has_access": "ANSWER_NO"},
    }
    base.update(changes)
    return base


def red(**changes):
    """A concern that every sane pack rates red: in danger now, critical harm."""
    return concern(harm={
        "types": ["HARM_TYPE_PHYSICAL"], "actual": "HARM_LEVEL_CRITICAL", "risked": "HARM_LEVEL_CRITICAL",
        "immediate_danger": "ANSWER_YES", "treatment_needed": "ANSWER_YES",
    }, **changes)

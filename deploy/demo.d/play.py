#!/usr/bin/python3
"""Plays the made-up council: see deploy/demo.  Everything goes through the programs that people use."""
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from portal import PASSWORD, PEOPLE, PORT, Portal, PortalFailed, port_is_free

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = ROOT / "build/release/bin"
PACK = ROOT / "deploy/policy/default"

PROVIDERS = {
    "rosewood-house": ("provider", "1-999000001"),
    "brightwater-homecare": ("provider", "1-999000002"),
    "st-anselm-hospital": ("partner", "ZZ901"),
    "northgate-housing": ("provider", "1-999000004"),
    "police-hub": ("police", "ZZ902"),
}
DESKS = {"mash-desk": "mash", "east-desk": "community_east", "night-desk": "out_of_hours", "dols-desk": "dols",
         "contact-desk": "contact"}
WORKERS = {  # id: (grade, team, desk it works through)
    "w-marsh": ("mash_worker", "mash", "mash-desk"),
    "w-reed": ("mash_worker", "mash", "mash-desk"),
    "m-heron": ("mash_manager", "mash", "key-heron"),
    "w-birch": ("community_worker", "community_east", "east-desk"),
    "m-alder": ("community_manager", "community_east", "east-desk"),
    "w-fern": ("community_worker", "dols", "dols-desk"),
    "m-fern": ("community_manager", "dols", "dols-desk"),
    "w-dale": ("community_worker", "contact", "contact-desk"),
    "w-night": ("out_of_hours", "out_of_hours", "night-desk"),
}
NAMES = {"w-marsh": "Nell Marsh", "w-reed": "Ivo Reed", "m-heron": "Cara Heron", "w-birch": "Bo Birch", "m-alder": "Lee Alder",
         "w-fern": "Ash Fern", "m-fern": "Mab Fern", "w-dale": "Dov Dale", "w-night": "Nat Night"}
COLOURS = {"red": 31, "amber": 33, "green": 32}


def say(text=""):
    print(text, flush=True)


def title(text):
    say(f"\n== {text}")


def coloured(word):
    plain = word.removeprefix("COLOUR_").lower()
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and plain in COLOURS:
        return f"\033[{COLOURS[plain]}m{plain:5}\033[0m"
    return f"{plain:5}"


def free_ports(n):
    """Below those that the kernel gives to connections, which could take one before the daemon binds."""
    ports = set()
    while len(ports) < n:
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                ports.add(port)
            except OSError:
                pass
    return sorted(ports)


def day(n):
    return (datetime.date.today() + datetime.timedelta(days=n)).isoformat()


def eighteen_in(days):
    """The birth date of who comes of age in so many days."""
    birthday = datetime.date.today() + datetime.timedelta(days=days)
    born = birthday.year - 18
    return f"{born}-02-28" if (birthday.month, birthday.day) == (2, 29) else f"{born}{birthday.isoformat()[4:]}"


def put(concern, field, value):
    *way, last = field.split(".")
    for step in way:
        concern = concern[int(step)] if step.isdigit() else concern[step]
    concern[last] = value


class Failed(Exception):
    pass


class Council:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="triaged-demo-"))
        self.area, self.profiles = self.folder / "area", self.folder / "profiles"
        self.profiles.mkdir()
        self.daemon = self.portal = None
        self.seen = {}  # concern file -> what became of it

    # Programs.
    def triage(self, profile, *words, given=None, expect=(0,)):
        """Runs `triage` as one of the demo's people; returns what it printed as JSON."""
        command = [BIN / "triage", *map(str, words), "--profile", self.profiles / f"{profile}.yaml", "--json"]
        run = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
        if run.returncode not in expect:
            raise Failed(f"triage {' '.join(map(str, words[:3]))} as {profile} ended with {run.returncode}:\n"
                         f"{run.stderr}{run.stdout}")
        return [json.loads(line) for line in run.stdout.splitlines() if line.strip()]

    def start(self):
        subprocess.run([BIN / "triaged", "--init", self.area, "--set", "area=exampleshire"], check=True, stdout=subprocess.DEVNULL)
        intake, desk, ops = free_ports(3)
        self.endpoints = {"intake": f"tcp://127.0.0.1:{intake}", "desk": f"tcp://127.0.0.1:{desk}",
                          "operator": f"ipc://{self.area}/run/operator.sock"}
        self.ops = f"http://127.0.0.1:{ops}"
        shutil.copytree(PACK, self.area / "policy", dirs_exist_ok=True)
        (self.area / "triaged.yaml").write_text(
            "area: exampleshire\n"
            f"intake_endpoint: {self.endpoints['intake']}\ndesk_endpoint: {self.endpoints['desk']}\n"
            f"ops_port: {ops}\nlow_water_bytes: 0\nballast_bytes: 0\n")
        self.log = open(self.folder / "triaged.log", "wb")
        self.daemon = subprocess.Popen([BIN / "triaged", "--config", self.area / "triaged.yaml"], stdout=self.log,
                                       stderr=self.log, start_new_session=True)
        for _ in range(500):
            if self.daemon.poll() is not None:
                raise Failed((self.folder / "triaged.log").read_text())
            try:
                urllib.request.urlopen(self.ops + "/readyz", timeout=1)
                return
            except OSError:
                time.sleep(0.02)
        raise Failed("triaged was not ready in ten seconds")

    def start_portal(self, port):
        self.portal = Portal(self, port)
        self.portal.start()
        if not self.portal.answers():
            raise Failed(f"the portal does not hear the council; see {self.folder}/portal.log")

    def stop(self):
        if self.portal:
            self.portal.stop()
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            self.daemon.wait(40)
        shutil.rmtree(self.folder, ignore_errors=True)

    def enrol(self, name, role, door, *more, worker=None, team=None):
        """Makes a key pair, as its owner would, and adds the public half, as the council would."""
        server = (self.area / "keys/server.pub").read_text().strip()
        options = ["--default-worker", worker] if worker else []
        options += ["--team", team] if team else []
        made = subprocess.run([BIN / "triage", "enrol", "--profile", self.profiles / f"{name}.yaml", "--json",
                               "--endpoint", self.endpoints[door], "--server-key", server, "--role", role, *options],
                              check=True, capture_output=True, text=True)
        public = json.loads(made.stdout)["public_key"]
        self.keys("add", name, "--role", role, "--public-key", public, *more)

    def keys(self, *words):
        run = subprocess.run([BIN / "triage", "keys", *words, "--dir", self.area, "--operator",
                              self.endpoints["operator"]], capture_output=True, text=True)
        if run.returncode:
            raise Failed(f"triage keys {' '.join(words)}:\n{run.stderr}")

    def enrol_all(self):
        for worker, (grade, team, _) in WORKERS.items():
            self.keys("worker", "add", worker, "--name", NAMES[worker], "--grade", grade, "--team", team)
        for name, (role, place) in PROVIDERS.items():
            self.enrol(name, role, "intake", "--location", place)
        for name, team in DESKS.items():
            self.enrol(name, "team", "desk", "--team", team, team=team)
        self.enrol("key-heron", "manager", "desk", "--team", "mash", "--of-worker", "m-heron", worker="m-heron")

    # The work.
    def send(self, path):
        play = json.loads(path.read_text())
        concern = dict(play["concern"])
        concern["incident_ms"] = str(int(time.time() * 1000) - play["incident_hours_ago"] * 3600000)
        for field, days in play.get("days", {}).items():
            put(concern, field, day(days))
        for field, days in play.get("eighteen_in_days", {}).items():
            put(concern, field, eighteen_in(days))
        receipt = self.triage(play["from"], "submit", given=json.dumps(
            {"kind": play.get("kind", "safeguarding_concern"), "danger_now": play["danger_now"],
             "concern": concern}))[0]
        play["references"] = [a["reference"] for a in receipt["adults"]]
        play["colour"] = receipt["adults"][0]["colour"].removeprefix("COLOUR_").lower()
        self.seen[path.stem] = play
        asked = len([p for p in receipt.get("problems", []) if not p.get("refused")])
        say(f"  {play['references'][0]}  {coloured(play['colour'])}  {path.stem[3:]:34} from {play['from']}"
            + (f", {asked} question{'s' if asked > 1 else ''} asked" if asked else ""))

    def step(self, play, step):
        worker, reference, given = step["by"], play["references"][0], step.get("with", {})
        say(f"  {worker:8} {step['do']:9} {reference}  {given.get('outcome', '')}")
        words = []
        for name, value in given.items():
            if isinstance(value, str) and value.startswith("@"):
                value = day(int(value[1:]))  # a day of this year's, whenever the demo is played
            words += [f"--{name}"] if value is True else [f"--{name}", value]
        self.triage(WORKERS[worker][2], step["do"], reference, *words, "--worker", worker)

    def read(self, play):
        """The referrer's manager reads what came: a challenge's clock starts, a case may be closed."""
        say(f"  {play['from']} reads its notices")
        self.triage(play["from"], "notices", "--read", "Duty manager")

    def work(self):
        for play in self.seen.values():
            for step in play["then"]:
                if step["do"] == "read":
                    self.read(play)
                else:
                    self.step(play, step)

    def notices(self, provider):
        return self.triage(provider, "notices", "--after", "0", "--keep")

    def judge(self, stem, play, heard):
        """What is not as the concern's file says; an empty list when all is."""
        expect, wrong = play["expect"], []
        status = self.triage(play["from"], "status", play["references"][0])[0]
        # Where the referrer's own side may be the source it hears no stage, only that it is dealt with.
        state = status.get("state", "CASE_STATE_NOT_TOLD").removeprefix("CASE_STATE_").lower()
        codes = [n["code"] for n in heard[play["from"]] if n["reference"] == play["references"][0]]
        if play["colour"] != expect["colour"]:
            wrong.append(f"rated {play['colour']}, expected {expect['colour']}")
        if state != expect["state"]:
            wrong.append(f"is {state}, expected {expect['state']}")
        if codes != expect["notices"]:
            wrong.append(f"its referrer heard {codes}, expected {expect['notices']}")
        if len(play["references"]) != expect.get("cases", 1):
            wrong.append(f"made {len(play['references'])} cases, expected {expect.get('cases', 1)}")
        return [f"{stem}: {w}" for w in wrong]


def show_queue(council, team, desk, worker):
    """A queue as its team sees it, with the words of the rule that set each colour."""
    headlines = council.triage(desk, "queue", team)[0].get("headlines", [])
    say(f"  {team}: {len(headlines)} waiting")
    for h in headlines:
        look = council.triage(desk, "case", h["reference"], "--reason", "Shown in the demonstration.", "--worker",
                              worker)[0]
        words = [r["words"] for r in look["assessment"]["reasons"] if f"{r['decision']}:{r['row']}" == h["why"]]
        say(f"    {h['reference']}  {coloured(h['colour'])}  score {h.get('score', 0):3}  {h['provider']:20}"
            f"  {words[0] if words else h['why']}")


def show_notice(n):
    say(f"  To {n['to']}, about {n['reference']}: {n.get('title', n['code'])}")
    for line in n.get("text", "").strip().splitlines():
        say(f"    | {line}")


def play(council, port):
    title("A made-up council starts (Exampleshire; every person here is invented)")
    council.start()
    council.enrol_all()
    say(f"  {len(PROVIDERS)} providers, {len(DESKS)} desks and {len(WORKERS)} workers enrolled; ledger in {council.area}")
    council.start_portal(port)
    say(f"  the portal, for those who have a browser: {council.portal.url}")
    title("Providers send their concerns; each is on disk before it is receipted")
    for path in sorted((HERE / "concerns").glob("*.json")):
        council.send(path)
    title("The queues: colour, then score, then how long it has waited (outside working hours reds go to the duty desk)")
    show_queue(council, "out_of_hours", "night-desk", "w-night")
    show_queue(council, "mash", "mash-desk", "w-reed")
    title("Desks take, decide, hand over, enquire and close some")
    council.work()
    title("What the referrers heard")
    heard = {p: council.notices(p) for p in PROVIDERS}
    shown = [dict(n, to=p) for p in PROVIDERS for n in heard[p] if n["code"] not in ("screened",)]
    for n in shown:
        show_notice(n)
    say(f"  ...and {sum(map(len, heard.values())) - len(shown)} first answers (colour, decide-by, what is missing).")
    title("Does every concern stand where its file says it should?")
    wrong = [w for stem, p in council.seen.items() for w in council.judge(stem, p, heard)]
    for w in wrong:
        say(f"  WRONG {w}")
    if not wrong:
        say(f"  All {len(council.seen)} do.")
    return not wrong


def stay(council):
    title(f"It stays up. In a browser: {council.portal.url}")
    for account, name, what, _ in PEOPLE:
        say(f"  {account:11} {name}, {what}")
    say(f"  The password of all five is {PASSWORD}")
    title("In another terminal:")
    profiles = council.profiles
    for comment, words in (
        ("the queue", f"queue mash --profile {profiles}/mash-desk.yaml"),
        ("take the most urgent", f"take --next 1 --worker w-marsh --profile {profiles}/mash-desk.yaml"),
        ("what a provider hears", f"notices --after 0 --keep --profile {profiles}/rosewood-house.yaml"),
        ("send one of your own", f"submit concern.json --profile {profiles}/rosewood-house.yaml"),
        ("the rules, to read", "policy show deploy/policy/default --md"),
        ("prove the ledger", f"ledger verify --operator {council.endpoints['operator']}"),
    ):
        say(f"  build/release/bin/triage {words}    # {comment}")
    say(f"  curl {council.ops}/metrics    # depth and age of every queue")
    say("Ctrl-C ends it and removes the folder.")
    while council.daemon.poll() is None:
        time.sleep(0.2)
    raise Failed(f"triaged ended with {council.daemon.returncode}; see {council.folder}/triaged.log")


def main():
    council = Council()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        once = "--once" in sys.argv[1:]
        good = play(council, PORT if not once and port_is_free(PORT) else free_ports(1)[0])
        if not once:
            stay(council)
        return 0 if good else 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0 if "--once" not in sys.argv[1:] else 130
    except (Failed, PortalFailed) as e:
        say(f"\nThe demo could not go on: {e}")
        return 1
    finally:
        council.stop()


if __name__ == "__main__":
    sys.exit(main())

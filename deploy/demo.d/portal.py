"""The demo's portal: keys, settings and five people to sign in as, before the council that play.py started."""
import json
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "clients/portal/dist/src"
PORT = 3000
TEAMS = ("mash", "community_east", "out_of_hours")  # that the portal works for
PASSWORD = "made-up-council"
PEOPLE = (  # account, full name, who they are, where they speak
    ("jo.bright", "Jo Bright", "senior carer at Rosewood House", ["--organisation", "rosewood-house", "--job", "Senior carer",
                                                                  "--own-profile", "../profiles/rosewood-jo.yaml"]),
    ("sam.field", "Sam Field", "manager at Brightwater Homecare", ["--organisation", "brightwater-homecare", "--job", "Manager"]),
    ("nell.marsh", "Nell Marsh", "worker in the MASH", ["--worker", "w-marsh", "--team", "mash"]),
    ("cara.heron", "Cara Heron", "manager of the MASH", ["--worker", "m-heron", "--team", "mash", "--manager"]),
    ("lee.alder", "Lee Alder", "manager of the community team East", ["--worker", "m-alder", "--team", "community_east",
                                                                     "--manager"]),
)


class PortalFailed(Exception):
    pass


def port_is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


class Portal:
    def __init__(self, council, port):
        self.council, self.port = council, port
        self.folder = council.folder / "portal"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def enrol(self):
        c = self.council
        c.enrol("portal-desk", "portal", "desk", *(w for team in TEAMS for w in ("--team", team)))
        c.enrol("public-portal", "portal", "intake")
        c.enrol("telephone", "portal", "intake")
        c.enrol("rosewood-jo", "provider", "intake", "--location", "1-999000001")
        for account, name, _, more in PEOPLE:
            subprocess.run(["node", BUILT / "account.js", account, "--dir", self.folder / "accounts", "--name", name, *more],
                           input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)

    def configure(self):
        profiles = self.council.profiles
        organisations = {
            "rosewood-house": {"name": "Rosewood House", "location": "1-999000001"},
            "brightwater-homecare": {"name": "Brightwater Homecare", "location": "1-999000002"},
        }
        for name, organisation in organisations.items():
            organisation["profile"] = str(profiles / f"{name}.yaml")
        settings = {  # JSON is YAML
            "listen": f"127.0.0.1:{self.port}", "state_dir": "state", "accounts_dir": "accounts", "one_time_codes": False,
            "desk_profile": str(profiles / "portal-desk.yaml"), "public_profile": str(profiles / "public-portal.yaml"),
            "telephone_profile": str(profiles / "telephone.yaml"), "policy": {
                "command": str(ROOT / "build/release/bin/triage"), "first": str(self.council.area / "policy"),
                "packs": str(self.council.area / "packs")},
            "organisations": organisations,
        }
        (self.folder / "portal.yaml").write_text(json.dumps(settings, indent=2))

    def start(self):
        self.folder.mkdir()
        self.folder.joinpath("profiles").symlink_to(self.council.profiles)
        self.enrol()
        self.configure()
        self.log = open(self.council.folder / "portal.log", "wb")
        self.process = subprocess.Popen(["node", "--enable-source-maps", BUILT / "main.js", "--config",
                                         self.folder / "portal.yaml"], stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(500):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=1)
                return
            except OSError:
                time.sleep(0.02)
        raise PortalFailed("the portal did not start:\n" + (self.council.folder / "portal.log").read_text())

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def answers(self):
        """Its first page, with the council's name, which it knows from the daemon's greeting."""
        for _ in range(250):
            with urllib.request.urlopen(self.url + "/", timeout=10) as page:
                if "Exampleshire Council" in page.read().decode():
                    return True
            time.sleep(0.02)
        return False


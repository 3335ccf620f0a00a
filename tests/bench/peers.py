"""Brokers beside us: each doing the same work on the same machine, started here and stopped by their own pids.

Each is set up as its manual advises for durable work on one node; DURABILITY says what a confirm means.
One that is not installed is said to be missing, never guessed.
"""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/bin/bench_peers"
POSTGRES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
RABBIT = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

DURABILITY = {
    "redis": "Streams, appendfsync always: on disk before the confirm",
    "redis_everysec": "Streams, appendfsync everysec: up to a second may be lost",
    "nats": "JetStream, file store: confirmed before it is on disk (synced every 2 minutes)",
    "rabbitmq": "durable classic queues, persistent messages, confirms",
    "rabbitmq_quorum": "quorum queues of one member, confirms",
    "postgresql": "tables with SKIP LOCKED, synchronous_commit on: on disk before the confirm",
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, process, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} does not listen")


class Server:
    """One broker in a folder of its own; `with` stops what was started."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="triaged-peer-"))
        self.port = free_port()
        self.processes = []
        self.more = []  # further arguments of bench_peers

    def start(self, command, **how):
        with open(self.folder / "log", "ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **how))
        return self.processes[-1]

    def __enter__(self):
        try:
            self.open()
            wait_for(self.port, self.processes[-1])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for p in reversed(self.processes):
            p.send_signal(signal.SIGINT if "postgres" in str(p.args[0]) else signal.SIGTERM)
            try:
                p.wait(30)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Server):
    needs, fsync = "redis-server", "always"

    def open(self):
        self.start(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder),
                    "--appendonly", "yes", "--appendfsync", self.fsync, "--save", ""])


class RedisEverySecond(Redis):
    fsync = "everysec"


class Nats(Server):
    needs = "nats-server"

    def open(self):
        self.start(["nats-server", "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder / "js")])


class Rabbit(Server):
    needs = str(RABBIT)

    def open(self):
        epmd, distribution = free_port(), free_port()
        (self.folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        environment = dict(
            os.environ, HOME=str(self.folder), RABBITMQ_CONFIG_FILE=str(self.folder / "rabbitmq"),
            RABBITMQ_MNESIA_BASE=str(self.folder / "data"), RABBITMQ_LOG_BASE=str(self.folder),
            RABBITMQ_PID_FILE=str(self.folder / "pid"), RABBITMQ_NODENAME=f"bench{self.port}@localhost",
            RABBITMQ_DIST_PORT=str(distribution), RABBITMQ_ENABLED_PLUGINS_FILE=str(self.folder / "plugins"),
            ERL_EPMD_PORT=str(epmd), ERL_EPMD_ADDRESS="127.0.0.1")
        # Its name service would go on by itself, so it is started, and stopped, here.
        wait_for(epmd, self.start(["epmd"], env=environment))
        self.start([str(RABBIT)], env=environment)


class Postgres(Server):
    needs = str(POSTGRES[-1] / "postgres") if POSTGRES else "postgres"

    def open(self):
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        how = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        subprocess.run([POSTGRES[-1] / "initdb", "-D", self.folder / "data", "-A", "trust"], check=True,
                       stdout=subprocess.DEVNULL, **how)
        self.start([str(POSTGRES[-1] / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port),
                    "-k", str(self.folder), "-h", "127.0.0.1", "-c", "max_wal_size=4GB"], **how)
        self.more = [user.pw_name, str(self.folder)]


SERVERS = {"redis": Redis, "redis_everysec": RedisEverySecond, "nats": Nats, "rabbitmq": Rabbit,
           "rabbitmq_quorum": Rabbit, "postgresql": Postgres}


def ask(name, server, concerns):
    """Its rate; a server that has just begun to listen may refuse the first try."""
    command = [PROGRAM, name.removesuffix("_everysec"), str(server.port), str(concerns), *server.more]
    for patience in range(20, -1, -1):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
        if done.returncode == 0:
            return json.loads(done.stdout)["value"]
        if not patience:
            raise RuntimeError(f"{name}: {done.stderr.strip()}")
        time.sleep(0.5)


def measure(concerns):
    """{name: concerns a second, or None where it is not installed}."""
    rates = {}
    for name, kind in SERVERS.items():
        rates[name] = None
        if shutil.which(kind.needs):
            with kind() as server:
                rates[name] = ask(name, server, concerns)
    return rates

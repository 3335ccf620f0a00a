"""What an attacker, a clumsy integrator and an unlucky operator do to the real daemon, each within bounds."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

import zmq
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor

import area
import triage_client
from triage_client import STATUS, uuid7
from triage.v1 import concern_pb2, envelope_pb2

SEED = int(os.environ.get("TRIAGED_ATTACK_SEED", "1"))
MESSAGES = int(os.environ.get("TRIAGED_ATTACK_MESSAGES", "4000"))
STEPS = int(os.environ.get("TRIAGED_ATTACK_STEPS", "1000"))
SAMPLES = area.ROOT / "proto/samples"
NO_QUOTA = {"quota_per_minute": 100000000, "quota_burst": 100000000}
QUEUED = int(os.environ.get("TRIAGED_QUEUED", "2000" if os.environ.get("TRIAGED_SANITIZED") else "10000"))


def memory_mb(process):
    with open(f"/proc/{process.pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) // 1024


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(condition, seconds=10):
    """True as soon as the condition holds, False when it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def proved(a):
    """The verify report, once no commit is in flight."""
    with a.operator_client() as operator:
        for _ in range(100):
            reply = operator.request("verify", {}, timeout=120)
            if STATUS(reply.status) != "STATUS_BUSY":
                return reply
            time.sleep(0.05)
    return reply


def whole_state(a):
    """All that people can see: queues in their order, senders' cases and every notice."""
    seen = {}
    for name, team in (("mash-desk", "mash"), ("east-desk", "community_east"), ("night-desk", "out_of_hours")):
        with a.client(name) as c:
            seen[team] = []
            while True:
                page = c.request("queue", {"team": team, "limit": 100, "skip": len(seen[team])}).queue
                seen[team] += [h.SerializeToString() for h in page.headlines]
                if len(seen[team]) >= page.total or not page.headlines:
                    break
    for name in area.PROVIDERS:
        with a.client(name) as c:
            cases, after = [], ""
            while True:
                page = c.request("mine", {"after_reference": after, "limit": 100}).mine
                cases += [brief.SerializeToString() for brief in page.cases]
                if not page.more:
                    break
                after = page.cases[-1].reference
            notices = [(n.cursor, n.reference, n.code, n.text) for n in c.notices(0, 1024, 0.5)]
            seen[name] = (cases, notices)
    return seen


class Mutator:
    """Valid requests bent a little: fields taken out, doubled, swapped for the odd, or bytes turned."""
    WORDS = ["", "a", "\x00", "é" * 3000, "x" * 16384, "x" * 16385, "\u202e", "2999-01-01", "0000-00-00", "9" * 30]
    NUMBERS = [0, 1, -1, 2, 64, 1024, 2**31 - 1, -2**31, 2**32 - 1, 2**63 - 1, -2**63, 2**64 - 1]

    def __init__(self, seed):
        self.random = random.Random(seed)
        read = lambda pattern: [p.read_bytes() for p in sorted(SAMPLES.glob(pattern))]
        self.requests, self.concerns = read("request.*.bin"), read("concern.*.bin")
        self.references = []

    def scalar(self, field):
        r = self.random
        if field.name == "reference" and self.references and r.random() < 0.8:
            return r.choice(self.references)
        if field.name == "worker" and r.random() < 0.8:
            return r.choice(list(area.WORKERS))
        if field.name == "concern":
            return self.concern()
        if field.type == FieldDescriptor.TYPE_STRING:
            return r.choice(self.WORDS)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return uuid7() if r.random() < 0.7 else r.randbytes(r.choice([0, 1, 15, 16, 17, 70000]))
        if field.enum_type:
            return r.choice(field.enum_type.values).number if r.random() < 0.9 else r.choice([-1, 77])
        return r.choice(self.NUMBERS)

    def places(self, message, out):
        for field in message.DESCRIPTOR.fields:
            out.append((message, field))
            if not field.message_type:
                continue
            if field.label == FieldDescriptor.LABEL_REPEATED:
                for one in getattr(message, field.name):
                    self.places(one, out)
            elif message.HasField(field.name):
                self.places(getattr(message, field.name), out)
        return out

    def bend(self, message):
        message, field = self.random.choice(self.places(message, []))
        times = self.random.choice([1, 1, 2, 20])
        try:
            if self.random.random() < 0.2:
                message.ClearField(field.name)
            elif field.label == FieldDescriptor.LABEL_REPEATED:
                many = getattr(message, field.name)
                for _ in range(times):
                    many.add() if field.message_type else many.append(self.scalar(field))
            elif field.message_type:
                if not field.containing_oneof:
                    getattr(message, field.name).SetInParent()
            else:
                setattr(message, field.name, self.scalar(field))
        except (ValueError, TypeError, UnicodeEncodeError):
            pass  # Python's own encoder will not write it: the bytes below are turned instead.

    def turn(self, data):
        r, data = self.random, bytearray(data or b"x")
        at = r.randrange(len(data))
        kind = r.randrange(5)
        if kind == 0:
            data[at] ^= 1 << r.randrange(8)
        elif kind == 1:
            del data[at:at + r.randrange(1, 20)]
        elif kind == 2:
            data[at:at] = r.randbytes(r.randrange(1, 10))
        elif kind == 3:
            data += data[at:]
        else:
            data[at:at + 1] = b"\xff" * r.randrange(1, 11)
        return bytes(data)

    def concern(self):
        message = concern_pb2.SafeguardingConcern.FromString(self.random.choice(self.concerns))
        for _ in range(self.random.randrange(6)):
            self.bend(message)
        data = message.SerializeToString()
        return self.turn(data) if self.random.random() < 0.1 else data

    def request(self, number):
        message = envelope_pb2.Request.FromString(self.random.choice(self.requests))
        for submission in message.submit.submissions if message.HasField("submit") else ():
            submission.key, submission.on_behalf_of = uuid7(), ""
            submission.concern = self.concern()
        for _ in range(self.random.choice([0, 1, 1, 2, 4])):
            self.bend(message)
        message.id = number
        data = message.SerializeToString()
        return self.turn(data) if self.random.random() < 0.15 else data


class Fuzz(unittest.TestCase):
    def test_bent_requests_of_every_kind_from_every_role_are_each_answered_and_leave_a_sound_ledger(self):
        names = ["rosewood-house", "st-anselm-hospital", "mash-desk", "east-desk", "key-heron", "auditor", None]
        mutator = Mutator(SEED)
        with area.Area(NO_QUOTA) as a:
            clients = [a.operator_client() if n is None else a.client(n) for n in names]
            owed = [0] * len(clients)
            for number in range(10, 10 + MESSAGES):
                i = mutator.random.randrange(len(clients))
                clients[i].socket.send(mutator.request(number))
                owed[i] += 1
                while owed[i] and (owed[i] > 50 or clients[i].socket.poll(0)):
                    owed[i] -= self.answered(clients[i], mutator)
            for i, c in enumerate(clients):
                while owed[i]:
                    owed[i] -= self.answered(c, mutator)
                c.close()
            self.assertEqual(proved(a).verify.problem, "")
            before = whole_state(a)
            self.assertEqual(a.stop(), 0)
            a.start()
            self.assertEqual(whole_state(a), before)
            self.assertEqual(proved(a).verify.problem, "")

    def answered(self, c, mutator):
        """Takes one reply; 1 if it answers a request, 0 if it is a push."""
        reply = c.receive(20)
        self.assertIsNotNone(reply, "a request was not answered")
        for receipt in reply.submit.receipts:
            mutator.references += [adult.reference for adult in receipt.adults]
        del mutator.references[:-40]
        return 1 if reply.id or reply.status else 0

    ACTORS = [("mash-desk", "w-marsh"), ("mash-desk", "w-reed"), ("mash-desk", "m-heron"), ("key-heron", "m-heron"),
              ("east-desk", "w-birch"), ("east-desk", "m-alder"), ("night-desk", "w-night")]

    def test_random_commands_in_any_state_by_anyone_leave_a_sound_ledger_and_the_same_state_after_a_restart(self):
        r = random.Random(SEED)
        samples = {p.name.split(".")[1]: json_format.MessageToDict(
            envelope_pb2.Request.FromString(p.read_bytes()), preserving_proto_field_name=True)
            for p in sorted(SAMPLES.glob("request.*.bin"))}
        self.done = {}
        with area.Area(NO_QUOTA) as a:
            clients = {name: a.client(name) for name in {n for n, _ in self.ACTORS} | {"rosewood-house"}}
            self.tokens, self.holds_it, references = {}, {}, []
            for step in range(STEPS):
                if step % 40 == 0:
                    harm = [area.concern, area.red][r.randrange(2)]
                    references += [clients["rosewood-house"].submit(harm()).adults[0].reference for _ in range(3)]
                reference = r.choice(references[-6:])
                actor = r.choice(self.ACTORS)
                if r.random() < 0.7:
                    actor = self.holds_it.get(reference, actor)
                self.step(r, clients, actor, reference, samples)
            for c in clients.values():
                c.close()
            report = proved(a)
            self.assertEqual((STATUS(report.status), report.verify.problem), ("STATUS_OK", ""))
            before = whole_state(a)
            self.assertEqual(a.stop(), 0)
            a.start()
            self.assertEqual(whole_state(a), before)
            self.assertEqual(proved(a).verify.problem, "")
        for command in ("claim", "decide", "return", "rate"):
            self.assertIn(command, self.done, f"the walk never did {command}: {self.done}")
        if os.environ.get("TRIAGED_ATTACK_STEPS"):
            print(self.done)

    def step(self, r, clients, actor, reference, samples):
        name, worker = actor
        actions = clients[name].request("actions", {"reference": reference}, worker=worker)
        open_now = [{"take": "claim"}.get(x.command, x.command) for x in actions.actions.actions if x.open]
        moving = [x for x in open_now if x not in ("rate", "extend", "look", "confirm_by_phone")]
        known = [n for n in samples if self.holds(n)] + ["claim"]
        command = r.choice(moving or ["claim"]) if r.random() < 0.7 else r.choice(open_now + known)
        field = {"return": "return_", "void": "void_"}.get(command, command)  # words of other languages
        if command == "claim":
            body = {"cases": [{"reference": reference}]}
        elif self.holds(command) and command in samples:
            stale = r.random() < 0.1
            body = dict(samples[command][field])
            body["hold"] = {"reference": reference, "token": str(self.tokens.get(reference, 0)),
                            "expected_version": max(actions.actions.version - stale, 0)}
        else:
            return
        self.vary(r, command, body)
        reply = clients[name].request(field, body, worker=worker)
        claimed = reply.claim.claimed
        if claimed and claimed[0].token:
            self.tokens[reference], self.holds_it[reference] = claimed[0].token, actor
        status = claimed[0].status if claimed else reply.status
        if status == 0:
            self.done[command] = self.done.get(command, 0) + 1
        if status == 0 and command not in ("claim", "rate", "extend", "confirm_by_phone"):
            self.tokens.pop(reference, None)
            self.holds_it.pop(reference, None)

    @staticmethod
    def holds(command):
        fields = envelope_pb2.Request.DESCRIPTOR.fields_by_name
        field = fields.get(command) or fields.get(command + "_")
        return bool(field) and "hold" in field.message_type.fields_by_name

    @staticmethod
    def vary(r, command, body):
        if command == "decide":
            body["outcome"] = "OUTCOME_" + r.choice(["MET", "MET", "NOT_MET", "FORWARD", "OTHER_ENQUIRY"])
            no = "ANSWER_NO" if body["outcome"] == "OUTCOME_NOT_MET" or r.random() < 0.2 else "ANSWER_YES"
            body["questions"] = dict(body["questions"], care_and_support_needs="ANSWER_YES", abuse_or_risk=no,
                                     unable_to_protect_self="ANSWER_YES")
            body["birth_date_confirmed"] = r.random() < 0.1
        if command == "second":
            body["agree"] = r.random() < 0.6
        if command == "offer":
            body["team"] = "community_east"
        if command in ("allocate", "accept_offer"):
            body["lead"] = r.choice(["w-marsh", "w-birch", "m-heron", "m-alder"])


class Others(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = area.Area(NO_QUOTA)
        cls.a.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.a.__exit__()

    def test_two_senders_with_the_same_key_get_each_its_own_receipt(self):
        key = uuid7()
        with self.a.client("rosewood-house") as one, self.a.client("brightwater-homecare") as two:
            first, second = one.submit(area.concern(), key), two.submit(area.concern(), key)
            self.assertEqual([STATUS(x.status) for x in (first, second)], ["STATUS_OK"] * 2)
            self.assertNotEqual(first.adults[0].reference, second.adults[0].reference)
            other = two.submit(area.concern(what_happened="Other words."), key)
            self.assertEqual(STATUS(other.status), "STATUS_KEY_REUSED")
            self.assertEqual(len(other.adults), 0)
            for c, r in ((one, first), (two, second)):
                again = c.submit(area.concern(), key)
                self.assertEqual((STATUS(again.status), again.adults[0].reference),
                                 ("STATUS_DUPLICATE", r.adults[0].reference))

    def test_two_desks_with_the_same_command_id_get_each_its_own_answer(self):
        command_id = b"the same 16 byte"
        with self.a.client("rosewood-house") as c, self.a.client("mash-desk") as one, \
                self.a.client("mash-desk-2") as two:
            reference = c.submit(area.concern()).adults[0].reference
            wanted = {"cases": [{"reference": reference}]}
            mine = one.request("claim", wanted, worker="w-marsh", command_id=command_id).claim.claimed[0]
            theirs = two.request("claim", wanted, worker="w-reed", command_id=command_id).claim.claimed[0]
            self.assertEqual((STATUS(mine.status), STATUS(theirs.status)), ("STATUS_OK", "STATUS_CONFLICT"))
            self.assertEqual((theirs.token, theirs.concern), (0, b""))
            other = two.request("return_", {"hold": {"reference": reference, "token": str(mine.token),
                                                     "expected_version": mine.headline.version}, "reason": "Not mine."},
                                worker="w-reed")
            self.assertNotEqual(STATUS(other.status), "STATUS_OK")

    def test_a_supplements_key_of_another_sender_says_nothing_about_theirs(self):
        key = triage_client._b64(uuid7())
        with self.a.client("rosewood-house") as one, self.a.client("brightwater-homecare") as two:
            mine, theirs = (c.submit(area.concern()).adults[0].reference for c in (one, two))
            for c, reference in ((one, mine), (two, theirs)):
                reply = c.request("supplement", {"key": key, "reference": reference, "text": "More."})
                self.assertEqual(STATUS(reply.status), "STATUS_OK", reply.text)
            stolen = two.request("supplement", {"key": key, "reference": mine, "text": "More."})
            self.assertIn(STATUS(stolen.status), ("STATUS_NOT_FOUND", "STATUS_KEY_REUSED"))
            self.assertNotIn(mine, str(stolen))

    def test_cursors_out_of_reach_move_nothing(self):
        with self.a.client("st-anselm-hospital") as c, self.a.client("rosewood-house") as other:
            c.submit(area.concern())
            self.assertTrue(until(lambda: len(c.notices(wait=0.3)) == 1))
            for up_to in (2, 1000, 2**63, 2**64 - 1):
                c.request("receipt_notices", {"up_to": str(up_to)})
                c.request("read_notice", {"cursor": str(up_to), "reader": "x"})
            other.request("receipt_notices", {"up_to": "1"})
            with self.a.client("st-anselm-hospital") as again:
                self.assertLessEqual(again.greeting.hello.notices_receipted, 1)
                again.submit(area.concern())
                self.assertTrue(until(lambda: [n.cursor for n in again.notices(1, wait=0.3)] == [2]))

    def test_a_routing_id_of_the_senders_own_is_cut_and_another_is_not_disturbed(self):
        with self.a.client("rosewood-house") as honest:
            for forged in (b"honest", b"\0\0\0\0\1", b"x" * 255):
                thief = ForgedClient(self.a, "brightwater-homecare", forged)
                thief.send("hello", {"version": 1})
                reply = thief.receive(0.5)
                self.assertTrue(reply is None or reply.hello.principal == "brightwater-homecare")
                thief.close()
            self.assertEqual(STATUS(honest.submit(area.concern()).status), "STATUS_OK")

    def test_a_captured_stream_played_again_does_nothing(self):
        """A proxy records what an honest client sent and plays the bytes again on connections of its own."""
        port = int(self.a.intake.rsplit(":", 1)[1])
        proxy = Recorder(port)
        with self.a.operator_client() as operator:
            c = triage_client.Client(f"tcp://127.0.0.1:{proxy.port}", self.a.server_key, *self.a.keys["rosewood-house"])
            c.hello()
            c.submit(area.concern())
            c.close()
            before = operator.request("overview", {}).overview.open_cases
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
                    s.sendall(proxy.recorded)
                    s.settimeout(0.3)
                    try:
                        while s.recv(4096):
                            pass
                    except OSError:
                        pass
            self.assertEqual(operator.request("overview", {}).overview.open_cases, before)
        proxy.close()


class ForgedClient(triage_client.Client):
    def __init__(self, a, name, routing_id):
        self.routing_id = routing_id
        context, self.context = self.context, self
        self.inner = context
        super().__init__(a.intake, a.server_key, *a.keys[name])

    def socket(self, kind):
        s = self.inner.socket(kind)
        s.setsockopt(zmq.ROUTING_ID, self.routing_id)
        return s


class Recorder:
    def __init__(self, port):
        self.recorded, self.target = b"", port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        near, _ = self.listener.accept()
        far = socket.create_connection(("127.0.0.1", self.target))
        threading.Thread(target=self.pipe, args=(far, near, False), daemon=True).start()
        self.pipe(near, far, True)

    def pipe(self, source, sink, record):
        try:
            while data := source.recv(65536):
                if record:
                    self.recorded += data
                sink.sendall(data)
        except OSError:
            pass
        sink.close()

    def close(self):
        self.listener.close()


class Connections(unittest.TestCase):
    def test_silence_and_half_handshakes_cost_little_are_ended_and_hinder_nobody(self):
        with area.Area(NO_QUOTA) as a, a.client("rosewood-house") as honest:
            before, port = memory_mb(a.process), int(a.intake.rsplit(":", 1)[1])
            raw = []
            for i in range(300):  # silence, half a greeting, a greeting dribbled
                s = socket.create_connection(("127.0.0.1", port), timeout=2)
                s.sendall((b"", b"\xff\0\0\0\0\0\0\0\1\x7f", b"\xff" * 5)[i % 3])
                raw.append(s)
            for _ in range(100):
                self.assertEqual(STATUS(honest.submit(area.concern()).status), "STATUS_OK")
            self.assertLess(memory_mb(a.process) - before, 200 if os.environ.get("TRIAGED_SANITIZED") else 80)
            self.assertTrue(until(lambda: a.metric("triaged_connections", listener="intake") <= 1, 15),
                            "half handshakes stay for ever")
            for s in raw:
                s.close()

    def test_fifty_connections_of_one_sender_and_a_storm_of_reconnects(self):
        with area.Area(NO_QUOTA) as a:
            many = [a.client("rosewood-house") for _ in range(50)]
            ids = [c.send("submit", {"submissions": [c.submission(area.concern())] * 4}) for c in many]
            for c, i in zip(many, ids):
                first, *rest = c.answer(i).submit.receipts
                self.assertTrue(all(r.adults[0].reference == first.adults[0].reference for r in rest))
            key = uuid7()
            ids = [c.send("submit", {"submissions": [c.submission(area.concern(), key)]}) for c in many]
            seen = [c.answer(i).submit.receipts[0] for c, i in zip(many, ids)]
            self.assertEqual(len({r.adults[0].reference for r in seen}), 1)
            self.assertEqual(sorted(STATUS(r.status) for r in seen), ["STATUS_DUPLICATE"] * 49 + ["STATUS_OK"])
            for _ in range(3):  # every client comes back at once
                self.assertEqual(a.stop(), 0)
                a.start()
                for c in many:
                    c.send("hello", {"version": 1})
                for c in many:  # what was written to a connection that broke is lost: it is said again
                    self.assertTrue(until(lambda: c.receive(2) or c.send("hello", {"version": 1}) < 0, 20))
            for c in many:
                c.close()

    def test_with_64_descriptors_it_refuses_in_words_and_with_256_it_serves_and_does_not_spin(self):
        a = area.Area()
        a.make()
        try:
            a.prefix = ["prlimit", "--nofile=64:64"]
            a.start(wait=False)
            self.assertEqual(a.ended(), 78)
            self.assertIn("file descriptors", a.log_text())
            a.prefix = ["prlimit", "--nofile=256:256"]
            a.start()
            port = int(a.intake.rsplit(":", 1)[1])
            crowd = [triage_client.Client(a.intake, a.server_key, *a.keys["rosewood-house"]) for _ in range(100)]
            crowd += [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(150)]
            with a.operator_client() as operator:
                self.assertEqual(STATUS(operator.request("overview", {}).status), "STATUS_OK")
            self.assertEqual(a.http("/healthz")[0], 200)
            started = cpu_seconds(a.process)
            time.sleep(1)
            if not os.environ.get("TRIAGED_SANITIZED"):
                self.assertLess(cpu_seconds(a.process) - started, 0.5)
            for c in crowd:
                c.close()
            time.sleep(0.3)
            with a.client("mash-desk") as d:
                self.assertEqual(STATUS(d.request("queue", {"team": "mash"}).status), "STATUS_OK")
        finally:
            a.__exit__()

    def test_a_stopped_desk_with_ten_thousand_queued_hinders_nobody_and_misses_nothing(self):
        script = ("import sys; sys.path[:0] = %r; import area, triage_client; c = triage_client.Client(*%r)\n"
                  "c.hello(); c.send('follow_queue', {'team': 'mash', 'credit': 1024})\n"
                  "told = set()\n"
                  "while len(told) < %d:\n"
                  "    push = c.receive(60).queue_push.headlines\n"
                  "    if push and not told: print('following', flush=True)\n"
                  "    told.update(h.reference for h in push)\n"
                  "    if push: c.send('credit', {'team': 'mash', 'credit': len(push)})\n"
                  "print('told', len(told), flush=True)\n")
        with area.Area(NO_QUOTA) as a, a.client("rosewood-house") as c, a.client("mash-desk-2") as awake:
            c.submit(area.concern())
            arguments = (a.desk, a.server_key, *a.keys["mash-desk"])
            whole = 1 + 200 * -(-(QUEUED - 1) // 200)
            desk = subprocess.Popen(["/usr/bin/python3", "-B", "-c", script % ([str(pathlib.Path(__file__).parent)], arguments, whole)],
                                    stdout=subprocess.PIPE)
            self.assertEqual(desk.stdout.readline(), b"following\n")
            desk.send_signal(signal.SIGSTOP)
            try:
                sent = 1
                while sent < whole:
                    some = [c.submission(area.concern()) for _ in range(200)]
                    receipts = c.request("submit", {"submissions": some}, timeout=30).submit.receipts
                    self.assertTrue(all(r.status == 0 for r in receipts))
                    sent += len(receipts)
                started = time.monotonic()
                self.assertEqual(awake.request("queue", {"team": "mash", "limit": 1}).queue.total, sent)
                self.assertLess(time.monotonic() - started, 2)
                print(f"a stopped desk: {sent} queued, {memory_mb(a.process)} MiB", flush=True)
                desk.send_signal(signal.SIGCONT)
                self.assertEqual(desk.stdout.readline().decode().split()[0], "told")
            finally:
                desk.kill()
                desk.wait()
                desk.stdout.close()


class Operators(unittest.TestCase):
    """What happens to the files, the clock and the signals of a daemon that runs or is to start."""

    def refused(self, a, code, *words):
        a.start(wait=False)
        self.assertEqual(a.ended(), code, a.log_text()[-1000:])
        for word in words:
            self.assertIn(word, a.log_text()[-1500:])

    def test_key_files_that_are_missing_loose_or_cut_refuse_to_start_and_are_named(self):
        a = area.Area()
        a.make()
        for name in ("server.key", "master.key", "area.key"):
            path = a.folder / "keys" / name
            whole = path.read_bytes()
            path.chmod(0o644)
            self.refused(a, 78, name)
            path.chmod(0o600)
            path.write_bytes(whole[:10])
            self.refused(a, 78, name)
            path.unlink()
            self.refused(a, 78, name)
            path.write_bytes(whole)
            path.chmod(0o600)
        a.start()
        a.__exit__()

    def test_an_area_without_a_key_for_checkpoints_works_and_says_what_to_run(self):
        """As an earlier release left it, started by the unit: systemd gives its word for what is missing."""
        given = ("server.key", "master.key", "area.key")
        unit = (area.ROOT / "deploy/systemd/triaged@.service").read_text()
        for name in given:
            self.assertIn(f"LoadCredential={name}:", unit)
        self.assertIn("\nSetCredential=checkpoint.key:none\n", unit)
        a = area.Area()
        a.make()
        credentials = a.folder / "credentials"
        credentials.mkdir()
        for name in given:
            (a.folder / "keys" / name).rename(credentials / name)
        (a.folder / "keys/checkpoint.key").unlink()
        (a.folder / "keys/checkpoint.pub").unlink()
        (credentials / "checkpoint.key").write_text("none")
        (credentials / "checkpoint.key").chmod(0o400)
        a.environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(credentials)}
        a.start()
        try:
            with a.client("rosewood-house") as c:
                self.assertEqual(c.submit(area.concern()).status, 0)
            self.assertIn("no_checkpoint_key", a.log_text())
            with a.operator_client() as operator:
                refused = operator.request("checkpoint", {})
                self.assertEqual(STATUS(refused.status), "STATUS_UNAVAILABLE")
                self.assertIn("triaged --init", refused.text)
            self.assertEqual(a.stop(), 0)
            for name in given:
                (credentials / name).rename(a.folder / "keys" / name)
            kept = (a.folder / "keys/master.key").read_bytes(), (a.folder / "triaged.yaml").read_bytes()
            subprocess.run([area.BIN / "triaged", "--init", a.folder], check=True, capture_output=True)
            self.assertEqual(kept, ((a.folder / "keys/master.key").read_bytes(), (a.folder / "triaged.yaml").read_bytes()))
            a.environment = dict(os.environ)
            a.start()
            with a.operator_client() as operator:
                self.assertEqual(STATUS(operator.request("checkpoint", {}).status), "STATUS_OK")
        finally:
            a.__exit__()

    def test_deleted_and_corrupted_files_of_a_running_daemon_change_nothing_and_are_told(self):
        with area.Area(NO_QUOTA) as a, a.client("rosewood-house") as c, a.operator_client() as operator:
            for path in ("principals", "workers", "policy", "triaged.yaml"):
                path = a.folder / path
                kept = path.with_name(path.name + ".kept")
                path.rename(kept)
                reply = operator.request("reload", {})
                self.assertNotEqual(STATUS(reply.status), "STATUS_OK", f"{path.name}: reload without it")
                self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK", path.name)
                kept.rename(path)
                self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK", path.name)
            for path in ("principals/rosewood-house.yaml", "workers/w-marsh.yaml", "policy/pack.yaml", "triaged.yaml"):
                path = a.folder / path
                whole = path.read_bytes()
                for garbage in (b"\xff\xfe\0", b"{", b"a: [1", whole[: len(whole) // 2] + b"\0", b"&a [*a, *a]"):
                    path.write_bytes(garbage)
                    reply = operator.request("reload", {})
                    self.assertNotEqual(STATUS(reply.status), "STATUS_OK", (path.name, garbage))
                    self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK", (path.name, garbage))
                path.write_bytes(whole)
                self.assertEqual(STATUS(operator.request("reload", {}).status), "STATUS_OK")

    def test_revocation_rotation_and_hangups_under_load_lose_nothing_and_shut_out_the_old_key(self):
        slow = bool(os.environ.get("TRIAGED_SANITIZED"))
        with area.Area(NO_QUOTA) as a:
            taken, stop = [], threading.Event()
            thread = threading.Thread(target=self.load, args=(a, "brightwater-homecare", taken, stop))
            thread.start()
            old = a.keys["rosewood-house"]
            c = a.client("rosewood-house")
            for _ in range(4 if slow else 20):
                c.send("submit", {"submissions": [c.submission(area.concern())]})
                a.enrol("rosewood-house", "provider", locations=area.PROVIDERS["rosewood-house"])  # a new key
                for _ in range(3 if slow else 10):
                    a.process.send_signal(signal.SIGHUP)
                self.assertTrue(until(lambda: self.heard(a, "rosewood-house"), 30), "the new key is not let in")
                late = triage_client.Client(a.intake, a.server_key, *old)
                late.send("hello", {"version": 1})
                self.assertIsNone(late.receive(0.1), "the old key is still let in")
                late.close()
                c.close()
                old, c = a.keys["rosewood-house"], a.client("rosewood-house")
            c.close()
            stop.set()
            thread.join()
            self.assertGreater(len(taken), 20)
            with a.client("brightwater-homecare") as b:
                for key, reference in taken:
                    again = b.submit(area.concern(), key)
                    self.assertEqual((STATUS(again.status), again.adults[0].reference), ("STATUS_DUPLICATE", reference))

    @staticmethod
    def heard(a, name):
        c = triage_client.Client(a.intake, a.server_key, *a.keys[name])
        c.send("hello", {"version": 1})
        reply = c.receive(3)
        c.close()
        return reply is not None

    @staticmethod
    def load(a, name, taken, stop):
        c, keys = a.client(name), {}
        while not stop.is_set():
            for _ in range(20):
                key = uuid7()
                keys[c.send("submit", {"submissions": [c.submission(area.concern(), key)]})] = key
            while (reply := c.receive(0.01)) is not None:
                for r in reply.submit.receipts:
                    if r.status == 0:
                        taken.append((keys[reply.id], r.adults[0].reference))
        c.close()

    def test_sigterm_under_load_ends_in_time_and_everything_receipted_is_there(self):
        with area.Area(NO_QUOTA) as a:
            taken = []
            for _ in range(4):
                stop = threading.Event()
                thread = threading.Thread(target=self.load, args=(a, "rosewood-house", taken, stop))
                thread.start()
                time.sleep(0.3)
                started = time.monotonic()
                self.assertEqual(a.stop(), 0)
                self.assertLess(time.monotonic() - started, 10)
                a.start()
                time.sleep(0.2)
                stop.set()
                thread.join()
            with a.client("rosewood-house") as c:
                for key, reference in taken:
                    again = c.submit(area.concern(), key)
                    self.assertEqual((STATUS(again.status), again.adults[0].reference), ("STATUS_DUPLICATE", reference))
            self.assertEqual(proved(a).verify.problem, "")

    def test_a_ledger_of_a_newer_release_is_not_touched(self):
        a = area.Area()
        a.make()
        a.start()
        a.stop()
        import sqlite3
        path = next(p for p in (a.folder / "ledger").iterdir() if p.read_bytes()[:6] == b"SQLite")
        with sqlite3.connect(path) as db:
            db.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (b"\1" * 8,))
        db.close()
        whole = path.read_bytes()
        self.refused(a, 78, "later release")
        self.assertEqual(path.read_bytes(), whole)
        a.__exit__(True)

    @unittest.skipUnless(os.geteuid() == 0, "mounting needs root")
    def test_a_ledger_folder_that_cannot_be_written_refuses_to_start_in_words(self):
        a = area.Area()
        a.make()
        a.start()
        a.stop()
        ledger = str(a.folder / "ledger")
        if subprocess.run(["mount", "--bind", ledger, ledger], capture_output=True).returncode:
            self.skipTest("nothing may be mounted here")
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", ledger], check=True)
            a.start(wait=False)
            self.assertIn(a.ended(), (70, 78))
            self.assertIn("ledger", a.log_text()[-600:])
        finally:
            subprocess.run(["umount", "-l", ledger], check=True)
            a.__exit__(True)

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small disk needs root")
    def test_started_without_space_it_serves_reads_and_is_busy_to_intake(self):
        folder = f"/tmp/triaged-no-space-{os.getpid()}"
        os.makedirs(folder)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]).returncode:
            os.rmdir(folder)
            self.skipTest("no tmpfs may be mounted here")
        try:
            a = area.Area({"low_water_bytes": 16 * 1024 * 1024}, folder + "/area")
            a.make()
            a.start()
            with a.client("rosewood-house") as c:
                reference = c.submit(area.concern()).adults[0].reference
            a.stop()
            left = os.statvfs(folder)
            with open(folder + "/filler", "wb") as filler:
                filler.write(b"\0" * (left.f_bavail * left.f_bsize - 4 * 1024 * 1024))
            a.start()
            with a.client("rosewood-house") as c, a.client("mash-desk") as d:
                receipt = c.submit(area.concern())
                self.assertEqual(STATUS(receipt.status), "STATUS_BUSY")
                self.assertGreater(receipt.retry_after_ms, 0)
                self.assertEqual(d.request("queue", {"team": "mash", "limit": 10}).queue.total, 1)
                self.assertEqual(STATUS(c.request("status", {"reference": reference}).status), "STATUS_OK")
                os.unlink(folder + "/filler")
                self.assertTrue(until(lambda: c.submit(area.concern()).status == 0), "it does not recover")
            self.assertEqual(a.stop(), 0)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
            os.rmdir(folder)

    @unittest.skipUnless(shutil.which("faketime"), "faketime moves the clock, and is not installed")
    @unittest.skipIf(os.environ.get("TRIAGED_SANITIZED"), "a sanitizer and faketime both want to be loaded first")
    def test_a_clock_that_jumps_stops_upkeep_until_a_person_confirms_and_intake_goes_on(self):
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        a = area.Area(NO_QUOTA)
        stamp = a.folder / "clock"
        stamp.write_text("+0")
        a.environment.update(LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(stamp), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1")
        with a, a.client("rosewood-house") as c, a.client("mash-desk") as d, a.operator_client() as operator:
            for offset in ("+2d", "-1h", "+0", "+400d"):
                reference = c.submit(area.concern()).adults[0].reference
                before = d.request("look", {"reference": reference, "reason": "x"}, worker="w-marsh").look.headline
                stamp.write_text(offset)
                self.assertTrue(until(lambda: a.metric("triaged_clock_suspect") == 1, 15), offset)
                self.assertEqual(STATUS(c.submit(area.concern()).status), "STATUS_OK")
                after = d.request("look", {"reference": reference, "reason": "x"}, worker="w-marsh").look.headline
                self.assertEqual((after.colour, after.state, after.team), (before.colour, before.state, before.team))
                self.assertEqual(STATUS(operator.request("confirm_clock", {}).status), "STATUS_OK")
                self.assertTrue(until(lambda: a.metric("triaged_clock_suspect") == 0), offset)
            self.assertEqual(proved(a).verify.problem, "")
            self.assertEqual(a.stop(), 0)
            stamp.write_text("+430d")  # weeks are missing since the last record
            a.start()
            with a.client("rosewood-house") as again:
                self.assertEqual(a.metric("triaged_clock_suspect"), 1)
                self.assertEqual(STATUS(again.submit(area.concern()).status), "STATUS_OK")


if __name__ == "__main__":
    unittest.main()

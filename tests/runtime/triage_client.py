"""A whole client of triaged in one page of Python: what proto/README.md says, and no more.

Needs pyzmq, protobuf and PyNaCl, and the modules that protoc makes of proto/ on the path
(TRIAGED_PY names their folder; the build makes them in build/<preset>/py).
"""
import hashlib
import os
import sys
import time
import uuid

import nacl.public
import zmq
from google.protobuf import json_format
from zmq.utils import z85

sys.path.insert(0, os.environ.get("TRIAGED_PY", "build/release/py"))
from triage.v1 import common_pb2, concern_pb2, envelope_pb2  # noqa: E402

STATUS = common_pb2.Status.Name
CHANGES_A_CASE = 30  # members of Request.body from here on may need a command id


def uuid7():
    """16 bytes, time first, as RFC 9562 orders them."""
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | random[0] & 0x0F
    random[2] = 0x80 | random[2] & 0x3F
    return int(time.time() * 1000).to_bytes(6, "big") + bytes(random)


def digest(content):
    """What a receipt's digest must equal: the first 32 bytes of BLAKE2b-512."""
    return hashlib.blake2b(content).digest()[:32]


class NoAnswer(Exception):
    pass


class Client:
    """One connection.  Without keys it speaks to the local operator socket, which is not boxed."""

    context = zmq.Context.instance()

    def __init__(self, endpoint, server_key=None, public=None, secret=None, timeout=10, reconnect_ms=None):
        self.socket = self.context.socket(zmq.DEALER)
        if reconnect_ms:
            self.socket.reconnect_ivl, self.socket.reconnect_ivl_max = reconnect_ms, 60000
        self.socket.linger = 0
        self.socket.sndhwm = self.socket.rcvhwm = 0
        self.timeout = timeout
        self.box = None
        self.last_id = 0
        self.pushed = []
        if server_key:
            self.socket.curve_serverkey, self.socket.curve_publickey = server_key, public
            self.socket.curve_secretkey = secret
            self.box = nacl.public.Box(nacl.public.PrivateKey(z85.decode(secret)),
                                       nacl.public.PublicKey(z85.decode(server_key)))
        self.socket.connect(endpoint)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, body, content=None, worker="", command_id=None):
        """Sends one request and returns its id.  `content` is a dictionary or a message."""
        self.last_id += 1
        r = envelope_pb2.Request(id=self.last_id, worker=worker)
        field = envelope_pb2.Request.DESCRIPTOR.fields_by_name[body]
        member = getattr(r, body)
        member.SetInParent()
        if isinstance(content, dict):
            json_format.ParseDict(content, member)
        elif content is not None:
            member.CopyFrom(content)
        if field.number >= CHANGES_A_CASE or command_id:
            r.command_id = command_id or uuid.uuid4().bytes
        self.socket.send(r.SerializeToString())
        return self.last_id

    def receive(self, timeout=None):
        """The next frame, opened; None when none comes in time."""
        if not self.socket.poll((self.timeout if timeout is None else timeout) * 1000):
            return None
        frame = self.socket.recv()
        return envelope_pb2.Reply.FromString(self.box.decrypt(frame) if self.box else frame)

    def answer(self, request_id, timeout=None):
        """The reply to one request; pushes that come before it are kept for push()."""
        until = time.monotonic() + (timeout or self.timeout)
        while (left := until - time.monotonic()) > 0:
            reply = self.receive(left)
            if reply is None:
                break
            if reply.id == request_id:
                return reply
            self.pushed.append(reply)
        raise NoAnswer(f"no answer to request {request_id}")

    def request(self, body, content=None, worker="", command_id=None, timeout=None):
        return self.answer(self.send(body, content, worker, command_id), timeout)

    def push(self, timeout=None):
        """The next push, None when none comes in time."""
        if self.pushed:
            return self.pushed.pop(0)
        return self.receive(timeout)

    def hello(self, version=1):
        self.greeting = self.request("hello", {"version": version, "client": "test"})
        return self.greeting

    # The few requests that every test makes.
    def submission(self, concern, key=None, danger="ANSWER_NO"):
        message = json_format.ParseDict(concern, concern_pb2.SafeguardingConcern())
        return {
            "key": _b64(key or uuid7()), "kind": "KIND_SAFEGUARDING_CONCERN",
            "concern": _b64(message.SerializeToString()), "danger_now": danger,
        }

    def submit(self, concern, key=None, danger="ANSWER_NO"):
        """Submits one concern; returns its Receipt."""
        reply = self.request("submit", {"submissions": [self.submission(concern, key, danger)]})
        if not reply.submit.receipts:
            raise NoAnswer(f"refused whole: {STATUS(reply.status)} {reply.text}")
        return reply.submit.receipts[0]

    def notices(self, after=0, credit=100, wait=1.0):
        """Every notice after a cursor that comes within `wait` seconds of the last."""
        self.send("follow_notices", {"after": str(after), "credit": credit})
        seen = []
        while (reply := self.push(wait)) is not None:
            seen += reply.notices.notices
        return seen


def _b64(data):
    import base64
    return base64.b64encode(data).decode()

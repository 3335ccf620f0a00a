#!/usr/bin/python3
"""The C library's JSON against Google's, both ways, over random messages.

    json_interop.py JSON_PIPE BUILD/py
"""
import random
import subprocess
import sys
import unittest

PIPE, MODULES = sys.argv[1], sys.argv[2]
sys.path.insert(0, MODULES)
from google.protobuf import json_format  # noqa: E402
from google.protobuf.descriptor import FieldDescriptor as F  # noqa: E402
from triage.v1 import concern_pb2, envelope_pb2  # noqa: E402

KINDS = [concern_pb2.SafeguardingConcern, envelope_pb2.Request, envelope_pb2.Reply]
LETTERS = ["a", "Z", " ", '"', "\\", "\n", "\x01", "/", "é", "€", "😀", "<", "\u2028", "\x7f"]


def scalar(f, rng):
    if f.type == F.TYPE_STRING:
        return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 12)))
    if f.type == F.TYPE_BYTES:
        return rng.randbytes(rng.randint(1, 40))
    if f.type == F.TYPE_BOOL:
        return True
    if f.type == F.TYPE_ENUM:
        return rng.choice(f.enum_type.values).number
    bits = 64 if f.type in (F.TYPE_INT64, F.TYPE_UINT64) else 32
    if f.type in (F.TYPE_INT32, F.TYPE_INT64):
        return rng.randint(-(1 << bits - 1), (1 << bits - 1) - 1)
    return rng.randint(0, (1 << bits) - 1)


def fill(m, rng):
    for f in m.DESCRIPTOR.fields:
        if rng.random() < 0.5:
            continue
        many = f.label == F.LABEL_REPEATED
        for _ in range(rng.randint(1, 3) if many else 1):
            if f.type == F.TYPE_MESSAGE:
                part = getattr(m, f.name)
                part = part.add() if many else part
                part.SetInParent() if not many else None
                fill(part, rng)
            elif many:
                getattr(m, f.name).append(scalar(f, rng))
            else:
                setattr(m, f.name, scalar(f, rng))
    return m


class Interop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pipe = subprocess.Popen([PIPE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                    encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.pipe.stdin.close()
        assert cls.pipe.wait() == 0
        cls.pipe.stdout.close()

    def ask(self, way, kind, text):
        self.pipe.stdin.write(f"{way} {kind.DESCRIPTOR.name} {text}\n")
        self.pipe.stdin.flush()
        return self.pipe.stdout.readline().rstrip("\n")

    def messages(self):
        rng = random.Random(7)
        for i in range(300):
            kind = KINDS[i % len(KINDS)]
            yield kind, fill(kind(), rng)

    def test_what_c_writes_google_reads(self):
        for kind, m in self.messages():
            text = self.ask("out", kind, m.SerializeToString(deterministic=True).hex())
            self.assertEqual(json_format.Parse(text, kind()), m)

    def test_what_google_writes_c_reads_in_either_spelling(self):
        for kind, m in self.messages():
            wire = m.SerializeToString(deterministic=True)
            for names in (True, False):
                text = json_format.MessageToJson(m, preserving_proto_field_name=names, indent=None,
                                                 including_default_value_fields=False)
                back = self.ask("in", kind, text)
                self.assertFalse(back.startswith("refused"), back)
                self.assertEqual(kind.FromString(bytes.fromhex(back)), m)
                self.assertEqual(bytes.fromhex(back), wire)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

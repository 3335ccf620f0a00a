"""What the tests of this folder share: where the schema is, and every message and enum in it."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTO = pathlib.Path(os.environ.get("TRIAGED_PROTO", ROOT / "proto"))
SAMPLES = PROTO / "samples"
sys.path.insert(0, os.environ.get("TRIAGED_PY", str(ROOT / "build/release/py")))
sys.path.insert(0, str(SAMPLES))

from triage.ledger.v1 import record_pb2  # noqa: E402
from triage.v1 import common_pb2, concern_pb2, desk_pb2, envelope_pb2  # noqa: E402
from triage.v1 import intake_pb2, operator_pb2, retention_pb2  # noqa: E402

MODULES = [common_pb2, intake_pb2, desk_pb2, operator_pb2, retention_pb2, envelope_pb2, concern_pb2, record_pb2]


def messages():
    """Every message descriptor, nested ones too."""
    todo = [m for module in MODULES for m in module.DESCRIPTOR.message_types_by_name.values()]
    while todo:
        m = todo.pop(0)
        yield m
        todo += m.nested_types


def enums():
    for module in MODULES:
        yield from module.DESCRIPTOR.enum_types_by_name.values()
    for m in messages():
        yield from m.enum_types

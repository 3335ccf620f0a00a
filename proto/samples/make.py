#!/usr/bin/python3
"""Makes the golden samples: <name>.bin, the bytes, and <name>.json, the protobuf JSON of them.

source.json is what people edit: name -> [message, value], the value in protobuf JSON but that a field
of bytes may also be {"hex": "..."}, {"sample": "name"} (that sample's bytes) or {"digest": "name"}
(BLAKE2b of that sample's bytes, as on a receipt).

    make.py PY_DIR           writes the files anew       (PY_DIR: what protoc made, build/<preset>/py)
    make.py PY_DIR --check   says what would change, exits 1 if anything would
"""
import base64
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def message_class(name):
    from triage.ledger.v1 import record_pb2
    from triage.v1 import concern_pb2, envelope_pb2

    if name.startswith("ledger."):
        return getattr(record_pb2, name.removeprefix("ledger."))
    return getattr(concern_pb2 if name == "SafeguardingConcern" else envelope_pb2, name)


def packed(message):
    return message.SerializeToString(deterministic=True)


def resolved(value, done):
    """The value with the three short forms of bytes written out as JSON has them."""
    if isinstance(value, list):
        return [resolved(v, done) for v in value]
    if not isinstance(value, dict):
        return value
    short = {
        "hex": bytes.fromhex,
        "sample": lambda name: packed(done[name]),
        "digest": lambda name: hashlib.blake2b(packed(done[name])).digest()[:32],
    }
    if len(value) == 1 and (key := next(iter(value))) in short:
        return base64.b64encode(short[key](value[key])).decode()
    return {k: resolved(v, done) for k, v in value.items()}


def samples():
    """name -> message, in the order of source.json (a sample may use those above it)."""
    from google.protobuf import json_format

    done = {}
    for name, (kind, value) in json.loads((HERE / "source.json").read_text()).items():
        done[name] = json_format.ParseDict(resolved(value, done), message_class(kind)())
    return done


def files():
    from google.protobuf import json_format

    for name, message in samples().items():
        text = json_format.MessageToJson(message, preserving_proto_field_name=True, ensure_ascii=False)
        yield HERE / f"{name}.bin", packed(message)
        yield HERE / f"{name}.json", (text + "\n").encode()


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    sys.path.insert(0, arguments[0])
    wanted = dict(files())
    there = {p for p in HERE.glob("*.*") if p.suffix in (".bin", ".json") and p.name != "source.json"}
    stale = [p for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
    stale += sorted(there - wanted.keys())
    if "--check" in arguments:
        for p in stale:
            print(f"{p.name}: not what source.json and the schema make")
        return 1 if stale else 0
    for p in there - wanted.keys():
        p.unlink()
    for p, data in wanted.items():
        p.write_bytes(data)
    print(f"{len(wanted) // 2} samples")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

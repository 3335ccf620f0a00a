"""The habits of the schema: what old clients and old ledgers rest on never changes."""
import pathlib
import re
import sys
import unittest

import schema
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto

NUMBERS = pathlib.Path(__file__).with_name("numbers.txt")
FIELDS_MAX = 128  # in one message that travels: daemon/wire/scan.c counts them in a small array


def numbers():
    """One line for each number in use: 'field triage.v1.Hello 1 version uint32'."""
    for m in schema.messages():
        for f in m.fields:
            kind = f.message_type or f.enum_type
            name = kind.full_name if kind else TYPES[f.type]
            label = "repeated " if f.label == f.LABEL_REPEATED else ""
            yield f"field {m.full_name} {f.number} {f.name} {label}{name}"
    for e in schema.enums():
        for v in e.values:
            yield f"value {e.full_name} {v.number} {v.name}"
    for d in [*schema.messages(), *schema.enums()]:
        message = hasattr(d, "fields")
        proto = DescriptorProto() if message else EnumDescriptorProto()
        d.CopyToProto(proto)
        last = 1 if message else 0  # a message's range leaves its end out, an enum's does not
        for r in proto.reserved_range:
            yield f"reserved {d.full_name} {r.start}-{r.end - last}"


TYPES = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32",
    8: "bool", 9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64",
    17: "sint32", 18: "sint64",
}


def protos():
    return sorted(schema.PROTO.rglob("*.proto"))


def code(path):
    return re.sub(r"//.*", "", path.read_text())


class Schema(unittest.TestCase):
    def test_no_message_contains_itself(self):
        # protobuf-c has no limit of depth: a message within itself could empty the stack.
        def walk(m, above):
            self.assertNotIn(m.full_name, above, "contains itself: " + " > ".join(above))
            for f in m.fields:
                if f.message_type:
                    walk(f.message_type, above + [m.full_name])

        for m in schema.messages():
            walk(m, [])

    def test_depth_stays_below_what_the_scan_allows(self):
        def depth(m):
            return 1 + max((depth(f.message_type) for f in m.fields if f.message_type), default=0)

        for m in schema.messages():
            self.assertLessEqual(depth(m), 8, m.full_name)

    def test_every_enum_begins_with_unspecified(self):
        for e in schema.enums():
            zero = e.values_by_number[0].name
            if e.name == "Status":
                self.assertEqual(zero, "STATUS_OK")
            else:
                self.assertTrue(zero.endswith("_UNSPECIFIED"), f"{e.full_name}: {zero}")

    def test_no_enum_number_has_two_names(self):
        for e in schema.enums():
            self.assertEqual(len({v.number for v in e.values}), len(e.values), e.full_name)

    def test_a_number_that_may_be_absent_is_a_oneof_of_one_member(self):
        for path in protos():
            self.assertNotRegex(code(path), r"\boptional\b", path.name)

    def test_times_are_int64_milliseconds(self):
        for m in schema.messages():
            for f in m.fields:
                if f.name.endswith("_at") or f.name.endswith("_time"):
                    self.fail(f"{f.full_name}: a time is called _ms")
                if not f.name.endswith("_ms") or f.full_name.endswith("retry_after_ms"):
                    continue
                wanted = f.TYPE_SINT64 if m.name in ("CaseFields", "CaseErrand") else f.TYPE_INT64
                self.assertEqual(f.type, wanted, f.full_name)

    def test_no_floating_point_no_groups_no_maps_no_imports_from_elsewhere(self):
        for m in schema.messages():
            self.assertFalse(m.GetOptions().map_entry, m.full_name)
            for f in m.fields:
                self.assertNotIn(f.type, (f.TYPE_DOUBLE, f.TYPE_FLOAT, f.TYPE_GROUP), f.full_name)
        for path in protos():
            for name in re.findall(r'import "([^"]+)"', code(path)):
                self.assertTrue((schema.PROTO / name).exists(), f"{path.name}: {name}")

    def test_a_message_that_travels_has_no_more_fields_than_the_scan_counts(self):
        for m in schema.messages():
            if m.file.package == "triage.v1":
                self.assertLessEqual(len(m.fields), FIELDS_MAX, m.full_name)

    def test_no_number_was_removed_reused_or_retyped(self):
        kept = set(NUMBERS.read_text().splitlines())
        now = set(numbers())
        self.assertEqual(kept - now, set(),
                         "a released number is gone or means another thing: reserve it, never reuse it")
        self.assertEqual(now - kept, set(), "new numbers: test_schema.py --write keeps them for ever")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        NUMBERS.write_text("\n".join(numbers()) + "\n")
    else:
        unittest.main()

"""The golden samples, as Google's implementation reads them."""
import unittest

import schema
import make
from google.protobuf import json_format


def bins():
    return sorted(schema.SAMPLES.glob("*.bin"))




class Samples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.samples = make.samples()

    def test_each_is_what_source_and_schema_make(self):
        for path, data in make.files():
            self.assertEqual(path.read_bytes(), data, f"{path.name}: run proto/samples/make.py")

    def test_each_is_decoded_and_encoded_byte_for_byte(self):
        for path in bins():
            message = type(self.samples[path.stem]).FromString(path.read_bytes())
            self.assertEqual(make.packed(message), path.read_bytes(), path.name)
            self.assertFalse(message.UnknownFields(), path.name)

    def test_json_in_either_naming_gives_the_same_bytes(self):
        for path in bins():
            text = path.with_suffix(".json").read_text()
            kind = type(self.samples[path.stem])
            message = json_format.Parse(text, kind())
            self.assertEqual(make.packed(message), path.read_bytes(), path.name)
            camel = json_format.MessageToJson(message)
            self.assertEqual(json_format.Parse(camel, kind()), message, path.name)

    def test_every_member_of_request_and_reply_has_a_sample(self):
        for kind in (schema.envelope_pb2.Request, schema.envelope_pb2.Reply):
            members = {f.name for f in kind.DESCRIPTOR.oneofs_by_name["body"].fields}
            shown = {m.WhichOneof("body") for m in self.samples.values() if isinstance(m, kind)}
            self.assertEqual(members - shown, set(), kind.DESCRIPTOR.name)

    def test_every_field_of_every_message_is_in_some_sample(self):
        seen = set()
        todo = list(self.samples.values())
        while todo:
            message = todo.pop()
            for field, value in message.ListFields():
                seen.add(field.full_name)
                if field.message_type:
                    repeated = field.label == field.LABEL_REPEATED
                    todo += list(value) if repeated else [value]
        # Fields that a proto3 reader cannot tell from absent are in source.json all the same.
        written = (schema.SAMPLES / "source.json").read_text()
        every = {f.full_name for m in schema.messages() for f in m.fields
                 if m.name != "CaseFields"}  # one of each type is enough there
        unseen = {n for n in every - seen if f'"{n.split(".")[-1]}":' not in written}
        self.assertEqual(unseen, set())

    def test_nhs_numbers_are_of_the_test_range_and_check(self):
        for message in self.samples.values():
            if not isinstance(message, schema.concern_pb2.SafeguardingConcern):
                continue
            for adult in message.adults:
                digits = [int(c) for c in adult.nhs_number if c.isdigit()]
                if digits:
                    total = sum(d * (10 - i) for i, d in enumerate(digits[:9]))
                    self.assertEqual(digits[:3], [9, 9, 9])
                    self.assertEqual((11 - total % 11) % 11, digits[9])


if __name__ == "__main__":
    unittest.main()

"""What proto/README.md promises in figures is what the code and the samples say."""
import hashlib
import re
import unittest

import nacl.public
import schema

TEXT = (schema.PROTO / "README.md").read_text()


def hex_of(name):
    return bytes.fromhex(re.search(rf"^ +{name} +([0-9a-f]+)$", TEXT, re.M).group(1))


class Readme(unittest.TestCase):
    def test_the_box_of_the_example_opens_with_one_call(self):
        secret = nacl.public.PrivateKey(hex_of("client secret"))
        self.assertEqual(secret.public_key.encode(), hex_of("client public"))
        box = nacl.public.Box(secret, nacl.public.PublicKey(hex_of("server public")))
        message = box.decrypt(hex_of("frame"))
        self.assertEqual(message, hex_of("message"))
        self.assertEqual(message, (schema.SAMPLES / "reply.receipt_notices.bin").read_bytes())
        reply = schema.envelope_pb2.Reply.FromString(message)
        self.assertEqual((reply.id, reply.receipt_notices.up_to), (9, 43))

    def test_every_status_is_explained_under_its_number(self):
        for value in schema.common_pb2.Status.DESCRIPTOR.values:
            name = value.name.removeprefix("STATUS_")
            self.assertRegex(TEXT, rf"(?m)^\| {value.number} \| `{name}` \|")

    def test_every_limit_of_the_hello_has_its_default(self):
        desk = (schema.ROOT / "daemon/desk/desk.h").read_text()
        defaults = dict(re.findall(r"X\((\w+), (\d+),", desk))
        part = re.search(r"ATTACHMENT_PART_BYTES \(\(size_t\)(\d+) \* 1024\)",
                         (schema.ROOT / "daemon/core/attachment.h").read_text())
        defaults["part_bytes"] = str(int(part.group(1)) * 1024)  # no setting: ledgers rest on it
        for field in schema.envelope_pb2.Limits.DESCRIPTOR.fields:
            shown = re.search(rf"^\| `{field.name}` \| ([\d,]+)", TEXT, re.M).group(1)
            self.assertEqual(shown.replace(",", ""), defaults[field.name], field.name)

    def test_references_of_the_samples_have_a_right_check_symbol(self):
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXY"
        self.assertIn(alphabet, TEXT)
        seen = set(re.findall(r"SC-([0-9A-Z]{4})-([0-9A-Z]{4})\b",
                              TEXT + (schema.SAMPLES / "source.json").read_text()))
        seen.discard(("XXXX", "XXXX"))
        self.assertGreater(len(seen), 2)
        for a, b in seen:
            *values, check = [alphabet.index(c) for c in a + b]
            total = sum((i + 1) * v for i, v in enumerate(values))
            self.assertEqual(total % 31, check, f"SC-{a}-{b}")

    def test_every_notice_code_is_named(self):
        terms = (schema.ROOT / "daemon/core/terms.h").read_text()
        codes = re.findall(r'X\(NOTICE_\w+, (\d+), "(\w+)"\)', terms)
        unsaid = {"none", "ack", "info_considered"}  # the receipt is the first; kept for later: the last
        for _, code in codes:
            if code not in unsaid:
                self.assertIn(f"`{code}`", TEXT)

    def test_the_digest_is_half_of_blake2b(self):
        concern = (schema.SAMPLES / "concern.fall.bin").read_bytes()
        reply = schema.envelope_pb2.Reply.FromString(
            (schema.SAMPLES / "reply.submit.bin").read_bytes())
        self.assertEqual(reply.submit.receipts[0].digest, hashlib.blake2b(concern).digest()[:32])


if __name__ == "__main__":
    unittest.main()

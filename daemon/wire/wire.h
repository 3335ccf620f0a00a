// wire.h - bytes: the conversation and the records, in and out.  Pure but for arenas; no socket.
//
// Decoding is two steps: a scan of the raw bytes against the schema (limits, unknown fields,
// repeated single fields, UTF-8, NUL, enum numbers, depth), because protobuf-c checks none of
// these, and then protobuf-c's unpack into the caller's arena, whose size is the byte budget.
#ifndef TRIAGED_WIRE_H
#define TRIAGED_WIRE_H

#include "arena.h"
#include "casefile.h"
#include "concern.h"
#include "err.h"
#include "event.h"
#include "facts.h"

#include "triage/ledger/v1/record.pb-c.h"
#include "triage/v1/concern.pb-c.h"
#include "triage/v1/envelope.pb-c.h"

struct wire_limits {
    size_t text_bytes_max; // in one string
    size_t fields_max;     // in one message, all levels together
    size_t depth_max;
    size_t repeated_max; // items in one repeated field
};
// In a concern no list may be longer than this, whatever repeated_max says: the desk decodes it
// beside everything else that it makes of one message.
#define WIRE_CONCERN_ITEMS_MAX 256
#define WIRE_LIMITS_DEFAULT    ((struct wire_limits){16384, 20000, 8, 8192})

struct wire_place {                // where the bytes are wrong
    char field[CONCERN_FIELD_MAX]; // "submit.submissions[3].key", "" when it is not in a field
    const char *code; // "utf8", "nul", "unknown_field", "truncated", "enum", "too_long", ...
    const char *text; // a sentence with the remedy
};

// What comes in is taken as this schema says and no other way; a reply may hold fields and enum
// numbers of a later release, which are let through. ERR_MALFORMED (not this schema's bytes),
// ERR_INVALID (a field cannot be taken: UTF-8, NUL, enum), ERR_TOO_LARGE (a limit), ERR_NO_MEMORY
// (the arena's budget).  `place` is filled unless OK.
enum err wire_request(struct bytes b, const struct wire_limits *limits, struct arena *a,
                      Triage__V1__Request **out, struct wire_place *place);
// The id of a request that cannot be read whole, so that its sender learns which; 0: not to be
// found.
uint64_t wire_request_id(struct bytes b);
enum err wire_reply(struct bytes b, const struct wire_limits *limits, struct arena *a,
                    Triage__V1__Reply **out, struct wire_place *place);
enum err wire_concern(struct bytes b, const struct wire_limits *limits, struct arena *a,
                      Triage__V1__SafeguardingConcern **out, struct wire_place *place);
enum err wire_body(struct bytes b, struct arena *a, Triage__Ledger__V1__Body **out);

// Any message packed into the arena; data is NULL when the budget is spent.
struct bytes wire_pack(const ProtobufCMessage *m, struct arena *a);

// What validation looks at, and what the tables read, of adult `adult`.  Facts that the sender did
// not give are FACT_UNKNOWN; council facts are left unknown.
void wire_concern_view(const Triage__V1__SafeguardingConcern *c, enum kind kind,
                       struct concern_view *out);
void wire_concern_facts(const Triage__V1__SafeguardingConcern *c, size_t adult, int64_t received_ms,
                        struct facts *out);

// Records.  Encoders return the length, 0 when it does not fit (cap: LEDGER_HEADER_MAX is enough).
// `before` is NULL for a case's first record (prev_seq 0) and for no other: everything is then
// written. `after` NULL: a record that is about no case. Decoding applies what changed to `file`
// (when not NULL): a first record clears it before.  `entity`, `no` and `last_seq` are the ledger's
// to tell and stay as they are. ERR_CORRUPT, or ERR_VERSION for a field that only a later release
// knows.
size_t wire_header_encode(const struct event *e, const struct casefile *before,
                          const struct casefile *after, uint8_t *out, size_t cap);
enum err wire_header_decode(struct bytes b, struct event *e, struct casefile *file);
size_t wire_case_row_encode(const struct casefile *f, uint8_t *out, size_t cap);
enum err wire_case_row_decode(struct bytes b, struct casefile *f);
size_t wire_recipient_row_encode(const struct recipient *r, uint8_t *out, size_t cap);
enum err wire_recipient_row_decode(struct bytes b, struct recipient *r);
size_t wire_area_row_encode(const struct area *a, uint8_t *out, size_t cap);
enum err wire_area_row_decode(struct bytes b, struct area *a);
#define WIRE_FOLD_VERSION \
    1 // raised when a row's meaning changes: rows are then rebuilt from records

// Keyed identities, all from the area's secret (libsodium).
#define REFERENCE_MAX 16
struct wire_keys {
    uint8_t reference[32], fingerprint[32], identity[32];
};
void wire_keys_init(struct wire_keys *k, const uint8_t area_secret[32]);
void wire_keys_wipe(struct wire_keys *k);
// SC-XXXX-XXXX of case number `no` (1 .. 31^7 - 1): a keyed permutation, no table, nothing to
// guess.
void wire_reference(const struct wire_keys *k, uint64_t no, char out[REFERENCE_MAX]);
// The case number of what a person typed (case, spaces, I for 1, L for 1, O for 0 forgiven); 0 when
// it is no reference.
uint64_t wire_reference_no(const struct wire_keys *k, struct bytes typed);
// Fingerprint of a sender's key or a command id: never 0.
uint64_t wire_fingerprint(const struct wire_keys *k, const char *principal, struct bytes key);
// The keyed hash of an adult (NHS number, else name and date of birth), of a place, of a principal;
// 0 for none.
uint64_t wire_adult_hash(const struct wire_keys *k, const Triage__V1__Adult *a);
// The hash of name and date of birth where wire_adult_hash is that of the NHS number; else 0.
uint64_t wire_person_hash(const struct wire_keys *k, const Triage__V1__Adult *a);
// The hash of whom is alleged and where: never of a name alone, and only of people who work or live
// in the service.
uint64_t wire_source_hash(const struct wire_keys *k, const Triage__V1__SourceOfRisk *s,
                          const char *place);
uint64_t wire_identity_hash(const struct wire_keys *k, const char *kind, struct bytes id);
// Who an adult is, as the codes of the national return (casefile's `person`).
int32_t wire_adult_person(const Triage__V1__Adult *a, int64_t received_ms);

// Marks for searches: which of 32 bits a code of a name's sound, or an NHS number, sets.  A case
// may be meant only if it has all the bits of what is asked; then its concern is read to be sure.
uint32_t wire_sound_marks(const struct wire_keys *k, uint32_t code);
uint32_t wire_nhs_marks(const struct wire_keys *k, const char digits[11]);
uint32_t wire_adult_marks(const struct wire_keys *k, const Triage__V1__Adult *a);
#define DIGEST_BYTES 32
void wire_digest(struct bytes content, uint8_t out[DIGEST_BYTES]); // first half of BLAKE2b-512

// The same over bytes that come one after the other.
struct wire_digesting {
    _Alignas(64) uint8_t state[384]; // libsodium's
};
void wire_digest_begin(struct wire_digesting *s);
void wire_digest_add(struct wire_digesting *s, struct bytes b);
void wire_digest_end(struct wire_digesting *s, uint8_t out[DIGEST_BYTES]);

// Boxes: what the daemon sends is sealed to the recipient's own CURVE key, so that a misrouted
// frame is noise.  Frame = 24-byte nonce, then crypto_box_easy.  Costs 1-2 us with the precomputed
// key.
struct wire_box {
    uint8_t shared[32];
};
#define WIRE_BOX_OVERHEAD (24 + 16)
enum err wire_box_init(struct wire_box *b, const uint8_t their_public[32],
                       const uint8_t our_secret[32]);
// `out` has plain.len + WIRE_BOX_OVERHEAD bytes.
void wire_box_seal(const struct wire_box *b, struct bytes plain, uint8_t *out);
// `out` has frame.len bytes; *len gets the plain length.  ERR_FORBIDDEN when it is not for us.
enum err wire_box_open(const struct wire_box *b, struct bytes frame, uint8_t *out, size_t *len);

#endif

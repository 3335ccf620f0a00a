// place.h - says where bytes are wrong, and what to do about it.
#ifndef TRIAGED_PLACE_H
#define TRIAGED_PLACE_H

#include "wire.h"

// X(id, error, code, sentence): every way that bytes can be refused.
#define FLAW_LIST(X)                                                                              \
    X(FLAW_TRUNCATED, ERR_MALFORMED, "truncated",                                                 \
      "The bytes end inside this field.  Send the message whole.")                                \
    X(FLAW_TAG, ERR_MALFORMED, "tag",                                                             \
      "There is no field here.  Send one Protocol Buffers message in one frame.")                 \
    X(FLAW_VARINT, ERR_MALFORMED, "varint",                                                       \
      "This number does not end.  Encode it as Protocol Buffers do.")                             \
    X(FLAW_UNKNOWN, ERR_MALFORMED, "unknown_field",                                               \
      "This field is not in the schema of this version.  Leave it out, or say another version.")  \
    X(FLAW_TYPE, ERR_MALFORMED, "wire_type",                                                      \
      "This field has another type in the schema.  Build the client from the published schema.")  \
    X(FLAW_TWICE, ERR_MALFORMED, "duplicate", "This field may be given once and came twice.")     \
    X(FLAW_ONEOF, ERR_MALFORMED, "oneof", "Only one of these fields may be given, and two were.") \
    X(FLAW_UTF8, ERR_INVALID, "utf8", "This text is not UTF-8.  Encode it as UTF-8.")             \
    X(FLAW_NUL, ERR_INVALID, "nul", "This text holds a NUL character.  Take it out.")             \
    X(FLAW_ENUM, ERR_INVALID, "enum", "This number is none of the choices in the schema.")        \
    X(FLAW_RANGE, ERR_INVALID, "range", "This number is too large for the field.")                \
    X(FLAW_TIME, ERR_INVALID, "time",                                                             \
      "This is no time of the years 1 to 9999.  Give milliseconds since 1970, or leave it out.")  \
    X(FLAW_LONG, ERR_TOO_LARGE, "too_long",                                                       \
      "This text is longer than the limit that the hello states.  Shorten it or attach it.")      \
    X(FLAW_FIELDS, ERR_TOO_LARGE, "too_many_fields",                                              \
      "The message holds too many fields.  Split it into several.")                               \
    X(FLAW_ITEMS, ERR_TOO_LARGE, "too_many_items",                                                \
      "This list holds too many items.  Split it over several messages.")                         \
    X(FLAW_DEPTH, ERR_TOO_LARGE, "too_deep", "The message is nested too deeply.")                 \
    X(FLAW_MEMORY, ERR_NO_MEMORY, "too_costly",                                                   \
      "The message needs more memory than one message may.  Split it into several.")

#define FLAW_ENUM_OF(id, err, code, text) id,
enum flaw { FLAW_LIST(FLAW_ENUM_OF) FLAW_COUNT };
#undef FLAW_ENUM_OF

// The way from the outermost message to a field, kept on the stack of whoever walks down.
struct place_step {
    const struct place_step *above; // NULL for the outermost
    const char *name;               // NULL: a field by number alone
    uint32_t number;
    bool repeated;
    size_t index; // when repeated
};

// Fills `place` with the flaw at `at` (NULL: the message itself) and returns its error.
enum err place_flaw(struct wire_place *place, const struct place_step *at, enum flaw flaw);

#endif

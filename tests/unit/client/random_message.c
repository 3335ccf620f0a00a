// random_message.c - half of all fields given; text with every kind of letter, quote and control.
#include "random_message.h"

#include <stdlib.h>
#include <string.h>

uint64_t random_next(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15)); // splitmix64
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static char *random_text(uint64_t *seed)
{
    static const char *const parts[] = {"a",
                                        "Z",
                                        " ",
                                        "\"",
                                        "\\",
                                        "\n",
                                        "\t",
                                        "\x01",
                                        "/",
                                        "<",
                                        "\xc3\xa9",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "'",
                                        "&",
                                        "0",
                                        "{",
                                        "]",
                                        "\x7f"};
    char *text = calloc(1, 64);
    for (uint64_t n = 1 + random_next(seed) % 12; n > 0; n--) {
        strcat(text, parts[random_next(seed) % (sizeof parts / sizeof *parts)]);
    }
    return text;
}

static void random_value(const ProtobufCFieldDescriptor *f, void *at, uint64_t *seed)
{
    const ProtobufCEnumDescriptor *e = f->descriptor;
    uint64_t const r = random_next(seed);
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING: *(char **)at = random_text(seed); break;
    case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)at = r & 1; break;
    case PROTOBUF_C_TYPE_ENUM: *(int *)at = e->values[r % e->n_values].value; break;
    case PROTOBUF_C_TYPE_INT32: *(int32_t *)at = (int32_t)r; break;
    case PROTOBUF_C_TYPE_UINT32: *(uint32_t *)at = (uint32_t)r; break;
    case PROTOBUF_C_TYPE_INT64:
        // Years 1 to 9999, where text has a form for them.
        *(int64_t *)at =
            (int64_t)(r % UINT64_C(253402300799999)) - (r & 1 ? 0 : INT64_C(2208988800000));
        break;
    case PROTOBUF_C_TYPE_UINT64: *(uint64_t *)at = r; break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)at = random_message(f->descriptor, seed);
        break;
    case PROTOBUF_C_TYPE_BYTES: {
        ProtobufCBinaryData *b = at;
        b->len = 1 + r % 40;
        b->data = malloc(b->len);
        for (size_t i = 0; i < b->len; i++) b->data[i] = (uint8_t)random_next(seed);
        break;
    }
    default: abort();
    }
}

static size_t random_size(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64: return 8;
    default: return 4;
    }
}

ProtobufCMessage *random_message(const ProtobufCMessageDescriptor *d, uint64_t *seed)
{
    ProtobufCMessage *m = calloc(1, d->sizeof_message);
    protobuf_c_message_init(d, m);
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        char *at = (char *)m + f->offset;
        char *quantifier = (char *)m + f->quantifier_offset;
        if (random_next(seed) % 2) continue;
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t const n = 1 + random_next(seed) % 3;
            char *items = calloc(n, random_size(f));
            for (size_t k = 0; k < n; k++) random_value(f, items + k * random_size(f), seed);
            *(void **)(void *)at = items;
            *(size_t *)(void *)quantifier = n;
        } else if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            if (*(uint32_t *)(void *)quantifier) continue;
            memset(at, 0, random_size(f));
            random_value(f, at, seed);
            *(uint32_t *)(void *)quantifier = f->id;
        } else {
            random_value(f, at, seed);
        }
    }
    return m;
}

// json_pipe.c - for json_interop.py: "out TYPE HEX" answers the message's JSON on one line,
// "in TYPE JSON" answers the message's bytes as hex, or "refused: words".
#include "json_map.h"

#include "triage/v1/concern.pb-c.h"
#include "triage/v1/envelope.pb-c.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ProtobufCMessageDescriptor *const types[] = {
    &triage__v1__safeguarding_concern__descriptor, &triage__v1__request__descriptor,
    &triage__v1__reply__descriptor};

static const ProtobufCMessageDescriptor *type_find(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i]->short_name, name) == 0) return types[i];
    }
    return NULL;
}

static void pipe_out(const ProtobufCMessageDescriptor *d, const char *hex)
{
    size_t len = 0;
    size_t const max = strlen(hex) / 2 + 1;
    uint8_t *data = malloc(max);
    sodium_hex2bin(data, max, hex, strlen(hex), NULL, &len, NULL);
    ProtobufCMessage *m = protobuf_c_message_unpack(d, NULL, len, data);
    json_t *j = m ? json_from_message(m, JSON_STYLE_STRICT) : NULL;
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    puts(text ? text : "refused");
    free(text);
    json_decref(j);
    if (m) protobuf_c_message_free_unpacked(m, NULL);
    free(data);
}

static void pipe_in(const ProtobufCMessageDescriptor *d, const char *text)
{
    struct json_fault fault = {{0}, "not JSON"};
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    ProtobufCMessage *m = j ? json_to_message(d, j, &fault) : NULL;
    if (m) {
        size_t const len = protobuf_c_message_get_packed_size(m);
        uint8_t *data = malloc(len + 1);
        protobuf_c_message_pack(m, data);
        for (size_t i = 0; i < len; i++) printf("%02x", data[i]);
        putchar('\n');
        free(data);
        protobuf_c_message_free_unpacked(m, NULL);
    } else {
        printf("refused: %s: %s\n", fault.path, fault.text);
    }
    json_decref(j);
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    while ((len = getline(&line, &size, stdin)) > 0) {
        line[len - 1] = '\0';
        char *type = strchr(line, ' ');
        char *rest = type ? strchr(type + 1, ' ') : NULL;
        if (!rest) break;
        *type++ = *rest++ = '\0';
        const ProtobufCMessageDescriptor *d = type_find(type);
        if (!d) break;
        if (strcmp(line, "out") == 0)
            pipe_out(d, rest);
        else
            pipe_in(d, rest);
        fflush(stdout);
    }
    free(line);
    return 0;
}

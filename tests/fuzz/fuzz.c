#include "fuzz.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fuzz_check_utf8(const char *text, size_t len)
{
    json_t *const judged = json_stringn(text, len); // NULL for what is no UTF-8
    CHECK(judged && memchr(text, 0, len) == NULL);
    json_decref(judged);
}

static void check_field(const ProtobufCFieldDescriptor *f, const void *at)
{
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        const char *const text = *(char *const *)at;
        if (text) fuzz_check_utf8(text, strlen(text));
    } else if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *const within = *(ProtobufCMessage *const *)at;
        if (within) fuzz_check_texts(within);
    }
}

void fuzz_check_texts(const ProtobufCMessage *m)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *const f = &m->descriptor->fields[i];
        const uint8_t *const member = (const uint8_t *)m + f->offset;
        const void *const quantifier = (const uint8_t *)m + f->quantifier_offset;
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE) continue;
            for (size_t k = 0; k < *(const size_t *)quantifier; k++) {
                check_field(f, *(void *const *const *)member + k);
            }
        } else if (!(f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
                   *(const uint32_t *)quantifier == f->id) {
            check_field(f, member);
        }
    }
}

static char folder[64];

static void folder_remove(void)
{
    char command[sizeof(folder) + 16];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (system(command) != 0) perror(folder);
}

const char *fuzz_folder(void)
{
    if (folder[0]) return folder;
    snprintf(folder, sizeof(folder), "%s/triaged-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    CHECK(mkdtemp(folder));
    CHECK(atexit(folder_remove) == 0);
    return folder;
}

const char *fuzz_file(const char *name, const void *data, size_t len)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
    if (!data) {
        (void)unlink(path);
        return path;
    }
    for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    int const fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, data, len) == (ssize_t)len && close(fd) == 0);
    return path;
}

char *fuzz_text(const uint8_t *data, size_t len)
{
    char *const text = malloc(len + 1);
    CHECK(text);
    if (len) memcpy(text, data, len);
    text[len] = 0;
    return text;
}

FILE *fuzz_nowhere(void)
{
    static FILE *nowhere;
    if (!nowhere) nowhere = fopen("/dev/null", "w");
    CHECK(nowhere);
    return nowhere;
}

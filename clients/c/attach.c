// attach.c - files beside a concern: named by digest, sent in parts, read in parts.
#include "client.h"
#include "concern.h"
#include "json_map.h"
#include "uuid7.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "triage/v1/concern.pb-c.h"

enum { DIGEST_BYTES = 32, READ_BYTES = 64 * 1024, GAPS_MAX = 16 };

// ---- A file of ours ----

struct local_file {
    FILE *in;
    const char *name, *media_type;
    uint64_t size;
    uint8_t digest[DIGEST_BYTES];
};

static const struct {
    const char *ending, *media_type;
} endings[] = {
    {".pdf", "application/pdf"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".png", "image/png"},
    {".heic", "image/heic"},
    {".txt", "text/plain"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".odt", "application/vnd.oasis.opendocument.text"},
};

static const char *media_type_of(const char *name)
{
    size_t const len = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t const tail = strlen(endings[i].ending);
        if (len > tail && strcasecmp(name + len - tail, endings[i].ending) == 0)
            return endings[i].media_type;
    }
    return NULL;
}

static bool file_digest(struct local_file *f)
{
    uint8_t whole[64], *buffer = malloc(READ_BYTES);
    crypto_generichash_state state;
    size_t n;
    if (!buffer) return false;
    crypto_generichash_init(&state, NULL, 0, sizeof whole);
    while ((n = fread(buffer, 1, READ_BYTES, f->in)) > 0) {
        crypto_generichash_update(&state, buffer, n);
        f->size += n;
    }
    free(buffer);
    crypto_generichash_final(&state, whole, sizeof whole);
    memcpy(f->digest, whole, DIGEST_BYTES);
    return !ferror(f->in);
}

// Opens it and reads it through once; a sentence in why when it cannot be sent.
static enum triage_status file_open(struct local_file *f, const char *path, char *why, size_t size)
{
    char const *slash = strrchr(path, '/');
    struct stat st;
    *f = (struct local_file){.name = slash ? slash + 1 : path};
    f->media_type = media_type_of(f->name);
    if (!f->media_type) {
        snprintf(why, size,
                 "%s: its ending is not one of .pdf .jpg .jpeg .png .heic .txt .docx .odt", path);
        return TRIAGE_E_ARGUMENT;
    }
    f->in = fopen(path, "rbe");
    if (!f->in || fstat(fileno(f->in), &st) != 0 || !S_ISREG(st.st_mode) || !file_digest(f)) {
        snprintf(why, size, "%s: cannot be read: %s", path,
                 errno ? strerror(errno) : "it is no file");
        if (f->in) fclose(f->in);
        return TRIAGE_E_ARGUMENT;
    }
    if (f->size > 0) return TRIAGE_OK;
    snprintf(why, size, "%s: the file is empty", path);
    fclose(f->in);
    return TRIAGE_E_ARGUMENT;
}

static json_t *file_json(const struct local_file *f)
{
    char digest[sodium_base64_ENCODED_LEN(DIGEST_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(digest, sizeof digest, f->digest, DIGEST_BYTES,
                      sodium_base64_VARIANT_ORIGINAL);
    return json_pack("{s:s,s:s,s:s,s:I}", "name", f->name, "media_type", f->media_type, "digest",
                     digest, "size_bytes", (json_int_t)f->size);
}

enum triage_status triage_concern_attach(struct triage_concern *n, const char *path, char *why,
                                         size_t why_size)
{
    char unsaid[256];
    struct local_file f;
    enum triage_status const s =
        file_open(&f, path, why ? why : unsaid, why ? why_size : sizeof unsaid);
    if (s != TRIAGE_OK) return s;
    fclose(f.in);
    json_t *list = json_object_get(n->words, "attachments");
    if (!list) json_object_set_new(n->words, "attachments", list = json_array());
    return json_array_append_new(list, file_json(&f)) == 0 ? TRIAGE_OK : TRIAGE_E_NO_MEMORY;
}

// ---- Sending ----

struct sending {
    struct triage_client *c;
    const char *reference;
    struct local_file file;
    uint8_t *part;
    triage_progress_fn *progress;
    void *user;
};

static const Triage__V1__CaseFile *sending_file(const struct sending *s)
{
    const Triage__V1__Reply *r = s->c->last;
    return r && r->body_case == TRIAGE__V1__REPLY__BODY_ATTACH ? r->attach->file : NULL;
}

static size_t part_bytes(const struct triage_client *c)
{
    const Triage__V1__Reply *r = c->hello;
    return r && r->hello && r->hello->limits ? r->hello->limits->part_bytes : 0;
}

static enum triage_status sending_ask(struct sending *s, uint64_t offset, size_t len)
{
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__AttachRequest attach = TRIAGE__V1__ATTACH_REQUEST__INIT;
    attach.reference = (char *)(uintptr_t)s->reference;
    attach.digest = (ProtobufCBinaryData){DIGEST_BYTES, s->file.digest};
    attach.offset = offset;
    attach.part = (ProtobufCBinaryData){len, s->part};
    request.body_case = TRIAGE__V1__REQUEST__BODY_ATTACH;
    request.attach = &attach;
    return client_ask(s->c, &request);
}

// What is added to the concern names it.
static enum triage_status sending_name(struct sending *s)
{
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__SupplementRequest supplement = TRIAGE__V1__SUPPLEMENT_REQUEST__INIT;
    Triage__V1__SafeguardingConcern concern = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Attachment file = TRIAGE__V1__ATTACHMENT__INIT, *files[1] = {&file};
    uint8_t key[UUID_BYTES], packed[1024];
    file.name = (char *)(uintptr_t)s->file.name;
    file.media_type = (char *)(uintptr_t)s->file.media_type;
    file.digest = (ProtobufCBinaryData){DIGEST_BYTES, s->file.digest};
    file.size_bytes = s->file.size;
    concern.n_attachments = 1;
    concern.attachments = files;
    if (triage__v1__safeguarding_concern__get_packed_size(&concern) > sizeof packed)
        return client_fail(s->c, TRIAGE_E_ARGUMENT, "%.80s...: the name is too long", file.name);
    size_t const len = triage__v1__safeguarding_concern__pack(&concern, packed);
    uuid7_make(key);
    supplement.key = (ProtobufCBinaryData){UUID_BYTES, key};
    supplement.reference = (char *)(uintptr_t)s->reference;
    supplement.concern = (ProtobufCBinaryData){len, packed};
    request.body_case = TRIAGE__V1__REQUEST__BODY_SUPPLEMENT;
    request.supplement = &supplement;
    return client_ask(s->c, &request);
}

static bool not_named(const struct triage_client *c)
{
    return triage_problem_count(c) > 0 && strcmp(triage_problem_code(c, 0), "not_named") == 0;
}

static enum triage_status sending_part(struct sending *s, uint64_t offset)
{
    uint64_t const left = s->file.size - offset;
    size_t const size = part_bytes(s->c), len = left < size ? (size_t)left : size;
    if (fseeko(s->file.in, (off_t)offset, SEEK_SET) != 0 ||
        fread(s->part, 1, len, s->file.in) != len)
        return client_fail(s->c, TRIAGE_E_ARGUMENT, "%s: it was changed while it was sent",
                           s->file.name);
    return sending_ask(s, offset, len);
}

static enum triage_status sending_go(struct sending *s)
{
    enum triage_status e = sending_ask(s, 0, 0);
    if (e == TRIAGE_E_INVALID && not_named(s->c)) {
        e = sending_name(s);
        if (e == TRIAGE_OK || e == TRIAGE_DUPLICATE) e = sending_ask(s, 0, 0);
    }
    if (part_bytes(s->c) > READ_BYTES || (e == TRIAGE_OK && part_bytes(s->c) == 0))
        return client_fail(s->c, TRIAGE_E_VERSION, "this council's server takes no files");
    for (unsigned gaps = 0; (e == TRIAGE_OK || e == TRIAGE_E_CONFLICT) && gaps < GAPS_MAX;) {
        const Triage__V1__CaseFile *f = sending_file(s);
        if (!f) return e;
        uint64_t const received = f->received_bytes;
        if (s->progress) s->progress(s->user, received, s->file.size);
        if (received >= s->file.size) return e;
        gaps += e == TRIAGE_E_CONFLICT;
        e = sending_part(s, received);
    }
    return e;
}

static char *message_json(const ProtobufCMessage *m)
{
    json_t *j = m ? json_from_message(m, JSON_STYLE_OPEN) : NULL;
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    return text;
}

enum triage_status triage_attach(struct triage_client *c, const char *reference, const char *path,
                                 triage_progress_fn *progress, void *user, char **json)
{
    struct sending s = {.c = c, .reference = reference, .progress = progress, .user = user};
    char why[512] = "";
    if (json) *json = NULL;
    client_settle(c, TRIAGE_OK, NULL);
    enum triage_status e = file_open(&s.file, path, why, sizeof why);
    if (e != TRIAGE_OK) return client_fail(c, e, "%s", why);
    s.part = malloc(READ_BYTES);
    e = s.part ? sending_go(&s) : client_fail(c, TRIAGE_E_NO_MEMORY, "no memory");
    free(s.part);
    fclose(s.file.in);
    const Triage__V1__CaseFile *f = sending_file(&s);
    if (json && f) *json = message_json(&f->base);
    return e;
}

// ---- Reading ----

struct reading {
    struct triage_client *c;
    Triage__V1__FetchRequest q;
    FILE *out;
    triage_progress_fn *progress;
    void *user;
    char *json;
};

// Asks for the part at q.offset and writes it; the file's size in *size.
static enum triage_status reading_part(struct reading *r, uint64_t *size)
{
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    request.body_case = TRIAGE__V1__REQUEST__BODY_FETCH;
    request.fetch = &r->q;
    enum triage_status const s = client_ask(r->c, &request);
    const Triage__V1__Reply *reply = r->c->last;
    if (s != TRIAGE_OK) return s;
    if (reply->body_case != TRIAGE__V1__REPLY__BODY_FETCH || !reply->fetch->file ||
        reply->fetch->part.len == 0)
        return client_fail(r->c, TRIAGE_E_VERSION, "the answer holds no part of a file");
    if (fwrite(reply->fetch->part.data, 1, reply->fetch->part.len, r->out) !=
        reply->fetch->part.len)
        return client_fail(r->c, TRIAGE_E_ARGUMENT, "it cannot be written: %s", strerror(errno));
    *size = reply->fetch->file->size_bytes;
    r->q.offset += reply->fetch->part.len;
    if (!r->json) r->json = message_json(&reply->fetch->file->base);
    if (r->progress) r->progress(r->user, r->q.offset, *size);
    return TRIAGE_OK;
}

// What was written is what its sender meant.
static enum triage_status reading_check(struct reading *r)
{
    const Triage__V1__CaseFile *f = r->c->last->fetch->file;
    struct local_file got = {.in = r->out};
    rewind(r->out);
    bool const right = file_digest(&got) && got.size == f->size_bytes &&
                       f->digest.len == DIGEST_BYTES &&
                       memcmp(f->digest.data, got.digest, DIGEST_BYTES) == 0;
    return right ? TRIAGE_OK
                 : client_fail(r->c, TRIAGE_E_ARGUMENT, "what came is not what its digest says");
}

enum triage_status triage_fetch(struct triage_client *c, const char *reference, uint32_t number,
                                const char *reason, bool before_scan, FILE *out,
                                triage_progress_fn *progress, void *user, char **json)
{
    struct reading r = {.c = c, .out = out, .progress = progress, .user = user};
    uint64_t size = 1;
    enum triage_status s = TRIAGE_OK;
    triage__v1__fetch_request__init(&r.q);
    r.q.reference = (char *)(uintptr_t)reference;
    r.q.number = number;
    r.q.reason = (char *)(uintptr_t)reason;
    r.q.before_scan = before_scan;
    client_settle(c, TRIAGE_OK, NULL);
    while (s == TRIAGE_OK && r.q.offset < size) s = reading_part(&r, &size);
    if (s == TRIAGE_OK) s = reading_check(&r);
    if (json && s == TRIAGE_OK)
        *json = r.json;
    else
        free(r.json);
    return s;
}

// What a concern, or what is added to it, says of files: each by digest, before its bytes come.
#include "attach.h"

#include "pending.h"
#include "reply.h"

#include <stdio.h>

static struct attachment_limits attach_limits(const struct desk *d)
{
    return (struct attachment_limits){(uint64_t)d->settings.limits.file_bytes_max,
                                      (size_t)d->settings.limits.files_max};
}

static struct attachment_flaw attach_flaw(const struct desk *d, const Triage__V1__Attachment *a,
                                          size_t index)
{
    struct attachment_limits const limits = attach_limits(d);
    struct attachment_view const view = {bytes_text(a->name), bytes_text(a->media_type),
                                         bytes_pb(a->digest), a->size_bytes};
    return attachment_judge(&view, index, &limits);
}

void attach_judge(struct desk *d, const Triage__V1__SafeguardingConcern *c, struct problems *out)
{
    for (size_t i = 0; i < c->n_attachments; i++) {
        struct attachment_flaw const flaw = attach_flaw(d, c->attachments[i], i);
        char field[CONCERN_FIELD_MAX];
        if (!flaw.field) continue;
        (void)snprintf(field, sizeof field, "attachments[%zu].%s", i, flaw.field);
        problems_add(out, field, flaw.code, flaw.text, false);
    }
}

static kept_file *named_make(const Triage__V1__Attachment *a, struct arena *arena)
{
    kept_file *k = pb_new(arena, &triage__ledger__v1__kept_file__descriptor);
    k->name = a->name;
    k->media_type = a->media_type;
    k->size_bytes = a->size_bytes;
    k->digest = a->digest;
    k->state = FILE_AWAITED;
    return k;
}

kept_file **attach_name(struct desk *d, const Triage__V1__SafeguardingConcern *c, size_t *n)
{
    struct attach_files files = {.n = 0};
    *n = 0;
    if (c->n_attachments == 0) return NULL;
    files.at = arena_alloc(&d->scratch, c->n_attachments * sizeof *files.at);
    CHECK(files.at);
    for (size_t i = 0; i < c->n_attachments; i++) {
        Triage__V1__Attachment const *a = c->attachments[i];
        if (attach_flaw(d, a, i).field || attach_find(&files, bytes_pb(a->digest))) continue;
        files.at[files.n++] = named_make(a, &d->scratch);
    }
    *n = files.n;
    return files.at;
}

static bool named_refused(struct desk *d, const struct work *w, size_t i, size_t index)
{
    struct attachment_flaw const flaw = attach_flaw(d, w->concern->attachments[i], index);
    char field[2 * CONCERN_FIELD_MAX];
    if (!flaw.field) return false;
    (void)snprintf(field, sizeof field, "supplement.concern.attachments[%zu].%s", i, flaw.field);
    reply_refuse_field(d, w->m, ERR_INVALID, pb_copy(&d->request, field), flaw.code, flaw.text);
    return true;
}

bool attach_name_more(struct desk *d, struct work *w, const struct casefile *f)
{
    struct attach_files files = {.n = 0};
    enum err e = OK;
    size_t const more = w->concern ? w->concern->n_attachments : 0;
    if (more == 0) return true;
    if (!attach_read(d, w->m, f, &d->request, &files, &e)) {
        if (!w->m->parked) reply_busy(d, w->m, NULL, 1000);
        return false;
    }
    kept_file **all = pb_list(&d->request, files.n + more);
    if (files.n) memcpy(all, files.at, files.n * sizeof *all);
    files.at = all;
    for (size_t i = 0; i < more; i++) {
        Triage__V1__Attachment const *a = w->concern->attachments[i];
        if (attach_find(&files, bytes_pb(a->digest))) continue; // named before
        if (named_refused(d, w, i, files.n)) return false;
        files.at[files.n++] = named_make(a, &d->request);
    }
    w->files = files.at;
    w->n_files = files.n;
    return true;
}

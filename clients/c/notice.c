// notice.c - reading a notice.
#include "follow.h"
#include "json_map.h"

#include <stdlib.h>

const char *triage_notice_cursor(const struct triage_notice *n)
{
    return n->cursor;
}

const char *triage_notice_reference(const struct triage_notice *n)
{
    return n->told->reference;
}

const char *triage_notice_code(const struct triage_notice *n)
{
    return n->told->code;
}

const char *triage_notice_title(const struct triage_notice *n)
{
    return n->told->title;
}

const char *triage_notice_text(const struct triage_notice *n)
{
    return n->told->text;
}

int64_t triage_notice_at_ms(const struct triage_notice *n)
{
    return n->told->at_ms;
}

char *triage_notice_json(const struct triage_notice *n)
{
    json_t *j = json_from_message(&n->told->base, JSON_STYLE_OPEN);
    // The opaque cursor: the number alone means nothing after a restore.
    if (j) json_object_set_new(j, "cursor", json_string(n->cursor));
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    return text;
}

void triage_notice_free(struct triage_notice *n)
{
    if (!n) return;
    triage__v1__notice__free_unpacked(n->told, NULL);
    free(n);
}

#include "reply.h"

#include "turn.h"

static const struct {
    enum err err;
    Triage__V1__Status status;
} REPLY_STATUS[] = {
    {OK, TRIAGE__V1__STATUS__STATUS_OK},
    {ERR_MALFORMED, TRIAGE__V1__STATUS__STATUS_MALFORMED},
    {ERR_INVALID, TRIAGE__V1__STATUS__STATUS_INVALID},
    {ERR_FORBIDDEN, TRIAGE__V1__STATUS__STATUS_FORBIDDEN},
    {ERR_NOT_FOUND, TRIAGE__V1__STATUS__STATUS_NOT_FOUND},
    {ERR_BUSY, TRIAGE__V1__STATUS__STATUS_BUSY},
    {ERR_TOO_LARGE, TRIAGE__V1__STATUS__STATUS_TOO_LARGE},
    {ERR_CONFLICT, TRIAGE__V1__STATUS__STATUS_CONFLICT},
    {ERR_KEY_REUSED, TRIAGE__V1__STATUS__STATUS_KEY_REUSED},
    {ERR_KEY_UNKNOWN, TRIAGE__V1__STATUS__STATUS_KEY_UNKNOWN},
    {ERR_VERSION, TRIAGE__V1__STATUS__STATUS_VERSION},
    {ERR_NO_MEMORY, TRIAGE__V1__STATUS__STATUS_TOO_LARGE}, // of this message's own budget
};

Triage__V1__Status reply_status(enum err e)
{
    for (size_t i = 0; i < sizeof REPLY_STATUS / sizeof REPLY_STATUS[0]; i++)
        if (REPLY_STATUS[i].err == e) return REPLY_STATUS[i].status;
    return TRIAGE__V1__STATUS__STATUS_UNAVAILABLE;
}

void reply_init(const struct message *m, Triage__V1__Reply *r)
{
    triage__v1__reply__init(r);
    r->id = m->request ? m->request->id : 0;
}

void *pb_new(struct arena *a, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *msg = arena_alloc(a, type->sizeof_message);
    CHECK(msg);
    protobuf_c_message_init(type, msg);
    return msg;
}

void *pb_list(struct arena *a, size_t n)
{
    void *list = arena_zalloc(a, (n ? n : 1) * sizeof(void *));
    CHECK(list);
    return list;
}

char *pb_copy(struct arena *a, const char *text)
{
    if (!text || !text[0]) return pb_text("");
    char const *copy = arena_text(a, bytes_text(text));
    CHECK(copy);
    return pb_text(copy);
}

char *pb_reference(struct desk *d, struct arena *a, uint64_t case_no)
{
    struct reference *r = &d->references[case_no % REFERENCES_KEPT];
    if (r->no != case_no) {
        wire_reference(&d->keys, case_no, r->text);
        r->no = case_no;
    }
    return pb_copy(a, r->text);
}

void reply_say(struct desk *d, const struct message *m, Triage__V1__Reply *r, uint64_t seq)
{
    size_t const mark = arena_mark(&d->request);
    struct bytes const packed = wire_pack(&r->base, &d->request);
    CHECK(packed.data || packed.len == 0);
    turn_say(d, &m->from, packed, seq);
    arena_release(&d->request, mark);
}

void reply_problem(struct desk *d, Triage__V1__Reply *r, const char *field, const char *code,
                   const char *text)
{
    Triage__V1__Problem *p = pb_new(&d->request, &triage__v1__problem__descriptor);
    p->field = pb_text(field);
    p->code = pb_text(code);
    p->text = pb_text(text);
    p->refused = true;
    r->problems = pb_list(&d->request, 1);
    r->problems[0] = p;
    r->n_problems = 1;
}

static void reply_counted(struct desk *d, const struct message *m, Triage__V1__Reply *r, enum err e)
{
    r->status = reply_status(e);
    d->port->count(d->port->ctx, METRIC_REFUSED, err_word(e), 1);
    reply_say(d, m, r, 0);
}

void reply_refuse(struct desk *d, const struct message *m, enum err e, const char *text)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.text = pb_text(text ? text : err_text(e));
    reply_counted(d, m, &r, e);
}

void reply_refuse_field(struct desk *d, const struct message *m, enum err e, const char *field,
                        const char *code, const char *text)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.text = pb_text(text ? text : err_text(e));
    reply_problem(d, &r, field, code, r.text);
    reply_counted(d, m, &r, e);
}

void reply_busy(struct desk *d, const struct message *m, const char *text, uint32_t retry_after_ms)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.text = pb_text(text ? text : err_text(ERR_BUSY));
    r.retry_after_ms = retry_after_ms;
    reply_counted(d, m, &r, ERR_BUSY);
}

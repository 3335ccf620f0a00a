// request.c - asking: any request by its name, with JSON in and out.
#include "client.h"
#include "json_map.h"
#include "uuid7.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- Calls ----

uint64_t client_call(struct triage_client *c, Triage__V1__Request *request, struct call_plan plan)
{
    uint64_t const id = calls_reserve(&c->calls);
    struct call *call = calls_find(&c->calls, id);
    if (!id) return 0;
    if (request) {
        request->id = id;
        if (!*request->worker) request->worker = c->worker;
        call->len = triage__v1__request__get_packed_size(request);
        call->frame = malloc(call->len);
        if (!call->frame) {
            calls_remove(&c->calls, call);
            return 0;
        }
        triage__v1__request__pack(request, call->frame);
    }
    call->plan = plan;
    if (plan.give_up_ms < c->calls.next_ms) c->calls.next_ms = plan.give_up_ms;
    // What is known to be hopeless is said at the next turn, by the next attempt to connect.
    if (c->ready && request)
        calls_send(c, call, client_mono_ms());
    else if (c->ready)
        c->calls.next_ms = 0;
    return id;
}

enum triage_status client_settle(struct triage_client *c, enum triage_status s,
                                 Triage__V1__Reply *reply)
{
    if (c->last) triage__v1__reply__free_unpacked(c->last, NULL);
    c->last = reply;
    if (reply && *reply->text) return client_fail(c, s, "%s", reply->text);
    if (s == TRIAGE_E_UNREACHABLE) return client_fail_link(c);
    // Set-up faults that the connection found have their words already.
    if (!reply && s >= TRIAGE_E_KEY_UNKNOWN && s < TRIAGE_E_TIMEOUT) return s;
    return client_fail(c, s, "%s", s == TRIAGE_OK ? "" : triage_status_text(s));
}

struct answer {
    bool done;
    enum triage_status status;
};

static int64_t answer_take(struct triage_client *c, void *ctx, enum triage_status s,
                           Triage__V1__Reply *reply, bool *taken)
{
    struct answer *a = ctx;
    *taken = true;
    a->done = true;
    a->status = client_settle(c, s, reply);
    return CALL_DONE;
}

enum triage_status client_ask_plan(struct triage_client *c, Triage__V1__Request *request,
                                   struct call_plan how)
{
    struct answer a = {false, TRIAGE_OK};
    struct call_plan const plan = {.done = answer_take,
                                   .ctx = &a,
                                   .give_up_ms = client_mono_ms() + c->timeout_ms,
                                   .eager = true,
                                   .impatient = how.impatient,
                                   .bound = how.bound};
    // A person who asks does not wait out the pause after an earlier failure.
    if (c->link.state == LINK_DOWN) c->reconnect_ms = 0;
    uint64_t const id = client_call(c, request, plan);
    if (!id) return client_fail(c, TRIAGE_E_BUSY, "too much is waiting for answers already");
    enum triage_status const s = client_wait(c, &a.done, INT64_MAX);
    if (s != TRIAGE_OK) calls_cancel(c, id);
    return s != TRIAGE_OK ? s : a.status;
}

enum triage_status client_ask(struct triage_client *c, Triage__V1__Request *request)
{
    return client_ask_plan(c, request, (struct call_plan){0});
}

// ---- Requests by name ----

// What changes nothing needs no command id, and a key of its own stands for one; all else gets one.
static const char *const reads[] = {
    "hello",           "submit",       "dry_run",  "status",     "mine",    "follow_notices",
    "receipt_notices", "follow_queue", "credit",   "queue",      "actions", "overview",
    "verify",          "supplement",   "withdraw", "checkpoint", "backup",  "tasks",
    "attach",          "files",        "fetch"};

static bool request_is_read(const char *name)
{
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        if (strcmp(name, reads[i]) == 0) return true;
    }
    return false;
}

// The body's field by its name; "sign-off" and "sign_off" are the same.
static const ProtobufCFieldDescriptor *request_field(const char *command)
{
    char name[48];
    snprintf(name, sizeof name, "%s", command);
    for (char *p = name; *p; p++) {
        if (*p == '-') *p = '_';
    }
    const ProtobufCFieldDescriptor *f = json_field_find(&triage__v1__request__descriptor, name);
    return f && (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && strcmp(name, "hello") ? f : NULL;
}

// Supplements and withdrawals are kept by a key, as concerns are.
static bool request_add_key(ProtobufCMessage *body)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(body->descriptor, "key");
    if (!f || f->type != PROTOBUF_C_TYPE_BYTES) return true;
    ProtobufCBinaryData *key = (ProtobufCBinaryData *)(void *)((char *)body + f->offset);
    if (key->len) return true;
    if (!(key->data = malloc(UUID_BYTES))) return false;
    key->len = UUID_BYTES;
    uuid7_make(key->data);
    return true;
}

static ProtobufCMessage *request_body(struct triage_client *c, const ProtobufCFieldDescriptor *f,
                                      const char *json_in)
{
    json_error_t error;
    struct json_fault fault;
    json_t *j = json_in ? json_loads(json_in, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error)
                        : json_object();
    if (!j) {
        client_fail(c, TRIAGE_E_ARGUMENT, "line %d, column %d: %s", error.line, error.column,
                    error.text);
        return NULL;
    }
    ProtobufCMessage *body = json_to_message(f->descriptor, j, &fault);
    json_decref(j);
    if (body && request_add_key(body)) return body;
    if (body)
        protobuf_c_message_free_unpacked(body, NULL);
    else
        json_fault_words(&fault, c->error, sizeof c->error);
    return NULL;
}

struct request_draft {
    Triage__V1__Request request;
    ProtobufCMessage *body;
    uint8_t command_id[UUID_BYTES];
};

static enum triage_status request_draft(struct triage_client *c, struct request_draft *d,
                                        const char *command, const char *json_in)
{
    const ProtobufCFieldDescriptor *f = request_field(command);
    if (!f) return client_fail(c, TRIAGE_E_ARGUMENT, "there is no request \"%.40s\"", command);
    if (!(d->body = request_body(c, f, json_in))) return TRIAGE_E_ARGUMENT;
    triage__v1__request__init(&d->request);
    *(ProtobufCMessage **)(void *)((char *)&d->request + f->offset) = d->body;
    d->request.body_case = (Triage__V1__Request__BodyCase)f->id;
    if (!request_is_read(f->name)) {
        uuid7_make(d->command_id);
        d->request.command_id = (ProtobufCBinaryData){UUID_BYTES, d->command_id};
    }
    return TRIAGE_OK;
}

static char *reply_json(Triage__V1__Reply *reply)
{
    json_t *j = reply ? json_from_message(&reply->base, JSON_STYLE_OPEN) : NULL;
    if (!j) return NULL;
    json_object_del(j, "id");
    char *text = json_dumps(j, JSON_INDENT(2));
    json_decref(j);
    return text;
}

enum triage_status triage_request(struct triage_client *c, const char *command, const char *json_in,
                                  char **json_out)
{
    struct request_draft d;
    if (json_out) *json_out = NULL;
    enum triage_status s = request_draft(c, &d, command, json_in);
    if (s != TRIAGE_OK) return s;
    client_settle(c, TRIAGE_OK, NULL);
    s = client_ask(c, &d.request);
    protobuf_c_message_free_unpacked(d.body, NULL);
    if (json_out) *json_out = reply_json(c->last);
    return s;
}

struct async_answer {
    triage_reply_fn *done;
    void *user;
};

static int64_t async_take(struct triage_client *c, void *ctx, enum triage_status s,
                          Triage__V1__Reply *reply, bool *taken)
{
    struct async_answer *a = ctx;
    *taken = true;
    client_settle(c, s, reply);
    char *json = reply_json(reply);
    a->done(a->user, s, json);
    free(json);
    free(a);
    return CALL_DONE;
}

enum triage_status triage_request_async(struct triage_client *c, const char *command,
                                        const char *json_in, triage_reply_fn *done, void *user)
{
    struct request_draft d;
    enum triage_status const s = request_draft(c, &d, command, json_in);
    if (s != TRIAGE_OK) return s;
    struct async_answer *a = malloc(sizeof *a);
    struct call_plan const plan = {.done = async_take,
                                   .ctx = a,
                                   .give_up_ms = client_mono_ms() + c->timeout_ms,
                                   .eager = true};
    if (a) *a = (struct async_answer){done, user};
    uint64_t const id = a ? client_call(c, &d.request, plan) : 0;
    protobuf_c_message_free_unpacked(d.body, NULL);
    if (id) return TRIAGE_OK;
    free(a);
    return client_fail(c, TRIAGE_E_BUSY, "too much is waiting for answers already");
}

// ---- Problems ----

// A receipt has problems of its own; a reply to anything else carries them itself.
static const Triage__V1__Problem *problem_at(const struct triage_client *c, size_t i)
{
    const Triage__V1__Reply *r = c->last;
    if (!r) return NULL;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_SUBMIT && r->submit->n_receipts == 1) {
        const Triage__V1__Receipt *receipt = r->submit->receipts[0];
        if (i < receipt->n_problems) return receipt->problems[i];
        i -= receipt->n_problems;
    }
    if (r->body_case == TRIAGE__V1__REPLY__BODY_DRY_RUN) {
        if (i < r->dry_run->n_problems) return r->dry_run->problems[i];
        i -= r->dry_run->n_problems;
    }
    return i < r->n_problems ? r->problems[i] : NULL;
}

size_t triage_problem_count(const struct triage_client *c)
{
    size_t n = 0;
    while (problem_at(c, n)) n++;
    return n;
}

const char *triage_problem_field(const struct triage_client *c, size_t i)
{
    const Triage__V1__Problem *p = problem_at(c, i);
    return p ? p->field : "";
}

const char *triage_problem_code(const struct triage_client *c, size_t i)
{
    const Triage__V1__Problem *p = problem_at(c, i);
    return p ? p->code : "";
}

const char *triage_problem_text(const struct triage_client *c, size_t i)
{
    const Triage__V1__Problem *p = problem_at(c, i);
    return p ? p->text : "";
}

bool triage_problem_refused(const struct triage_client *c, size_t i)
{
    const Triage__V1__Problem *p = problem_at(c, i);
    return p && p->refused;
}

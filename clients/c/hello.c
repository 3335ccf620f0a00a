// hello.c - the first words on every connection, and what is remembered of the answer.
#include "client.h"
#include "json_map.h"
#include "safefile.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The hello's own id: calls' ids are above their slots and never 1.
enum { HELLO_ID = 1 };

void hello_send(struct triage_client *c)
{
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    char name[] = "libtriage " TRIAGED_VERSION;
    uint8_t frame[128];
    hello.version = PROTOCOL_VERSION;
    hello.client = name;
    request.id = HELLO_ID;
    request.body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
    request.hello = &hello;
    if (triage__v1__request__get_packed_size(&request) > sizeof frame) return;
    c->hello_sent_ms = client_mono_ms();
    clock_gettime(CLOCK_MONOTONIC, &c->hello_sent);
    link_send(&c->link, frame, triage__v1__request__pack(&request, frame));
}

// ---- What is kept of the council between runs ----

static void council_take(char *out, size_t size, const json_t *j)
{
    if (json_is_string(j)) snprintf(out, size, "%s", json_string_value(j));
}

void council_load(struct triage_client *c)
{
    json_error_t error;
    if (!*c->profile.path) return;
    char *path = profile_beside(&c->profile, ".state.json");
    json_t *j = path ? json_load_file(path, 0, &error) : NULL;
    council_take(c->council.name, sizeof c->council.name, json_object_get(j, "council"));
    council_take(c->council.telephone, sizeof c->council.telephone,
                 json_object_get(j, "telephone"));
    json_decref(j);
    free(path);
}

// Best effort: without it, the sentence names no number until the next hello.
static void council_store(const struct triage_client *c)
{
    char *path = profile_beside(&c->profile, ".state.json");
    json_t *j =
        json_pack("{ss, ss}", "council", c->council.name, "telephone", c->council.telephone);
    char *text = j ? json_dumps(j, JSON_INDENT(2)) : NULL;
    if (path && text) safefile_write(path, text, strlen(text), 0600);
    free(text);
    json_decref(j);
    free(path);
}

static void council_note(struct triage_client *c, const Triage__V1__HelloReply *hello)
{
    struct council now = {{0}, {0}};
    snprintf(now.name, sizeof now.name, "%s", hello->council);
    snprintf(now.telephone, sizeof now.telephone, "%s", hello->council_telephone);
    if (!*now.telephone || memcmp(&now, &c->council, sizeof now) == 0) return;
    c->council = now;
    if (*c->profile.path) council_store(c);
}

const char *triage_council(const struct triage_client *c)
{
    return c->council.name;
}

const char *triage_council_telephone(const struct triage_client *c)
{
    return c->council.telephone;
}

// ---- The answer ----

static void hello_refuse(struct triage_client *c, Triage__V1__Reply *reply)
{
    enum triage_status const s = status_from_wire(reply->status);
    bool const passing = triage_status_is_retryable(s);
    link_close(&c->link);
    c->fault = LINK_CUT;
    c->hello_refused = passing ? TRIAGE_OK : s;
    int64_t wait = calls_backoff_ms(c->attempts++, c->backoff_ms);
    if (wait < (int64_t)reply->retry_after_ms) wait = reply->retry_after_ms;
    c->reconnect_ms = client_mono_ms() + wait;
    const char *key = s == TRIAGE_E_KEY_UNKNOWN ? c->profile.public_key : "";
    client_fail(c, s, "%s%s%s", *reply->text ? reply->text : triage_status_text(s),
                *key ? ". Send this public key to the council: " : "", key);
    if (!passing) calls_fail(c, s, CALLS_EAGER);
}

void hello_take(struct triage_client *c, Triage__V1__Reply *reply)
{
    bool const fine = reply->status == TRIAGE__V1__STATUS__STATUS_OK &&
                      reply->body_case == TRIAGE__V1__REPLY__BODY_HELLO;
    if (!fine || c->ready) {
        if (!c->ready) hello_refuse(c, reply);
        triage__v1__reply__free_unpacked(reply, NULL);
        return;
    }
    uint8_t ledger[LEDGER_ID_BYTES];
    uint64_t epoch;
    bool const met_before = c->hello != NULL;
    hello_ledger(c, ledger, &epoch);
    if (met_before) triage__v1__reply__free_unpacked(c->hello, NULL);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    c->hello_us = (uint32_t)((now.tv_sec - c->hello_sent.tv_sec) * 1000000 +
                             (now.tv_nsec - c->hello_sent.tv_nsec) / 1000);
    c->hello = reply;
    c->ready = true;
    c->attempts = c->fault_run = 0;
    c->fault = LINK_FINE;
    c->hello_refused = TRIAGE_OK;
    c->calls.next_ms = 0; // everything unsent is due
    if (met_before && !hello_same_ledger(c, ledger, epoch)) {
        calls_fail(c, TRIAGE_E_CONFLICT, CALLS_BOUND);
    }
    council_note(c, reply->hello);
    parcels_after_hello(c);
    follow_after_hello(c);
}

void hello_ledger(const struct triage_client *c, uint8_t id[LEDGER_ID_BYTES], uint64_t *epoch)
{
    memset(id, 0, LEDGER_ID_BYTES);
    *epoch = 0;
    if (!c->hello) return;
    const ProtobufCBinaryData *b = &c->hello->hello->ledger_id;
    if (b->len) memcpy(id, b->data, b->len < LEDGER_ID_BYTES ? b->len : LEDGER_ID_BYTES);
    *epoch = c->hello->hello->epoch;
}

bool hello_same_ledger(const struct triage_client *c, const uint8_t id[LEDGER_ID_BYTES],
                       uint64_t epoch)
{
    uint8_t now_id[LEDGER_ID_BYTES];
    uint64_t now_epoch;
    hello_ledger(c, now_id, &now_epoch);
    return memcmp(id, now_id, LEDGER_ID_BYTES) == 0 && epoch == now_epoch;
}

char *triage_server_json(const struct triage_client *c)
{
    if (!c->hello) return NULL;
    json_t *j = json_from_message(&c->hello->hello->base, JSON_STYLE_OPEN);
    char *text = j ? json_dumps(j, JSON_INDENT(2)) : NULL;
    json_decref(j);
    return text;
}

// ---- Ping ----

enum triage_status triage_ping(struct triage_client *c, uint32_t *round_trip_us)
{
    // A new connection, so that keys, encryption and hello are all tried anew.
    link_close(&c->link);
    calls_connection_lost(&c->calls);
    c->ready = false;
    c->reconnect_ms = 0;
    c->fault_run = 0;
    enum triage_status const s = client_ask_plan(c, NULL, (struct call_plan){.impatient = true});
    if (s == TRIAGE_OK && round_trip_us) *round_trip_us = c->hello_us;
    return s;
}

// pack.c - which rules are in force, and how others come into force: asked of the daemon.
#include "say.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_BYTES_MAX 32

// "a1b2c3..." of a digest that travels as base64.
static const char *digest_hex(const json_t *stamp, char out[2 * DIGEST_BYTES_MAX + 1])
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    const char *text = say_member(stamp, "digest");
    size_t len = 0;
    out[0] = '\0';
    if (sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0)
        sodium_bin2hex(out, 2 * DIGEST_BYTES_MAX + 1, bytes, len);
    return out;
}

static bool digest_of_hex(const char *hex, char out[64])
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    size_t len = 0;
    const char *end = hex;
    if (sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &len, &end) != 0 || *end ||
        len < 4) {
        say_error("DIGEST: at least 8 hexadecimal digits, as triage policy status shows them");
        return false;
    }
    sodium_bin2base64(out, 64, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    return true;
}

static void stamp_show(const char *what, const json_t *stamp)
{
    char hex[2 * DIGEST_BYTES_MAX + 1];
    printf("%s: ", what);
    say_text(stdout, *say_member(stamp, "name") ? say_member(stamp, "name") : "(files gone)", 4);
    fputs(*say_member(stamp, "version") ? " " : "", stdout);
    say_text(stdout, say_member(stamp, "version"), 4);
    printf("\n  digest %s\n", digest_hex(stamp, hex));
}

static void pack_show(const json_t *pack)
{
    char when[20];
    const json_t *p = json_object_get(pack, "proposal");
    stamp_show("in force", json_object_get(pack, "in_force"));
    if (*say_time(json_object_get(pack, "since_ms"), when)) printf("  since %s", when);
    if (*say_member(pack, "activated_by"))
        printf(", proposed by %s, put in force by %s", say_member(pack, "proposed_by"),
               say_member(pack, "activated_by"));
    putchar('\n');
    if (!p) {
        puts("No other rules wait for a second manager.");
        return;
    }
    stamp_show("proposed", json_object_get(p, "pack"));
    printf("  by %s, %s", say_member(p, "by"), say_time(json_object_get(p, "at_ms"), when));
    printf("; stands until %s\n", say_time(json_object_get(p, "until_ms"), when));
}

// Asks, and shows which rules are in force now.
static int pack_ask(struct run *r, const char *request, json_t *body)
{
    int const open = run_open(r);
    if (open != EXIT_DONE) {
        json_decref(body);
        return open;
    }
    char *in = json_dumps(body, 0), *out = NULL;
    enum triage_status const s = triage_request(r->client, request, in, &out);
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    free(in);
    triage_free(out);
    json_decref(body);
    json_t *pack = json_object_get(reply, "pack");
    if (s == TRIAGE_OK && pack && r->json)
        (void)say_data(json_incref(pack));
    else if (s == TRIAGE_OK && pack)
        pack_show(pack);
    json_decref(reply);
    return run_end(r, s);
}

int run_pack_status(struct run *r, const char *unused)
{
    (void)unused;
    return pack_ask(r, "pack_status", json_object());
}

static const char *pack_reason(struct run *r)
{
    const char *reason = run_text(r, "reason");
    if (!reason) say_error("--reason WORDS is needed: why, for the record");
    return reason;
}

int run_pack_propose(struct run *r, const char *name)
{
    const char *reason = pack_reason(r);
    if (!reason) return EXIT_USAGE;
    return pack_ask(r, "propose_pack", json_pack("{ss, ss}", "pack", name, "reason", reason));
}

int run_pack_withdraw(struct run *r, const char *unused)
{
    const char *reason = pack_reason(r);
    (void)unused;
    if (!reason) return EXIT_USAGE;
    return pack_ask(r, "withdraw_pack", json_pack("{ss}", "reason", reason));
}

int run_pack_activate(struct run *r, const char *digest)
{
    char base64[64];
    const char *reason = pack_reason(r);
    if (!reason || !digest_of_hex(digest, base64)) return EXIT_USAGE;
    return pack_ask(r, "activate_pack", json_pack("{ss, ss}", "digest", base64, "reason", reason));
}

// enrol.c - a key pair and a profile; and the proof that both work.
#include "rfc3339.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int run_enrol(struct run *r)
{
    char public_key[41];
    char why[512] = "";
    struct triage_enrolment const e = {.endpoint = run_text(r, "endpoint"),
                                       .server_key = run_text(r, "server-key"),
                                       .role = run_text(r, "role"),
                                       .worker = run_text(r, "default-worker"),
                                       .team = run_text(r, "team")};
    char *path = r->profile_path ? strdup(r->profile_path) : triage_profile_default_path();
    enum triage_status const s =
        path ? triage_enrol(path, &e, public_key, why, sizeof why) : TRIAGE_E_NO_MEMORY;
    if (s != TRIAGE_OK) {
        say_error("%s", *why ? why : triage_status_text(s));
    } else if (r->json) {
        say_data(json_pack("{ss, ss}", "profile", path, "public_key", public_key));
    } else {
        puts(public_key);
        fprintf(stderr,
                "Profile written to %s.\nSend the line above, your public key, to the council. The "
                "profile holds the secret one: it stays here.\n",
                path);
    }
    free(path);
    return s == TRIAGE_OK ? EXIT_DONE : status_exit(s);
}

// ---- ping ----

enum { CLOCK_FINE_MS = 120000 };

static int64_t ping_clock_ms(const json_t *hello)
{
    struct timespec ts;
    int64_t theirs = 0;
    clock_gettime(CLOCK_REALTIME, &ts);
    rfc3339_parse(say_member(hello, "now_ms"), &theirs);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 - theirs;
}

static int ping_fail(struct run *r, enum triage_status s)
{
    bool const reached = s != TRIAGE_E_UNREACHABLE && s != TRIAGE_E_TIMEOUT;
    if (r->json) {
        say_data(json_pack("{ss, ss}", "status", triage_status_name(s), "text",
                           triage_last_error(r->client)));
        return status_exit(s);
    }
    printf("%s  reach    %s\n", reached ? "ok  " : "FAIL",
           triage_profile_value(r->client, "endpoint"));
    if (reached) printf("FAIL  %s\n", s == TRIAGE_E_VERSION ? "version" : "keys");
    fflush(stdout);
    return run_end(r, s);
}

static void ping_tell(struct run *r, const json_t *hello, uint32_t us)
{
    int64_t const off_ms = ping_clock_ms(hello);
    int64_t const distance_ms = off_ms < 0 ? -off_ms : off_ms;
    printf("ok    reach    %s in %u.%u ms\n", triage_profile_value(r->client, "endpoint"),
           us / 1000, us / 100 % 10);
    printf("ok    keys     you are \"%s\" (%s) to %s\n", say_member(hello, "principal"),
           say_member(hello, "role"), say_member(hello, "council"));
    printf("ok    version  protocol %lld, server %s\n",
           (long long)json_integer_value(json_object_get(hello, "version")),
           say_member(hello, "server"));
    printf("%s  clock    %lld.%03lld s %s the council's\n",
           distance_ms <= CLOCK_FINE_MS ? "ok  " : "WARN", (long long)(distance_ms / 1000),
           (long long)(distance_ms % 1000), off_ms < 0 ? "behind" : "ahead of");
    if (distance_ms > CLOCK_FINE_MS) fputs("Set this machine's clock.\n", stderr);
}

int run_ping(struct run *r)
{
    uint32_t us = 0;
    int code = run_open(r);
    if (code != EXIT_DONE) return code;
    enum triage_status const s = triage_ping(r->client, &us);
    if (s != TRIAGE_OK) return ping_fail(r, s);
    char *text = triage_server_json(r->client);
    json_t *hello = text ? json_loads(text, 0, NULL) : NULL;
    triage_free(text);
    if (r->json) {
        json_object_set_new(hello, "status", json_string("ok"));
        json_object_set_new(hello, "round_trip_us", json_integer(us));
        return say_data(hello);
    }
    ping_tell(r, hello, us);
    json_decref(hello);
    return EXIT_DONE;
}

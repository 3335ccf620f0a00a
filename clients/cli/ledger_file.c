#include "ledger_file.h"
#include "say.h"
#include "verify.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

bool ledger_file_key(uint8_t out[LEDGER_KEY_BYTES], const char *path)
{
    char text[64] = "";
    FILE *f = fopen(path, "re");
    size_t const n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) (void)fclose(f);
    text[strcspn(text, "\r\n")] = '\0';
    bool const good = n > 0 && strlen(text) == 40 && zmq_z85_decode(out, text);
    sodium_memzero(text, sizeof text);
    return good;
}

// A reader has no thread that wakes anybody.
static void ledger_file_wake(void *ctx)
{
    (void)ctx;
}

static int ledger_file_tell(struct run *r, enum err e, const struct desk_verify_report *v)
{
    if (r->json) {
        say_data(json_pack("{sI, sI, sI, ss}", "records", (json_int_t)v->records, "cases",
                           (json_int_t)v->cases, "recipients", (json_int_t)v->recipients, "problem",
                           v->problem));
    } else if (e == OK && !v->problem[0]) {
        printf("proven: %llu records of %llu cases\n", (unsigned long long)v->records,
               (unsigned long long)v->cases);
    } else {
        fputs("NOT PROVEN: ", stderr);
        say_text(stderr, v->problem[0] ? v->problem : err_text(e), 2);
        fputc('\n', stderr);
    }
    return e == OK && !v->problem[0] ? EXIT_DONE : EXIT_OURS;
}

struct ledger *ledger_file_open(const char *folder, const char *key_file, int *code)
{
    struct ledger_settings settings = {.path = folder, .wake = ledger_file_wake};
    struct ledger *ledger = NULL;
    char why[512] = "";
    if (!key_file || !ledger_file_key(settings.master_key, key_file)) {
        say_error("--key FILE must be the area's master.key: one line of 40 characters");
        *code = EXIT_USAGE;
        return NULL;
    }
    enum err const e =
        sodium_init() < 0 ? ERR_IO : ledger_open_reader(&ledger, &settings, why, sizeof why);
    sodium_memzero(settings.master_key, sizeof settings.master_key);
    if (e == OK) return ledger;
    say_error("%s: %s", folder, why[0] ? why : err_text(e));
    *code = e == ERR_CONFIG ? EXIT_KEYS : EXIT_OURS;
    return NULL;
}

int ledger_file_verify(struct run *r, const char *folder, const char *key_file)
{
    struct desk_verify_report report = {0};
    int code = EXIT_DONE;
    struct ledger *ledger = ledger_file_open(folder, key_file, &code);
    if (!ledger) return code;
    enum err const e = desk_verify(ledger, &report);
    ledger_close(ledger);
    return ledger_file_tell(r, e, &report);
}

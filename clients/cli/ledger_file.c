#include "ledger_file.h"
#include "checkpoint.h"
#include "safefile.h"
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

static int ledger_file_fold(struct run *r, const char *folder, const char *key_file)
{
    struct desk_verify_report report = {0};
    int code = EXIT_DONE;
    struct ledger *ledger = ledger_file_open(folder, key_file, &code);
    if (!ledger) return code;
    enum err const e = desk_verify(ledger, &report);
    ledger_close(ledger);
    return ledger_file_tell(r, e, &report);
}

// --- Against what was signed. ---

// A file with the public key, or the key itself.
static bool signer_read(uint8_t out[CHECKPOINT_KEY_BYTES], const char *given)
{
    char text[64];
    if (!given) return false;
    if (ledger_file_key(out, given)) return true;
    snprintf(text, sizeof text, "%s", given);
    return strlen(given) == 40 && zmq_z85_decode(out, text);
}

static int checkpoint_open(struct checkpoint *c, const char *path, const char *signer)
{
    uint8_t public_key[CHECKPOINT_KEY_BYTES];
    size_t len = 0;
    if (!signer_read(public_key, signer)) {
        say_error("--signer FILE must be the council's checkpoint.pub, or its 40 characters");
        return EXIT_USAGE;
    }
    char *text = safefile_read(path, CHECKPOINT_TEXT_MAX, &len);
    enum err const e = text ? checkpoint_read(c, bytes_of(text, len), public_key) : ERR_IO;
    free(text);
    if (e == OK) return EXIT_DONE;
    say_error(e == ERR_CORRUPT ? "%s: NOT PROVEN: it was not signed with that key"
              : e == ERR_IO    ? "%s: it cannot be read"
                               : "%s: this is no checkpoint, or it was changed",
              path);
    return e == ERR_CORRUPT ? EXIT_OURS : EXIT_USAGE;
}

static int ledger_file_prove(struct run *r, const char *folder, const char *path)
{
    struct checkpoint c;
    struct ledger_proof proof;
    char why[512] = "", at[20];
    int const code =
        sodium_init() < 0 ? EXIT_OURS : checkpoint_open(&c, path, run_text(r, "signer"));
    if (code != EXIT_DONE) return code;
    enum err const e = ledger_prove(folder, &c, &proof, why, sizeof why);
    if (r->json) {
        say_data(json_pack("{sI, sI, ss, ss}", "signed", (json_int_t)c.head.seq, "after",
                           (json_int_t)proof.after, "area", c.area, "problem", e ? why : ""));
    } else if (e == OK) {
        printf("proven: %llu records as signed for %s on %s, %llu after them\n",
               (unsigned long long)c.head.seq, c.area, say_time_ms(c.at_ms, at),
               (unsigned long long)proof.after);
    } else {
        say_error("%s: NOT PROVEN: %s", folder, why);
    }
    return e == OK ? EXIT_DONE : EXIT_OURS;
}

int ledger_file_verify(struct run *r, const char *folder, const char *key_file)
{
    const char *checkpoint = run_text(r, "checkpoint");
    int const code = checkpoint ? ledger_file_prove(r, folder, checkpoint) : EXIT_DONE;
    // Without the master key there is no more to be seen, and an auditor has none.
    if (code != EXIT_DONE || (checkpoint && !key_file)) return code;
    return ledger_file_fold(r, folder, key_file);
}

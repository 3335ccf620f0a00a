// The files of a pack beside its tables: bank holidays, notices; and the digest over all of them.
#include "csv.h"
#include "files.h"
#include "pack.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static int holiday_order(const void *a, const void *b)
{
    int32_t const x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

char *pack_path(const struct policy *p, const char *name)
{
    char *const own = file_path(p->dir, name);
    if (!own || !p->base || file_is_read(own)) return own;
    free(own);
    return file_path(p->base, name);
}

const char *pack_label(struct policy *p, const char *name)
{
    char *const own = file_path(p->dir, name);
    bool const ours = !p->base || !own || file_is_read(own);
    free(own);
    return ours ? pool_text(&p->pool, name, strlen(name))
                : pool_format(&p->pool, "../%s/%s", p->base_name, name);
}

static bool names_have(const struct file_names *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names->at[i], name) == 0) return true;
    return false;
}

// Adds what is only in the base; sorted again by whoever cares for the order.
static bool names_add(struct file_names *to, struct file_names *from, size_t max)
{
    size_t const own = to->n;
    for (size_t i = 0; i < from->n; i++) {
        if (names_have(to, own, from->at[i])) continue;
        if (to->n == max) return false;
        to->at[to->n++] = from->at[i];
        from->at[i] = NULL; // it has moved
    }
    return true;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool pack_names(const struct policy *p, const char *folder, const char *suffix, size_t max,
                struct file_names *out)
{
    struct file_names base = {0, NULL};
    char *const own = file_path(p->dir, folder);
    char *const other = p->base ? file_path(p->base, folder) : NULL;
    bool const mine = own && file_names(own, suffix, max, out);
    bool ok = mine;
    if (other && file_names(other, suffix, max, &base)) {
        if (!mine) {
            *out = base;
            base = (struct file_names){0, NULL};
            ok = true;
        } else if ((ok = names_add(out, &base, max))) {
            qsort(out->at, out->n, sizeof(*out->at), name_order);
        }
    }
    file_names_free(&base);
    if (mine && !ok) file_names_free(out);
    free(own);
    free(other);
    return ok;
}

void pack_holidays_load(struct policy *p, struct policy_report *report)
{
    struct calendar *const c = &p->info.calendar;
    struct place at = {.file = pack_label(p, "holidays.csv")};
    struct csv csv;
    struct moment m;
    char *const path = pack_path(p, "holidays.csv");
    const char *const error = path ? csv_read(&p->pool, path, &csv, &at.line) : "no memory";
    free(path);
    if (error) {
        report_refuse(report, at, "%s", error);
        return;
    }
    if (csv_column(&csv, "date") < 0) {
        report_refuse(report, at, "the first line names the columns: date,name");
        return;
    }
    for (size_t i = 0; i < csv.n_rows; i++) {
        const char *const date = csv_cell(&csv, &csv.rows[i], "date");
        at.line = csv.rows[i].line;
        if (!feel_date_parse(bytes_text(date), &m) || m.year < 1900 || m.year > 2999) {
            report_refuse(report, at, "no date is written '%.40s': write 2026-12-25", date);
        } else if (c->n_holidays == CALENDAR_HOLIDAYS_MAX) {
            report_refuse(report, at, "more than %d holidays: leave out past years",
                          CALENDAR_HOLIDAYS_MAX);
            return;
        } else {
            c->holidays[c->n_holidays++] = (int32_t)date_days(&m);
        }
    }
    qsort(c->holidays, c->n_holidays, sizeof(c->holidays[0]), holiday_order);
}

// "outcome.txt", or "outcome.dols_request.txt" where a kind of referral has words of its own.
static bool notice_named(const char *file, enum notice *notice, enum kind *kind)
{
    char word[POLICY_WORD_MAX];
    size_t const n = strlen(file) - 4; // ".txt"
    if (n >= sizeof(word)) return false;
    memcpy(word, file, n);
    word[n] = '\0';
    char *const dot = strchr(word, '.');
    if (dot) *dot = '\0';
    int const which = notice_from(word), of = dot ? kind_from(dot + 1) : KIND_NONE;
    *notice = (enum notice)which;
    *kind = (enum kind)of;
    return which > NOTICE_NONE && which < NOTICES_MAX && of >= KIND_NONE && of < KIND_COUNT &&
           (!dot || of != KIND_NONE);
}

static void notice_load(struct policy *p, const char *file, struct policy_report *report)
{
    const char *const name = pool_format(&p->pool, "notices/%s", file);
    struct place const at = {.file = pack_label(p, name)};
    enum notice notice;
    enum kind kind;
    size_t len;
    if (!notice_named(file, &notice, &kind)) {
        report_refuse(report, at, "no notice has this name");
        return;
    }
    char *const path = pack_path(p, name);
    char *const text = path ? file_read(path, PACK_NOTICE_BYTES_MAX, &len) : NULL;
    if (!text || strlen(text) != len) {
        report_refuse(report, at, "cannot be read, is larger than 64 KiB, or is no text");
    } else {
        p->notices[kind][notice] = pool_text(&p->pool, text, len);
    }
    free(text);
    free(path);
}

void pack_notices_load(struct policy *p, struct policy_report *report)
{
    struct file_names names;
    if (!pack_names(p, "notices", ".txt", PACK_FILES_MAX, &names)) {
        report_refuse(report, (struct place){.file = "notices"},
                      "the folder is missing, or holds more than %d files", PACK_FILES_MAX);
        return;
    }
    for (size_t i = 0; i < names.n; i++) notice_load(p, names.at[i], report);
    file_names_free(&names);
}

// A file's name and length go in before its bytes, so that no two packs read the same.
static bool digest_file(crypto_generichash_state *state, const struct policy *p, const char *folder,
                        const char *name)
{
    size_t len;
    uint64_t length;
    char *const within = folder[0] ? file_path(folder, name) : strdup(name);
    char *const path = within ? pack_path(p, within) : NULL;
    char *const text = path ? file_read(path, PACK_FILE_BYTES_MAX, &len) : NULL;
    bool const ok = text != NULL;
    if (ok) {
        length = len;
        crypto_generichash_update(state, (const uint8_t *)folder, strlen(folder) + 1);
        crypto_generichash_update(state, (const uint8_t *)name, strlen(name) + 1);
        crypto_generichash_update(state, (const uint8_t *)&length, sizeof(length));
        crypto_generichash_update(state, (const uint8_t *)text, len);
    }
    free(text);
    free(path);
    free(within);
    return ok;
}

// What it reads of its base is part of it; the base's own settings and examples are not.
static bool digest_folder(crypto_generichash_state *state, const struct policy *p,
                          const char *folder, const char *suffix, bool own)
{
    struct policy const alone = {.dir = p->dir};
    struct file_names names;
    if (!pack_names(own ? &alone : p, folder, suffix, PACK_FILES_MAX, &names))
        return strcmp(folder, "tests") == 0; // a pack may have no tests
    bool ok = true;
    for (size_t i = 0; i < names.n && ok; i++) ok = digest_file(state, p, folder, names.at[i]);
    file_names_free(&names);
    return ok;
}

bool pack_digest(const struct policy *p, uint8_t out[POLICY_DIGEST_BYTES])
{
    static const struct {
        const char *folder, *suffix;
        bool own;
    } parts[] = {{"", ".csv", false},
                 {"", ".dmn", false},
                 {"", ".yaml", true},
                 {"notices", ".txt", false},
                 {"tests", ".csv", true}};
    crypto_generichash_state state;
    if (sodium_init() < 0 || crypto_generichash_init(&state, NULL, 0, POLICY_DIGEST_BYTES) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!digest_folder(&state, p, parts[i].folder, parts[i].suffix, parts[i].own)) return false;
    }
    return crypto_generichash_final(&state, out, POLICY_DIGEST_BYTES) == 0;
}

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

void pack_holidays_load(struct policy *p, const char *dir, struct policy_report *report)
{
    struct calendar *const c = &p->info.calendar;
    struct place at = {.file = "holidays.csv"};
    struct csv csv;
    struct moment m;
    char *const path = file_path(dir, at.file);
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

static void notice_load(struct policy *p, const char *dir, const char *file,
                        struct policy_report *report)
{
    struct place const at = {.file = pool_format(&p->pool, "notices/%s", file)};
    char word[POLICY_WORD_MAX];
    size_t len;
    size_t const n = strlen(file) - 4; // ".txt"
    snprintf(word, sizeof(word), "%.*s", n < sizeof(word) ? (int)n : 0, file);
    int const notice = notice_from(word);
    if (notice <= NOTICE_NONE || notice >= (int)(sizeof(p->notices) / sizeof(p->notices[0]))) {
        report_refuse(report, at, "no notice has this name");
        return;
    }
    char *const path = file_path(dir, file);
    char *const text = path ? file_read(path, PACK_NOTICE_BYTES_MAX, &len) : NULL;
    if (!text || strlen(text) != len) {
        report_refuse(report, at, "cannot be read, is larger than 64 KiB, or is no text");
    } else {
        p->notices[notice] = pool_text(&p->pool, text, len);
    }
    free(text);
    free(path);
}

void pack_notices_load(struct policy *p, const char *dir, struct policy_report *report)
{
    struct file_names names;
    char *const folder = file_path(dir, "notices");
    if (!folder || !file_names(folder, ".txt", PACK_FILES_MAX, &names)) {
        report_refuse(report, (struct place){.file = "notices"},
                      "the folder is missing, or holds more than %d files", PACK_FILES_MAX);
        free(folder);
        return;
    }
    for (size_t i = 0; i < names.n; i++) notice_load(p, folder, names.at[i], report);
    file_names_free(&names);
    free(folder);
}

// A file's name and length go in before its bytes, so that no two packs read the same.
static bool digest_file(crypto_generichash_state *state, const char *dir, const char *folder,
                        const char *name)
{
    size_t len;
    uint64_t length;
    char *const path = file_path(dir, name);
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
    return ok;
}

static bool digest_folder(crypto_generichash_state *state, const char *dir, const char *folder,
                          const char *suffix)
{
    struct file_names names;
    char *const path = file_path(dir, folder);
    bool ok = path && file_names(path, suffix, PACK_FILES_MAX, &names);
    if (path && !ok)
        ok = strcmp(folder, "tests") == 0; // a pack may have no tests
    else if (ok) {
        for (size_t i = 0; i < names.n && ok; i++) {
            ok = digest_file(state, path, folder, names.at[i]);
        }
        file_names_free(&names);
    }
    free(path);
    return ok;
}

bool pack_digest(const char *dir, uint8_t out[POLICY_DIGEST_BYTES])
{
    static const struct {
        const char *folder, *suffix;
    } parts[] = {{"", ".csv"}, {"", ".dmn"}, {"", ".yaml"}, {"notices", ".txt"}, {"tests", ".csv"}};
    crypto_generichash_state state;
    if (sodium_init() < 0 || crypto_generichash_init(&state, NULL, 0, POLICY_DIGEST_BYTES) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!digest_folder(&state, dir, parts[i].folder, parts[i].suffix)) return false;
    }
    return crypto_generichash_final(&state, out, POLICY_DIGEST_BYTES) == 0;
}

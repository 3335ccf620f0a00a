// What two packs say beside their tables: pack.yaml, holidays, notices, and files that are not read
// here.
#include "diff.h"

#include "files.h"

#include <stdlib.h>

static const char *team_id(const struct policy *p, int team)
{
    return team >= 0 ? p->info.teams[team].id : "";
}

static void named_tell(struct differing *d, const char *what, const char *name, bool added)
{
    struct difference const x = {.kind = added ? "added" : "removed", .column = name};
    diff_tell(d, x, "%s `%s` %s", what, name, added ? "added" : "removed");
}

static void team_tell(struct differing *d, const struct policy_team *a, const struct policy_team *b)
{
    static const char *const kinds[] = {"mash", "community", "out_of_hours", "quality", "other"};
    char what[128];
    snprintf(what, sizeof(what), "team `%s`: the name", b->id);
    diff_text(d, NULL, what, a->name, b->name);
    snprintf(what, sizeof(what), "team `%s`: the telephone", b->id);
    diff_text(d, NULL, what, a->telephone, b->telephone);
    snprintf(what, sizeof(what), "team `%s`: the kind", b->id);
    diff_text(d, NULL, what, kinds[a->kind], kinds[b->kind]);
    char was[16], is[16];
    snprintf(what, sizeof(what), "team `%s`: the cap", b->id);
    snprintf(was, sizeof(was), "%u", (unsigned)a->cap);
    snprintf(is, sizeof(is), "%u", (unsigned)b->cap);
    diff_text(d, NULL, what, was, is);
}

static void teams_tell(struct differing *d, const struct policy *a, const struct policy *b)
{
    for (size_t i = 0; i < a->info.n_teams; i++) {
        const char *const id = a->info.teams[i].id;
        if (policy_team(b, id) < 0) named_tell(d, "team", id, false);
    }
    for (size_t i = 0; i < b->info.n_teams; i++) {
        int const was = policy_team(a, b->info.teams[i].id);
        if (was < 0) {
            named_tell(d, "team", b->info.teams[i].id, true);
        } else {
            team_tell(d, &a->info.teams[was], &b->info.teams[i]);
        }
    }
    diff_text(d, NULL, "the team that sees everything first", team_id(a, a->info.mash),
              team_id(b, b->info.mash));
    diff_text(d, NULL, "the team out of hours", team_id(a, a->info.out_of_hours),
              team_id(b, b->info.out_of_hours));
}

// "B29 6XX" as it is read: the outward code, a space, the rest.
static const char *postcode_text(const struct locality *l, char out[32])
{
    size_t const n = l->outward < 15 ? l->outward : 15;
    snprintf(out, 32, "%.*s%s%.8s", (int)n, l->prefix, l->prefix[n] ? " " : "", l->prefix + n);
    return out;
}

static const struct locality *locality_find(const struct policy *p, const struct locality *l)
{
    for (size_t i = 0; i < p->n_localities; i++) {
        const struct locality *const one = &p->localities[i];
        if (one->outward == l->outward && strcmp(one->prefix, l->prefix) == 0) return one;
    }
    return NULL;
}

static void localities_tell(struct differing *d, const struct policy *a, const struct policy *b)
{
    char code[32], what[64];
    for (size_t i = 0; i < a->n_localities; i++) {
        const struct locality *const l = &a->localities[i];
        if (!locality_find(b, l)) named_tell(d, "postcode", postcode_text(l, code), false);
    }
    for (size_t i = 0; i < b->n_localities; i++) {
        const struct locality *const l = &b->localities[i], *const was = locality_find(a, l);
        snprintf(what, sizeof(what), "the team of postcode `%s`", postcode_text(l, code));
        diff_text(d, NULL, what, was ? team_id(a, was->team) : "", team_id(b, l->team));
    }
}

static const char *minute_text(int minute, char out[32])
{
    snprintf(out, 32, "%02d:%02d", minute / 60, minute % 60);
    return out;
}

static void minute_tell(struct differing *d, const char *what, int was, int is)
{
    char a[32], b[32];
    diff_text(d, NULL, what, minute_text(was, a), minute_text(is, b));
}

static const char *days_text(unsigned days, char out[32])
{
    static const char *const words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    size_t n = 0;
    *out = 0;
    for (unsigned i = 0; i < 7; i++) {
        if (days >> i & 1) n += (size_t)snprintf(out + n, 32 - n, "%s%s", n ? " " : "", words[i]);
    }
    return out;
}

static void calendar_tell(struct differing *d, const struct calendar *a, const struct calendar *b)
{
    char was[32], is[32];
    minute_tell(d, "the opening time", a->open_minute, b->open_minute);
    minute_tell(d, "the closing time", a->close_minute, b->close_minute);
    minute_tell(d, "the cut-off", a->cutoff_minute, b->cutoff_minute);
    diff_text(d, NULL, "the working days", days_text(a->working_days, was),
              days_text(b->working_days, is));
}

static const char *span_text(const struct span *s, char out[48])
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{86400000, "day"}, {3600000, "hour"}, {60000, "minute"}};
    int64_t amount = s->amount;
    const char *unit = "working day";
    *out = 0;
    if (s->kind == SPAN_NONE) return out;
    for (size_t i = 0; s->kind == SPAN_CALENDAR_MS && i < sizeof(units) / sizeof(units[0]); i++) {
        amount = s->amount / units[i].ms;
        unit = units[i].unit;
        if (s->amount % units[i].ms == 0 && amount > 0) break;
    }
    snprintf(out, 48, "%lld %s%s", (long long)amount, unit, amount == 1 ? "" : "s");
    return out;
}

static void clock_tell(struct differing *d, const char *field, const char *meaning,
                       const struct span *a, const struct span *b)
{
    char what[160], was[48], is[48];
    for (int colour = COLOUR_GREEN; colour <= COLOUR_RED; colour++) {
        snprintf(what, sizeof(what), "the clock `%s` (%s) for %s", field, meaning,
                 colour_word((enum colour)colour));
        diff_text(d, NULL, what, span_text(&a[colour], was), span_text(&b[colour], is));
    }
}

static void levels_tell(struct differing *d, const struct policy *a, const struct policy *b)
{
    char what[96];
    for (int tier = TIER_BELOW; tier <= TIER_DUTY_MET; tier++) {
        snprintf(what, sizeof(what), "the published level that `%s` stands for",
                 tier_word((enum tier)tier));
        diff_text(d, NULL, what, a->levels[tier] ? a->levels[tier] : "",
                  b->levels[tier] ? b->levels[tier] : "");
    }
}

static void retention_tell(struct differing *d, const struct retention *a,
                           const struct retention *b)
{
    char what[96], was[POLICY_KEEP_MAX], is[POLICY_KEEP_MAX];
    for (int c = RETENTION_NONE + 1; c < RETENTION_COUNT; c++) {
        const struct retention_rule *const x = &a->rules[c], *const y = &b->rules[c];
        policy_keep_text(x, was, sizeof(was));
        policy_keep_text(y, is, sizeof(is));
        snprintf(what, sizeof(what), "how long `%s` is kept",
                 retention_word((enum retention_class)c));
        diff_text(d, NULL, what, was, is);
        snprintf(what, sizeof(what), "the basis on which `%s` is kept",
                 retention_word((enum retention_class)c));
        diff_text(d, NULL, what, x->basis ? x->basis : "", y->basis ? y->basis : "");
    }
}

static const char *date_of_ms(int64_t ms, char out[32])
{
    struct civil const c = civil_local(ms);
    snprintf(out, 32, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}

static void yaml_tell(struct differing *d, const struct policy *a, const struct policy *b)
{
    const struct policy_info *const x = &a->info, *const y = &b->info;
    char was[32], is[32];
    d->part = "pack.yaml";
    diff_text(d, NULL, "the name", x->name, y->name);
    diff_text(d, NULL, "the version", x->version, y->version);
    diff_text(d, NULL, "the owner", x->owner, y->owner);
    diff_text(d, NULL, "the day it is in force from", date_of_ms(x->in_force_from_ms, was),
              date_of_ms(y->in_force_from_ms, is));
    diff_text(d, NULL, "the council", x->council, y->council);
    diff_text(d, NULL, "the council's code", x->council_code, y->council_code);
    diff_text(d, NULL, "the council's telephone", x->council_telephone, y->council_telephone);
    teams_tell(d, a, b);
    diff_text(d, NULL, "concerns go to the team of an open case directly",
              x->open_case_direct ? "yes" : "no", y->open_case_direct ? "yes" : "no");
    localities_tell(d, a, b);
    calendar_tell(d, &x->calendar, &y->calendar);
#define CLOCK_TELL(field, meaning) clock_tell(d, #field, meaning, x->clocks.field, y->clocks.field);
    CLOCK_LIST(CLOCK_TELL)
#define CLOCK_MORE_TELL(field, meaning, red, amber, green) CLOCK_TELL(field, meaning)
    CLOCK_MORE_LIST(CLOCK_MORE_TELL)
#undef CLOCK_MORE_TELL
#undef CLOCK_TELL
    levels_tell(d, a, b);
    retention_tell(d, &x->retention, &y->retention);
}

static void holidays_missing(struct differing *d, const struct calendar *a,
                             const struct calendar *b, bool added)
{
    for (size_t i = 0; i < b->n_holidays; i++) {
        struct moment m;
        char text[MOMENT_TEXT_MAX];
        size_t k = 0;
        while (k < a->n_holidays && a->holidays[k] != b->holidays[i]) k++;
        if (k < a->n_holidays || !date_of_days(b->holidays[i], &m)) continue;
        date_text(&m, text);
        named_tell(d, "holiday", text, added);
    }
}

// --- Notices, line by line ---

#define LINES_MAX 2000 // of a file, beyond which it is told as a whole

static size_t lines_split(struct pool *pool, const char *text, const char ***out)
{
    size_t n = 0, most = 1;
    for (const char *c = text; *c; c++) most += *c == '\n';
    *out = pool_alloc(pool, (most + 1) * sizeof(**out));
    while (*text) {
        size_t const len = strcspn(text, "\r\n");
        (*out)[n++] = pool_text(pool, text, len);
        text += len;
        text += *text == '\r';
        text += *text == '\n';
    }
    return n;
}

static struct row_list lines_number(struct pool *pool, struct diff_numbers *k, const char **lines,
                                    size_t n)
{
    static const uint32_t weight[] = {1};
    uint32_t *const cells = pool_alloc(pool, (n + 1) * sizeof(*cells));
    for (size_t i = 0; i < n; i++) cells[i] = diff_number(k, lines[i]);
    return (struct row_list){n, 1, cells, weight};
}

static void line_tell(struct differing *d, const char *line, size_t at, bool added)
{
    struct difference const x = {.kind = added ? "line_added" : "line_removed",
                                 .row = added ? (unsigned)at + 1 : 0,
                                 .was_row = added ? 0 : (unsigned)at + 1};
    diff_tell(d, x, "%s: %s", added ? "added" : "removed", line);
}

static void lines_tell(struct differing *d, const char *a, const char *b)
{
    const char **old, **now;
    size_t const n_old = lines_split(&d->pool, a, &old), n_now = lines_split(&d->pool, b, &now);
    struct diff_numbers k;
    if (n_old > LINES_MAX || n_now > LINES_MAX) {
        struct difference const at = {.kind = "changed"};
        diff_tell(d, at, "it had %zu lines, and has %zu that are not all the same", n_old, n_now);
        return;
    }
    diff_numbers_make(&k, &d->pool, n_old + n_now);
    struct row_list const x = lines_number(&d->pool, &k, old, n_old);
    struct row_list const y = lines_number(&d->pool, &k, now, n_now);
    size_t *const was = pool_alloc(&d->pool, (n_now + 1) * sizeof(*was));
    bool *const kept = pool_alloc(&d->pool, n_old + 1);
    diff_rows(&d->pool, &x, &y, was);
    for (size_t i = 0; i < n_now; i++) {
        if (was[i] != SIZE_MAX) kept[was[i]] = true;
    }
    for (size_t i = 0; i < n_old; i++) {
        if (!kept[i] && *old[i]) line_tell(d, old[i], i, false);
    }
    for (size_t i = 0; i < n_now; i++) {
        if (was[i] == SIZE_MAX && *now[i]) line_tell(d, now[i], i, true);
    }
}

static void notices_tell(struct differing *d, const struct policy *a, const struct policy *b)
{
    for (size_t i = 0; i < (size_t)KIND_COUNT * NOTICES_MAX; i++) {
        size_t const kind = i / NOTICES_MAX, notice = i % NOTICES_MAX;
        const char *const was = a->notices[kind][notice], *const is = b->notices[kind][notice];
        if (!was && !is) continue;
        d->part = pool_format(&d->pool, "notices/%s%s%s.txt", notice_word((enum notice)notice),
                              kind ? "." : "", kind ? kind_word((enum kind)kind) : "");
        struct difference const x = {.kind = was ? "removed" : "added"};
        if (!was || !is) {
            diff_tell(d, x, "the notice is %s", was ? "removed" : "added");
        } else {
            lines_tell(d, was, is);
        }
    }
}

// --- All of it ---

static const struct pack_model *model_named(const struct policy *p, const char *file)
{
    for (size_t i = 0; i < p->n_models; i++) {
        if (strcmp(p->models[i].file, file) == 0) return &p->models[i];
    }
    return NULL;
}

// "threshold" of "threshold.dmn".
static const char *file_stem(struct differing *d, const char *file)
{
    size_t const n = strlen(file);
    return pool_text(&d->pool, file, n > 4 ? n - 4 : n);
}

void diff_packs(struct differing *d, const struct policy *a, const struct policy *b)
{
    yaml_tell(d, a, b);
    for (size_t i = 0; i < a->n_models; i++) {
        struct difference const x = {.kind = "removed"};
        d->part = a->models[i].file;
        if (!model_named(b, a->models[i].file)) diff_tell(d, x, "the file is removed");
    }
    for (size_t i = 0; i < b->n_models; i++) {
        static const struct model none;
        const struct pack_model *const was = model_named(a, b->models[i].file);
        struct difference const x = {.kind = "added"};
        d->part = b->models[i].file;
        if (!was) diff_tell(d, x, "the file is added");
        d->part = file_stem(d, b->models[i].file);
        diff_models(d, was ? was->model : &none, b->models[i].model);
    }
    d->part = "holidays.csv";
    holidays_missing(d, &b->info.calendar, &a->info.calendar, false);
    holidays_missing(d, &a->info.calendar, &b->info.calendar, true);
    notices_tell(d, a, b);
}

static bool file_tell(struct differing *d, const char *a, const char *b, const char *name)
{
    size_t n_a, n_b;
    const char *const was = path_kept(&d->pool, a, name), *const is = path_kept(&d->pool, b, name);
    char *const x = file_kept(&d->pool, was, PACK_FILE_BYTES_MAX, &n_a);
    char *const y = file_kept(&d->pool, is, PACK_FILE_BYTES_MAX, &n_b);
    if ((!x && file_is_read(was)) || (!y && file_is_read(is))) return false;
    d->part = name;
    struct difference at = {.kind = x ? "removed" : "added"};
    if (!x != !y) {
        diff_tell(d, at, "the file is %s", x ? "removed" : "added");
    } else if (x && (n_a != n_b || memcmp(x, y, n_a) != 0)) {
        lines_tell(d, x, y);
    }
    return true;
}

// There may be no such folder.
static bool csv_names(const char *folder, struct file_names *names)
{
    return file_names(folder, ".csv", PACK_FILES_MAX, names) || !folder_is_read(folder);
}

static bool folder_tell(struct differing *d, const char *a, const char *b, const char *folder)
{
    struct file_names *const names = d->names;
    bool ok = csv_names(path_kept(&d->pool, a, folder), &names[0]) &&
              csv_names(path_kept(&d->pool, b, folder), &names[1]);
    for (int side = 0; side < 2 && ok; side++) {
        for (size_t i = 0; i < names[side].n; i++) {
            const char *const name = pool_format(&d->pool, "%s/%s", folder, names[side].at[i]);
            bool both = false;
            for (size_t k = 0; k < names[0].n && side == 1; k++) {
                both = both || strcmp(names[0].at[k], names[1].at[i]) == 0;
            }
            ok = (both || file_tell(d, a, b, name)) && ok;
        }
    }
    return ok;
}

bool diff_files(struct differing *d, const char *a, const char *b)
{
    return file_tell(d, a, b, "score.csv") && folder_tell(d, a, b, "tests");
}

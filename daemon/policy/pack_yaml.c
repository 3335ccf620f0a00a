// pack.yaml: strict, so that a misspelt key is an error with its line and not a silent default.
#include "pack_yaml.h"
#include "direct.h"
#include "files.h"
#include "rights.h"

#include <stdio.h>
#include <stdlib.h>

// --- What the file looks like ---

struct yaml_council {
    char *name, *code, *telephone;
};
struct yaml_team {
    char *id, *name, *kind, *telephone;
    unsigned cap; // 0: none
};
struct yaml_locality {
    char *team;
    char **postcodes;
    unsigned n_postcodes;
};
struct yaml_calendar {
    char *open, *close, *cutoff;
    char **working_days;
    unsigned n_working_days;
};
struct yaml_clock {
    char *green, *amber, *red;
};

#define YAML_CLOCK(field, meaning)                         struct yaml_clock field;
#define YAML_CLOCK_MORE(field, meaning, red, amber, green) struct yaml_clock *field;
struct yaml_clocks {
    CLOCK_LIST(YAML_CLOCK)
    CLOCK_MORE_LIST(YAML_CLOCK_MORE)
};
#undef YAML_CLOCK
#undef YAML_CLOCK_MORE

struct yaml_score {
    char **no_referral, **consult, **refer;
    unsigned n_no_referral, n_consult, n_refer;
};

// Numbers that are left out have their defaults.
struct yaml_service {
    char *place;
    int people;
};
#define YAML_ORG(name, dflt, least, most, help) int name;
struct yaml_organisations {
    ORG_LIMITS(YAML_ORG)
    struct yaml_service *services;
    unsigned n_services;
};
#undef YAML_ORG

#define YAML_KIND(name, dflt, least, most, help) int name;
struct yaml_kinds {
    KIND_LIMITS(YAML_KIND)
};
#undef YAML_KIND

struct yaml_pack {
    char *name, *version, *owner, *in_force_from, *extends, *mash, *out_of_hours, *direct;
    struct yaml_council council;
    struct yaml_team *teams;
    struct yaml_locality *localities;
    struct yaml_calendar calendar;
    struct yaml_clocks clocks;
    struct yaml_score *score;
    struct yaml_organisations *organisations;
    struct yaml_kinds *kinds;
    struct yaml_retention *retention;
    unsigned n_teams, n_localities;
};

// --- The same for libcyaml ---

#define TEXT(key, type, field) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct type, field, 0, CYAML_UNLIMITED)
#define OPTIONAL(key, type, field)                                                               \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, field, 0, \
                           CYAML_UNLIMITED)
#define COUNT(key, type, field) CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, struct type, field)
#define WORDS(key, type, field)                                                                    \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER, struct type, field, n_##field, &YAML_WORD, \
                               0, 10000)

static const cyaml_schema_value_t YAML_WORD = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};

static const cyaml_schema_field_t YAML_COUNCIL[] = {
    TEXT("name", yaml_council, name), TEXT("code", yaml_council, code),
    TEXT("telephone", yaml_council, telephone), CYAML_FIELD_END};

static const cyaml_schema_field_t YAML_TEAM[] = {
    TEXT("id", yaml_team, id),     TEXT("name", yaml_team, name),
    TEXT("kind", yaml_team, kind), TEXT("telephone", yaml_team, telephone),
    COUNT("cap", yaml_team, cap),  CYAML_FIELD_END};
static const cyaml_schema_value_t YAML_TEAM_VALUE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_team, YAML_TEAM)};

static const cyaml_schema_field_t YAML_LOCALITY[] = {TEXT("team", yaml_locality, team),
                                                     WORDS("postcodes", yaml_locality, postcodes),
                                                     CYAML_FIELD_END};
static const cyaml_schema_value_t YAML_LOCALITY_VALUE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_locality, YAML_LOCALITY)};

static const cyaml_schema_field_t YAML_CALENDAR[] = {
    TEXT("open", yaml_calendar, open), TEXT("close", yaml_calendar, close),
    TEXT("cutoff", yaml_calendar, cutoff), WORDS("working_days", yaml_calendar, working_days),
    CYAML_FIELD_END};

static const cyaml_schema_field_t YAML_CLOCK[] = {
    OPTIONAL("green", yaml_clock, green), OPTIONAL("amber", yaml_clock, amber),
    OPTIONAL("red", yaml_clock, red), CYAML_FIELD_END};

#define YAML_CLOCK_FIELD(field, meaning) \
    CYAML_FIELD_MAPPING(#field, CYAML_FLAG_DEFAULT, struct yaml_clocks, field, YAML_CLOCK),
#define YAML_CLOCK_MORE(field, meaning, red, amber, green)                                        \
    CYAML_FIELD_MAPPING_PTR(#field, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_clocks, \
                            field, YAML_CLOCK),
static const cyaml_schema_field_t YAML_CLOCKS[] = {
    CLOCK_LIST(YAML_CLOCK_FIELD) CLOCK_MORE_LIST(YAML_CLOCK_MORE) CYAML_FIELD_END};

static const cyaml_schema_field_t YAML_SCORE[] = {
    WORDS("no_referral", yaml_score, no_referral), WORDS("consult", yaml_score, consult),
    WORDS("refer", yaml_score, refer), CYAML_FIELD_END};

static const cyaml_schema_field_t YAML_SERVICE[] = {
    TEXT("place", yaml_service, place),
    CYAML_FIELD_INT("people", CYAML_FLAG_DEFAULT, struct yaml_service, people), CYAML_FIELD_END};
static const cyaml_schema_value_t YAML_SERVICE_VALUE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_service, YAML_SERVICE)};

#define YAML_ORG_FIELD(name, dflt, least, most, help) \
    CYAML_FIELD_INT(#name, CYAML_FLAG_OPTIONAL, struct yaml_organisations, name),
static const cyaml_schema_field_t YAML_ORGANISATIONS[] = {
    ORG_LIMITS(YAML_ORG_FIELD) CYAML_FIELD_SEQUENCE_COUNT(
        "services", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_organisations, services,
        n_services, &YAML_SERVICE_VALUE, 0, POLICY_SERVICES_MAX),
    CYAML_FIELD_END};

#define YAML_KIND_FIELD(name, dflt, least, most, help) \
    CYAML_FIELD_INT(#name, CYAML_FLAG_OPTIONAL, struct yaml_kinds, name),
static const cyaml_schema_field_t YAML_KINDS[] = {KIND_LIMITS(YAML_KIND_FIELD) CYAML_FIELD_END};

static const cyaml_schema_field_t YAML_PACK[] = {
    TEXT("name", yaml_pack, name),
    TEXT("version", yaml_pack, version),
    TEXT("owner", yaml_pack, owner),
    TEXT("in_force_from", yaml_pack, in_force_from),
    OPTIONAL("extends", yaml_pack, extends),
    CYAML_FIELD_MAPPING("council", CYAML_FLAG_DEFAULT, struct yaml_pack, council, YAML_COUNCIL),
    CYAML_FIELD_SEQUENCE_COUNT("teams", CYAML_FLAG_POINTER, struct yaml_pack, teams, n_teams,
                               &YAML_TEAM_VALUE, 1, POLICY_TEAMS_MAX),
    TEXT("mash", yaml_pack, mash),
    OPTIONAL("out_of_hours", yaml_pack, out_of_hours),
    OPTIONAL("open_case_direct", yaml_pack, direct),
    CYAML_FIELD_SEQUENCE_COUNT("localities", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                               struct yaml_pack, localities, n_localities, &YAML_LOCALITY_VALUE, 0,
                               POLICY_LOCALITIES_MAX),
    CYAML_FIELD_MAPPING("calendar", CYAML_FLAG_DEFAULT, struct yaml_pack, calendar, YAML_CALENDAR),
    CYAML_FIELD_MAPPING("clocks", CYAML_FLAG_DEFAULT, struct yaml_pack, clocks, YAML_CLOCKS),
    CYAML_FIELD_MAPPING_PTR("score", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_pack,
                            score, YAML_SCORE),
    CYAML_FIELD_MAPPING_PTR("organisations", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct yaml_pack, organisations, YAML_ORGANISATIONS),
    CYAML_FIELD_MAPPING_PTR("kinds", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_pack,
                            kinds, YAML_KINDS),
    CYAML_FIELD_MAPPING_PTR("retention", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_pack,
                            retention, YAML_RETENTION),
    CYAML_FIELD_END};

static const cyaml_schema_value_t YAML_ROOT = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_pack, YAML_PACK)};

// --- From the file to struct policy ---

// The library says what is wrong in a first line and where in the lines after it.
struct yaml_log {
    char text[400];
    int line, column;
};

static void yaml_log_line(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
    struct yaml_log *const log = ctx;
    char line[400];
    if (level < CYAML_LOG_ERROR) return;
    vsnprintf(line, sizeof(line), format, args);
    line[strcspn(line, "\n")] = 0;
    if (!log->text[0]) snprintf(log->text, sizeof(log->text), "%s", line);
    const char *const at = strstr(line, "(line: ");
    if (at && !log->line) (void)sscanf(at, "(line: %d, column: %d", &log->line, &log->column);
}

int yaml_line(const struct yaml_reader *r, const char *key, const char *value)
{
    size_t const n_key = strlen(key), n_value = strlen(value);
    int line = 1;
    for (const char *at = r->text; *at; at++) {
        if (*at == '\n') line++;
        if (strncmp(at, key, n_key) != 0 || at[n_key] != ':') continue;
        const char *const from = at + n_key + 1 + strspn(at + n_key + 1, " \"'");
        bool const whole =
            strncmp(from, value, n_value) == 0 && strchr(" \"',}\r\n", from[n_value]);
        if (whole) return line;
    }
    return 0;
}

static void yaml_refuse(const struct yaml_reader *r, const char *what, const char *value)
{
    report_refuse(r->report, (struct place){.file = "pack.yaml"}, "%s: '%.100s'", what, value);
}

// A team's id stands in case files and in workers' rights, which hold no other.
static void yaml_refuse_team(const struct yaml_reader *r, const char *id)
{
    struct place const at = {.file = "pack.yaml", .line = yaml_line(r, "id", id)};
    report_refuse(r->report, at,
                  "a team's id is at most %d small letters, digits, '_' or '-', the first no sign: "
                  "'%.100s'",
                  ID_MAX - 1, id);
}

const char *yaml_keep(const struct yaml_reader *r, const char *text)
{
    return pool_text(&r->p->pool, text, strlen(text));
}

static const char *const TEAM_KINDS[] = {[TEAM_MASH] = "mash",
                                         [TEAM_COMMUNITY] = "community",
                                         [TEAM_OUT_OF_HOURS] = "out_of_hours",
                                         [TEAM_QUALITY] = "quality",
                                         [TEAM_OTHER] = "other"};

static void yaml_teams(const struct yaml_reader *r, const struct yaml_pack *y)
{
    struct policy_info *const info = &r->p->info;
    for (unsigned i = 0; i < y->n_teams; i++) {
        struct policy_team *const t = &info->teams[i];
        bool known = false;
        for (int k = 0; k <= TEAM_OTHER; k++) {
            if (strcmp(y->teams[i].kind, TEAM_KINDS[k]) != 0) continue;
            t->kind = (enum team_kind)k;
            known = true;
        }
        if (!known) yaml_refuse(r, "no kind of team has this name", y->teams[i].kind);
        t->id = yaml_keep(r, y->teams[i].id);
        t->name = yaml_keep(r, y->teams[i].name);
        t->telephone = yaml_keep(r, y->teams[i].telephone);
        t->cap = y->teams[i].cap;
        if (!id_valid(t->id)) yaml_refuse_team(r, t->id);
        if (policy_team(r->p, t->id) >= 0) yaml_refuse(r, "two teams have this id", t->id);
        info->n_teams = i + 1;
    }
    info->mash = policy_team(r->p, y->mash);
    if (info->mash < 0) {
        yaml_refuse(r, "mash: no team has this id", y->mash);
        info->mash = 0;
    }
    info->out_of_hours = y->out_of_hours ? policy_team(r->p, y->out_of_hours) : -1;
    if (y->out_of_hours && info->out_of_hours < 0) {
        yaml_refuse(r, "out_of_hours: no team has this id", y->out_of_hours);
    }
}

static void yaml_localities(const struct yaml_reader *r, const struct yaml_pack *y)
{
    struct policy *const p = r->p;
    for (unsigned i = 0; i < y->n_localities; i++) {
        const struct yaml_locality *const l = &y->localities[i];
        int const team = policy_team(p, l->team);
        if (team < 0) yaml_refuse(r, "localities: no team has this id", l->team);
        for (unsigned k = 0; k < l->n_postcodes; k++) {
            if (p->n_localities == POLICY_LOCALITIES_MAX) {
                yaml_refuse(r, "more postcodes than are read", l->postcodes[k]);
                return;
            }
            char *const prefix = pool_text(&p->pool, l->postcodes[k], strlen(l->postcodes[k]));
            size_t n = 0;
            for (const char *c = prefix; *c; c++) {
                if (*c != ' ') prefix[n++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
            }
            const char *const space = strchr(l->postcodes[k], ' ');
            size_t const outward = space ? (size_t)(space - l->postcodes[k]) : n;
            prefix[n] = 0;
            if (n == 0) yaml_refuse(r, "localities: an empty postcode", l->team);
            p->localities[p->n_localities++] = (struct locality){prefix, outward, team};
        }
    }
}

static int yaml_minute(const struct yaml_reader *r, const char *text)
{
    int hour, minute, used = 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[used] || hour < 0 ||
        hour > 24 || minute < 0 || minute > 59) {
        yaml_refuse(r, "a time of day is written 09:30", text);
        return 0;
    }
    return hour * 60 + minute;
}

static void yaml_calendar(const struct yaml_reader *r, const struct yaml_calendar *y)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    struct calendar *const c = &r->p->info.calendar;
    c->open_minute = yaml_minute(r, y->open);
    c->close_minute = yaml_minute(r, y->close);
    c->cutoff_minute = yaml_minute(r, y->cutoff);
    if (c->open_minute >= c->close_minute) yaml_refuse(r, "calendar: close comes after", y->open);
    if (c->cutoff_minute > c->close_minute) {
        yaml_refuse(r, "calendar: cutoff comes no later than close", y->cutoff);
    }
    for (unsigned i = 0; i < y->n_working_days; i++) {
        bool known = false;
        for (unsigned d = 0; d < 7; d++) {
            if (strcmp(y->working_days[i], days[d]) != 0) continue;
            c->working_days |= 1U << d;
            known = true;
        }
        if (!known) yaml_refuse(r, "a day is one of mon to sun", y->working_days[i]);
    }
    if (!c->working_days) yaml_refuse(r, "calendar: no working day", "working_days");
}

// 30m, 4h, 28d run day and night; 2wd is working days.
static struct span yaml_span(const struct yaml_reader *r, const char *text)
{
    static const struct {
        const char *unit;
        bool is_days;
        int64_t amount;
    } units[] = {
        {"m", false, 60000}, {"h", false, 3600000}, {"d", false, 86400000}, {"wd", true, 1}};
    struct span s = {.kind = SPAN_NONE};
    int used = 0, n = 0;
    if (!text) return s;
    if (sscanf(text, "%6d%n", &n, &used) == 1 && n >= 0) {
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
            if (strcmp(text + used, units[i].unit) != 0) continue;
            s.kind = units[i].is_days ? SPAN_WORKING_DAYS : SPAN_CALENDAR_MS;
            s.amount = n * units[i].amount;
            return s;
        }
    }
    yaml_refuse(r, "a span is written 30m, 4h, 28d or 2wd", text);
    return s;
}

static void yaml_clocks(const struct yaml_reader *r, const struct yaml_clocks *y)
{
    struct clocks *const c = &r->p->info.clocks;
#define YAML_CLOCK_READ(field, meaning)                    \
    c->field[COLOUR_GREEN] = yaml_span(r, y->field.green); \
    c->field[COLOUR_AMBER] = yaml_span(r, y->field.amber); \
    c->field[COLOUR_RED] = yaml_span(r, y->field.red);
    CLOCK_LIST(YAML_CLOCK_READ)
#undef YAML_CLOCK_READ
#define YAML_CLOCK_READ(field, meaning, red_, amber_, green_)                   \
    c->field[COLOUR_GREEN] = yaml_span(r, y->field ? y->field->green : green_); \
    c->field[COLOUR_AMBER] = yaml_span(r, y->field ? y->field->amber : amber_); \
    c->field[COLOUR_RED] = yaml_span(r, y->field ? y->field->red : red_);
    CLOCK_MORE_LIST(YAML_CLOCK_READ)
#undef YAML_CLOCK_READ
}

static void yaml_levels(const struct yaml_reader *r, const char *level, char **tiers, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        int const tier = tier_from(tiers[i]);
        if (tier < 0) {
            yaml_refuse(r, "score: no tier has this name", tiers[i]);
        } else {
            r->p->levels[tier] = level;
        }
    }
}

static int32_t yaml_number(const struct yaml_reader *r, const char *what, const char *name,
                           int value, int dflt, int least, int most)
{
    if (value == 0) return dflt;
    if (value < least || value > most) yaml_refuse(r, what, name);
    return value;
}

static void yaml_kinds(const struct yaml_reader *r, const struct yaml_kinds *y)
{
    struct kind_limits *const out = &r->p->info.kinds;
    *out = KIND_DEFAULTS;
    if (!y) return;
#define YAML_KIND_TAKE(name, dflt, least, most, help) \
    out->name = yaml_number(r, "kinds: out of range", #name, y->name, dflt, least, most);
    KIND_LIMITS(YAML_KIND_TAKE)
#undef YAML_KIND_TAKE
}

static void yaml_organisations(const struct yaml_reader *r, const struct yaml_organisations *y)
{
    struct policy_info *const info = &r->p->info;
    info->organisations = ORG_DEFAULTS;
    if (!y) return;
#define YAML_ORG_TAKE(name, dflt, least, most, help) \
    info->organisations.name =                       \
        yaml_number(r, "organisations: out of range", #name, y->name, dflt, least, most);
    ORG_LIMITS(YAML_ORG_TAKE)
#undef YAML_ORG_TAKE
    for (unsigned i = 0; i < y->n_services; i++) {
        if (y->services[i].people < 1)
            yaml_refuse(r, "organisations: a service supports somebody", y->services[i].place);
        info->services[info->n_services++] =
            (struct policy_service){yaml_keep(r, y->services[i].place), y->services[i].people};
    }
}

// The folder beside this one whose files stand in for those that are not here.
static void yaml_extends(const struct yaml_reader *r, const char *name)
{
    struct policy *const p = r->p;
    if (!name) return;
    p->base_name = pool_text(&p->pool, name, strlen(name));
    p->base = pool_format(&p->pool, "%s/../%s", p->dir, name);
    if (id_valid(name) && folder_is_read(p->base)) return;
    yaml_refuse(r, "extends: no pack of this name lies beside this one", name);
    p->base = NULL;
}

static void yaml_pack_take(const struct yaml_reader *r, const struct yaml_pack *y)
{
    struct policy_info *const info = &r->p->info;
    struct moment m;
    info->name = yaml_keep(r, y->name);
    info->version = yaml_keep(r, y->version);
    info->owner = yaml_keep(r, y->owner);
    info->council = yaml_keep(r, y->council.name);
    info->council_code = yaml_keep(r, y->council.code);
    info->council_telephone = yaml_keep(r, y->council.telephone);
    if (strlen(y->name) >= POLICY_WORD_MAX) yaml_refuse(r, "the name is too long", y->name);
    if (feel_date_parse(bytes_text(y->in_force_from), &m) && m.year > 1900 && m.year < 3000) {
        info->in_force_from_ms =
            civil_to_utc((struct civil){.year = m.year, .month = m.month, .day = m.day});
    } else {
        yaml_refuse(r, "in_force_from is a date, such as 2026-01-31", y->in_force_from);
    }
    yaml_extends(r, y->extends);
    yaml_teams(r, y);
    direct_read(r->p, y->direct, yaml_line(r, "open_case_direct", y->direct ? y->direct : ""),
                r->report);
    yaml_localities(r, y);
    yaml_calendar(r, &y->calendar);
    yaml_clocks(r, &y->clocks);
    yaml_organisations(r, y->organisations);
    yaml_kinds(r, y->kinds);
    yaml_retention(r, y->retention);
    if (!y->score) return;
    yaml_levels(r, "no_referral", y->score->no_referral, y->score->n_no_referral);
    yaml_levels(r, "consult", y->score->consult, y->score->n_consult);
    yaml_levels(r, "refer", y->score->refer, y->score->n_refer);
}

void pack_yaml_load(struct policy *p, const char *dir, struct policy_report *report)
{
    struct yaml_log log = {.text = ""};
    cyaml_config_t const config = {.log_fn = yaml_log_line,
                                   .log_ctx = &log,
                                   .mem_fn = cyaml_mem,
                                   .log_level = CYAML_LOG_ERROR};
    struct yaml_pack *y = NULL;
    size_t len = 0;
    char *const path = file_path(dir, "pack.yaml");
    char *const text = path ? file_read(path, PACK_FILE_BYTES_MAX, &len) : NULL;
    if (!text) {
        report_refuse(report, (struct place){.file = "pack.yaml"},
                      "is missing, cannot be read, or is larger than 4 MiB");
    } else {
        struct yaml_reader const reader = {p, report, text};
        cyaml_err_t const e = cyaml_load_data((const uint8_t *)text, len, &config, &YAML_ROOT,
                                              (cyaml_data_t **)&y, NULL);
        if (e == CYAML_OK && y) {
            yaml_pack_take(&reader, y);
        } else {
            struct place const at = {.file = "pack.yaml", .line = log.line, .column = log.column};
            report_refuse(report, at, "%s", log.text[0] ? log.text : cyaml_strerror(e));
        }
        cyaml_free(&config, &YAML_ROOT, y, 0);
    }
    free(text);
    free(path);
}

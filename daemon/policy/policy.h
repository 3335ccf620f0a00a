// policy.h - a council's rules: a pack of decision tables, loaded, checked, compiled, evaluated.
// Loading allocates and reads files; evaluating touches only the caller's arena, takes no longer
// than its step limit and has no other effect.  A pack never changes once open.
#ifndef TRIAGED_POLICY_H
#define TRIAGED_POLICY_H

#include "arena.h"
#include "calendar.h"
#include "clocks.h"
#include "err.h"
#include "facts.h"
#include "kinds.h"
#include "org_limits.h"
#include "retention.h"
#include "terms.h"

struct policy; // one open pack

#define POLICY_TEAMS_MAX      64
#define POLICY_REASONS_MAX    32
#define POLICY_WORD_MAX       64 // bytes in a team, pack or decision name
#define POLICY_LOCALITIES_MAX 512
#define POLICY_SERVICES_MAX   1024
#define POLICY_DIGEST_BYTES   32

// What is wrong with a pack, a model or a table, and where.  Sorted by file, then line.
struct policy_problem {
    enum { POLICY_REFUSED, POLICY_WARNING } severity;
    const char *file, *decision; // "" when it concerns the whole pack
    int line, row, column;       // 1-based, 0 when it has none; row and column of the table
    const char *text;            // one sentence with the remedy
};
struct policy_report; // problems gathered while loading; make one, read it, close it
struct policy_report *policy_report_open(void);
void policy_report_close(struct policy_report *r);
size_t policy_report_count(const struct policy_report *r);
struct policy_problem policy_report_at(const struct policy_report *r, size_t i);
// What others find wrong with a pack beside it: it cannot be used.
void policy_report_add(struct policy_report *r, const char *file, int line, const char *text);

enum team_kind { TEAM_MASH, TEAM_COMMUNITY, TEAM_OUT_OF_HOURS, TEAM_QUALITY, TEAM_OTHER };
struct policy_team {
    const char *id, *name, *telephone;
    enum team_kind kind;
    uint32_t cap; // enquiries it leads at once before it is offered no more; 0 none
};

// What pack.yaml says, as one struct; all pointers live as long as the pack.
struct policy_info {
    const char *name, *version, *owner, *council, *council_code, *council_telephone;
    int64_t in_force_from_ms;
    uint8_t digest[POLICY_DIGEST_BYTES]; // BLAKE2b over every file of the pack, in name order
    size_t n_teams;
    struct policy_team teams[POLICY_TEAMS_MAX];
    int mash;                        // index of the team that sees everything first
    int out_of_hours;                // index, -1 where there is none
    bool open_case_direct;           // see verdict.direct
    struct clocks clocks;            // every limit of lifecycle section 3, by colour
    struct calendar calendar;        // working hours, cut-off and bank holidays
    struct org_limits organisations; // when several concerns point at one service
    struct kind_limits kinds;        // clocks of other kinds
    struct retention retention;      // how long what has ended is kept; none by default
    size_t n_services;               // whose sizes the council knows
    struct policy_service {
        const char *place; // location id
        int32_t people;    // that it supports
    } services[POLICY_SERVICES_MAX];
};

// Opens the pack in directory `dir`.  ERR_POLICY with at least one POLICY_REFUSED problem when any
// part of it cannot be used; warnings do not stop it.  `report` may be NULL.
enum err policy_open(struct policy **out, const char *dir, struct policy_report *report);
void policy_close(struct policy *p);
const struct policy_info *policy_info(const struct policy *p);
// Has the pack the tables of this kind?
bool policy_takes(const struct policy *p, enum kind kind);
// "6 years", as pack.yaml has it; "" for none.
#define POLICY_KEEP_MAX 24
void policy_keep_text(const struct retention_rule *r, char *out, size_t size);
int policy_team(const struct policy *p, const char *id); // index, -1 when there is none
// The community team for a postcode ("B29 6XX", any spacing or case); -1 when no locality has it.
int policy_team_of_postcode(const struct policy *p, const char *postcode);
// The text of notices/<word>.<kind>.txt with its {fields} unfilled, that of notices/<word>.txt
// where the kind has none of its own; NULL when the pack has neither.
const char *policy_notice_text(const struct policy *p, enum notice notice, enum kind kind);

struct policy_reason {
    const char *decision; // the table
    unsigned row;         // 1-based, as `triage policy show` numbers it
    const char *words;    // plain words, for the sender and the desk
    const char *guidance; // the clause it rests on, "" when none
    bool council_only;    // rests on a fact the council holds: never shown to a sender
};

// What the routing table suggests for afterwards.  Which team has the address or the open case, the
// facts do not say: the caller resolves those two.
enum suggested { SUGGESTED_NONE, SUGGESTED_TEAM, SUGGESTED_LOCALITY, SUGGESTED_OPEN_CASE };

// Bytes of scratch that are enough for any pack within its limits; with less, a verdict may come
// out unscreened.
#define POLICY_SCRATCH_BYTES ((size_t)1 << 20)

struct verdict {
    enum kind kind; // what it is taken for: a log that tells of harm is a concern
    enum tier tier;
    enum answer limb[3]; // s42(1)(a) needs, (b) abuse or risk of it, (c) cannot protect self
    enum colour colour;
    const char *colour_table; // where the first reason for the colour stands, NULL when none does
    unsigned colour_row;      // 1-based
    int score;                // within the colour, greater first
    int team;                 // index; the MASH unless the routing table says otherwise
    bool direct; // `team` is a community team that has the adult's open case: not to the MASH first
    enum suggested suggested;
    int suggested_team; // with SUGGESTED_TEAM: its index; else -1
    uint32_t parallel;  // bit per enum parallel
    bool unscreened;    // the tables could not be evaluated: red, and it says so
    // A row that matched, or nearly did, rests on the council's facts; or the pack has a test that
    // an unknown fact of the council meets.  When this is false, the same facts without the
    // council's give the same verdict but for this flag.
    bool council;
    size_t n_reasons;
    struct policy_reason reasons[POLICY_REASONS_MAX];
    size_t n_missing; // facts that would have matched a row had they been known, correctable ones
    uint16_t missing[FACT_COUNT];
};

// Threshold, rating and route for these facts.  Never fails: where a table cannot be evaluated the
// verdict is red, unscreened, to the MASH (promise 3).  `reasons` point into the pack or the arena.
void policy_decide(const struct policy *p, const struct facts *facts, struct arena *scratch,
                   struct verdict *out);

// The same, but no less urgent than `least`: where the tables rate it lower, its colour and score
// are those, with the row that gave them, and it is routed as what has that colour.
void policy_decide_least(const struct policy *p, const struct facts *facts,
                         const struct verdict *least, struct arena *scratch, struct verdict *out);

// The same, and what each table did that was asked (table.h): inputs, rows that matched and rows
// that one unknown kept from it; the last table first.  In the arena; NULL without memory for it.
struct trace;
const struct trace *policy_decide_traced(const struct policy *p, const struct facts *facts,
                                         struct arena *scratch, struct verdict *out);

struct rerating {
    enum colour colour; // never below `was`
    int score;          // never below `was_score` within the same colour
    bool changed;
    const char *colour_table; // where the first reason of all stands, NULL when none does
    unsigned colour_row;
    size_t n_reasons;
    struct policy_reason reasons[POLICY_REASONS_MAX];
};
// What waiting, new facts or another concern do to a rating.  May only raise.
void policy_rerate(const struct policy *p, const struct facts *facts, enum colour was,
                   int was_score, struct arena *scratch, struct rerating *out);

#endif

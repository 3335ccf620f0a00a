// pack.h - the files of a policy pack, read into one struct policy.
#ifndef TRIAGED_PACK_H
#define TRIAGED_PACK_H

#include "dmn.h"
#include "policy.h"
#include "report.h"

#define PACK_FILES_MAX         64 // in one folder of a pack
#define PACK_FILE_BYTES_MAX    ((size_t)4 << 20)
#define PACK_NOTICE_BYTES_MAX  ((size_t)64 << 10)
#define PACK_MODELS_MAX        16
#define PACK_READS_MAX         256 // names in one test
#define PACK_REASONS_DEPTH_MAX 8   // tables behind one another
#define NOTICES_MAX            64
#define PACK_HOLIDAY_DAYS_LEFT 90 // `check` warns when fewer are left

// What an input of a model is given: a fact, or an outcome that is reached before.
enum binding_kind { BIND_NOTHING, BIND_FACT, BIND_OUTCOME };
enum outcome {
    OUTCOME_LIMB_A,
    OUTCOME_LIMB_B,
    OUTCOME_LIMB_C,
    OUTCOME_TIER,
    OUTCOME_COLOUR,
    OUTCOME_SCORE,
    OUTCOME_COUNT
};

struct binding {
    enum binding_kind kind;
    unsigned index; // enum fact or enum outcome
};

struct pack_model {
    const char *file;
    struct model *model;
    struct binding *bindings; // by element
};

// The first four are every pack's; those after them are of kinds that not every council takes.
enum pack_part {
    PART_THRESHOLD,
    PART_RATING,
    PART_ROUTING,
    PART_RERATING,
    PART_DOLS,
    PART_TRANSITION,
    PART_DOMESTIC_ABUSE,
    PART_FRONT_DOOR,
    PART_COUNT
};
#define PARTS_NEEDED PART_DOLS

// Decisions that policy_decide asks for; each must be there, where its part is.
#define PACK_DECISION_LIST(X)                                                     \
    X(DECISION_LIMB_A, PART_THRESHOLD, "limb_a")                                  \
    X(DECISION_LIMB_B, PART_THRESHOLD, "limb_b")                                  \
    X(DECISION_LIMB_C, PART_THRESHOLD, "limb_c")                                  \
    X(DECISION_TIER, PART_THRESHOLD, "tier")                                      \
    X(DECISION_PARALLEL, PART_THRESHOLD, "parallel")                              \
    X(DECISION_RATING, PART_RATING, "rating")                                     \
    X(DECISION_SCORE, PART_RATING, "score")                                       \
    X(DECISION_ROUTE, PART_ROUTING, "route")                                      \
    X(DECISION_SUGGESTED, PART_ROUTING, "suggested")                              \
    X(DECISION_RERATING, PART_RERATING, "rerating")                               \
    X(DECISION_DOLS, PART_DOLS, "dols_rating")                                    \
    X(DECISION_DOLS_SCORE, PART_DOLS, "dols_score")                               \
    X(DECISION_TRANSITION, PART_TRANSITION, "transition_rating")                  \
    X(DECISION_TRANSITION_SCORE, PART_TRANSITION, "transition_score")             \
    X(DECISION_DOMESTIC_ABUSE, PART_DOMESTIC_ABUSE, "domestic_abuse_rating")      \
    X(DECISION_DOMESTIC_ABUSE_SCORE, PART_DOMESTIC_ABUSE, "domestic_abuse_score") \
    X(DECISION_FRONT_DOOR, PART_FRONT_DOOR, "front_door_rating")                  \
    X(DECISION_FRONT_DOOR_SCORE, PART_FRONT_DOOR, "front_door_score")
#define PACK_DECISION_ENUM(decision, part, name) decision,
enum pack_decision { PACK_DECISION_LIST(PACK_DECISION_ENUM) DECISION_COUNT };
#undef PACK_DECISION_ENUM

struct locality {
    const char *prefix; // letters and digits alone, upper case
    size_t outward;     // how many of them are the outward code ("B29" of "B29 6")
    int team;
};

struct plan; // plan.h

struct policy {
    struct policy_info info;
    struct pool pool;
    const char *dir, *base; // its folder; that of the pack whose files stand in, NULL none
    const char *base_name;
    size_t n_models;
    struct pack_model models[PACK_MODELS_MAX];
    int parts[PART_COUNT];              // index of models
    unsigned decisions[DECISION_COUNT]; // element of its part's model
    size_t n_localities;
    struct locality localities[POLICY_LOCALITIES_MAX];
    const char *notices[KIND_COUNT][NOTICES_MAX]; // by kind, KIND_NONE for all, and enum notice
    struct value *codes[FACT_COUNT];              // the codes of each fact as strings
    const struct plan *plans[PART_COUNT];         // NULL where the evaluator is needed
    bool council_null;                            // see pack_council_null
    const char *levels[TIER_DUTY_MET + 1]; // the published level each tier stands for, or NULL
};

// The pack as far as it can be read, with its problems told: for tools that look at broken packs
// too.
struct policy *policy_read(const char *dir, struct policy_report *report);

// pack_yaml.c: pack.yaml into p->info, localities and levels.
void pack_yaml_load(struct policy *p, const char *dir, struct policy_report *report);
// pack_files.c
void pack_holidays_load(struct policy *p, struct policy_report *report);
void pack_notices_load(struct policy *p, struct policy_report *report);
bool pack_digest(const struct policy *p, uint8_t out[POLICY_DIGEST_BYTES]);
// What a pack that extends another does not have itself, the other one has.
struct file_names;
bool pack_names(const struct policy *p, const char *folder, const char *suffix, size_t max,
                struct file_names *out);
char *pack_path(const struct policy *p, const char *name);  // to be freed
const char *pack_label(struct policy *p, const char *name); // the same, for people
// pack_models.c
void pack_models_load(struct policy *p, struct policy_report *report);

const char *pack_part_file(enum pack_part part);
const char *pack_decision_name(enum pack_decision d);
enum pack_part pack_decision_part(enum pack_decision d);
const char *outcome_name(enum outcome o);
// The value of a fact as a table sees it; lists are made in the arena (null when it is full).
struct value fact_value(const struct policy *p, const struct facts *f, enum fact fact,
                        struct arena *arena);
// The elements of the model that an expression names, no more than PACK_READS_MAX.
void names_read(const struct model *m, const struct ast *e, uint16_t *out, unsigned *n);
// Once a pack has no refusals: the short ways through its parts.
void pack_plans_make(struct policy *p);
// pack_council.c: could a row match because a fact of the council is unknown, or is that beyond
// telling?  Then what a sender is shown has to be worked out by itself.
bool pack_council_null(const struct policy *p, void *memory, size_t size);

#endif

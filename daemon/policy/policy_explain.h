// policy_explain.h - why a verdict is what it is: for each question the rows that answered it, the
// facts that those rows rest on, and what was left open.
#ifndef TRIAGED_POLICY_EXPLAIN_H
#define TRIAGED_POLICY_EXPLAIN_H

#include "policy.h"

#define EXPLAINED_ROWS_MAX  12 // of one question
#define EXPLAINED_FACTS_MAX 12 // of one row, and left open by one question

// The questions that a pack is asked, in that order.
#define EXPLAINED_LIST(X)             \
    X(EXPLAINED_LIMB_A, "limb_a")     \
    X(EXPLAINED_LIMB_B, "limb_b")     \
    X(EXPLAINED_LIMB_C, "limb_c")     \
    X(EXPLAINED_TIER, "tier")         \
    X(EXPLAINED_PARALLEL, "parallel") \
    X(EXPLAINED_RATING, "rating")     \
    X(EXPLAINED_SCORE, "score")       \
    X(EXPLAINED_ROUTE, "route")       \
    X(EXPLAINED_SUGGESTED, "suggested")
#define EXPLAINED_ENUM(question, name) question,
enum explained_question { EXPLAINED_LIST(EXPLAINED_ENUM) EXPLAINED_COUNT };
#undef EXPLAINED_ENUM

struct explained_row {
    struct policy_reason reason; // its words may be of a fact that the council holds
    size_t n_facts;              // that its tests read, themselves or by tables without words
    uint16_t facts[EXPLAINED_FACTS_MAX];
};

struct explained {
    size_t n_rows;
    struct explained_row rows[EXPLAINED_ROWS_MAX];
    size_t n_open; // correctable facts that nobody said and that one of its rows only waits for
    uint16_t open[EXPLAINED_FACTS_MAX];
};

struct explanation {
    struct verdict verdict;
    struct explained questions[EXPLAINED_COUNT];
    const struct trace *trace; // as of policy_decide_traced
};

const char *explained_name(enum explained_question q);

// As policy_decide, with what it rests on.  For what a sender may see, give facts from which the
// council's are left out, and leave out rows whose reason is `council_only`.
void policy_explain(const struct policy *p, const struct facts *facts, struct arena *scratch,
                    struct explanation *out);

#endif

// asking.h - asking the decisions of a pack, a part at a time: by the part's plan when it has one,
// else by the evaluator.  Both give the same answers, reasons and missing facts.
#ifndef TRIAGED_ASKING_H
#define TRIAGED_ASKING_H

#include "plan.h"
#include "policy_explain.h"

// Steps of the evaluator for a whole verdict: no step takes longer than a tenth of a microsecond,
// so that none stops its caller for more than a millisecond.
#define POLICY_STEPS_MAX 10000

struct asking {
    const struct policy *p;
    const struct facts *facts;
    struct arena *arena;
    const struct verdict *least;   // or NULL: it is no less urgent than that
    bool plainly;                  // never by a plan: to compare the two
    struct explanation *explained; // or NULL: each answer is noted with what it rests on
    bool traced;                   // `trace` is made as well
    const struct trace *trace;     // of the parts that were left, the last table first
    uint32_t steps;                // left
    bool failed;                   // nothing more is asked
    struct value values[OUTCOME_COUNT];
    struct plan_outcomes outcomes;

    // The part being asked: a run of its plan, or else an evaluation.
    enum pack_part part;
    const struct pack_model *model;
    bool planned;
    struct plan_run run;
    struct eval *eval;
    uint32_t asked;   // bit per enum pack_decision
    uint8_t *council; // by element, of the evaluation: what is known of it
    uint8_t *seen;    // by element: how deep its reasons were gathered from, and one
};

void asking_begin(struct asking *a, enum pack_part part);
// Leaves the part: its trace is made, when one is wanted.
void asking_end(struct asking *a);
// The answer of one decision; null, and failed, when it cannot be evaluated without error.
struct value asking_decide(struct asking *a, enum pack_decision d);
// An outcome, for the tables that come after; it rests on the council's facts when `d` does.
void asking_outcome(struct asking *a, enum outcome o, enum pack_decision d, struct value v,
                    int code);
// The rows that made a decision, and those of the tables behind it, added to `n` that are there.
size_t asking_reasons(struct asking *a, enum pack_decision d, struct policy_reason *at, size_t n);
// Forgets which tables gave their reasons.
void asking_forget(struct asking *a);
// The elements that a cell's test rests on, in a pack.
struct reads cell_reads(const struct table *t, unsigned row, unsigned column);
// The rows of a table that matched, counted from 0; none of a table that nobody asked.
size_t asking_matched(struct asking *a, const struct table *t, uint16_t *rows, size_t max);
// Correctable facts that nobody said and that alone keep a row of the table from matching.
size_t asking_open(struct asking *a, const struct table *t, uint16_t facts[FACT_COUNT]);
// Facts that would have matched a row had they been known.
void asking_missing(struct asking *a, struct verdict *v);
// Does any row of the part that matched, or nearly did, rest on the council's facts?
bool asking_touches_council(struct asking *a);
// Does a row that matched for this decision rest on the council's facts?
bool asking_is_council(struct asking *a, enum pack_decision d);

// The tier that an answer of DECISION_TIER names, -1 when it names none.
int tier_said(struct value v);

// As policy_decide and policy_rerate, by the evaluator alone.
void policy_decide_plainly(const struct policy *p, const struct facts *facts, struct arena *scratch,
                           struct verdict *out);
const struct trace *policy_decide_traced_plainly(const struct policy *p, const struct facts *facts,
                                                 struct arena *scratch, struct verdict *out);
void policy_rerate_plainly(const struct policy *p, const struct facts *facts, enum colour was,
                           int was_score, struct arena *scratch, struct rerating *out);

#endif

// Why a pack decides some facts as it does, for a lead: question by question, and what was missing.
// What was missing is put as questions; what answer would have counted stands in the JSON alone,
// for checking, and is for nobody who refers.
#include "tools.h"

#include "policy_explain.h"
#include "policy_missing.h"

#include <stdlib.h>

#define MISSING_LINE TIER_DUTY_MET // s42(1): the duty to enquire

struct explaining {
    const struct policy *p;
    struct facts facts;
    struct explanation why;
    struct missing unsaid, said; // of facts nobody said; with those that were said
    FILE *out;
};

static const char *const LIMBS[] = {"(a) needs for care and support",
                                    "(b) abuse or neglect, or at risk of it",
                                    "(c) unable to protect themselves because of those needs"};

// --- JSON ---

static json_t *fact_json(enum fact fact, int32_t v)
{
    const struct fact_def *const f = &FACTS[fact];
    if (v == FACT_UNKNOWN) return json_null();
    switch (f->type) {
    case FACT_BOOL: return json_boolean(v);
    case FACT_NUMBER: return json_integer(v);
    case FACT_CODE: return json_string(f->codes[v]);
    case FACT_CODES: break;
    }
    json_t *const codes = json_array();
    for (unsigned i = 0; f->codes[i]; i++) {
        if ((uint32_t)v >> i & 1) json_array_append_new(codes, json_string(f->codes[i]));
    }
    return codes;
}

static json_t *row_json(const struct explaining *e, const struct explained_row *row)
{
    json_t *const facts = json_object();
    for (size_t i = 0; i < row->n_facts; i++) {
        enum fact const f = (enum fact)row->facts[i];
        json_object_set_new(facts, FACTS[f].name, fact_json(f, e->facts.value[f]));
    }
    return json_pack("{ss, si, ss, ss, sb, so}", "table", row->reason.decision, "row",
                     (int)row->reason.row, "words", row->reason.words, "guidance",
                     row->reason.guidance, "council_only", row->reason.council_only, "facts",
                     facts);
}

static json_t *question_json(const struct explaining *e, enum explained_question q)
{
    const struct explained *const x = &e->why.questions[q];
    json_t *const rows = json_array(), *const open = json_array();
    for (size_t i = 0; i < x->n_rows; i++) json_array_append_new(rows, row_json(e, &x->rows[i]));
    for (size_t i = 0; i < x->n_open; i++) {
        json_array_append_new(open, json_string(FACTS[x->open[i]].name));
    }
    return json_pack("{so, so}", "rows", rows, "open", open);
}

static json_t *set_json(const struct missing_set *set)
{
    json_t *const changes = json_array();
    for (unsigned i = 0; i < set->n; i++) {
        enum fact const f = (enum fact)set->changes[i].fact;
        json_array_append_new(changes,
                              json_pack("{ss, ss, so, so}", "fact", FACTS[f].name, "question",
                                        FACTS[f].question, "was", fact_json(f, set->changes[i].was),
                                        "would_count", fact_json(f, set->changes[i].would)));
    }
    return changes;
}

static json_t *missing_json(const struct missing *m)
{
    json_t *const sets = json_array();
    for (size_t i = 0; i < m->n_sets; i++) json_array_append_new(sets, set_json(&m->sets[i]));
    return json_pack("{si, si, sI, so}", "facts_together", (int)m->n, "looked_through_up_to",
                     (int)m->whole, "more_sets", (json_int_t)m->n_more, "sets", sets);
}

static json_t *verdict_json(const struct explaining *e)
{
    const struct verdict *const v = &e->why.verdict;
    json_t *const routes = json_array(), *const limbs = json_object();
    for (unsigned i = 0; i < 32; i++) {
        if (v->parallel >> i & 1) {
            json_array_append_new(routes, json_string(parallel_word((enum parallel)i)));
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        json_object_set_new(limbs, explained_name((enum explained_question)i),
                            json_string(answer_word(v->limb[i])));
    }
    return json_pack("{so, ss, ss, si, ss, ss, so, sb}", "limbs", limbs, "tier", tier_word(v->tier),
                     "colour", colour_word(v->colour), "score", v->score, "team",
                     e->p->info.teams[v->team].id, "suggested", tool_suggested(e->p, v), "parallel",
                     routes, "unscreened", v->unscreened);
}

static json_t *trace_json(const struct explaining *e)
{
    char *text = NULL;
    size_t size;
    FILE *const f = open_memstream(&text, &size);
    if (!f) return json_array();
    fputc('[', f);
    if (e->why.trace) tool_trace_print(f, e->why.trace);
    fputc(']', f);
    fclose(f);
    json_t *const j = json_loads(text, 0, NULL);
    free(text);
    return j ? j : json_array();
}

static void explain_print_json(const struct explaining *e)
{
    json_t *const questions = json_object();
    for (int q = 0; q < EXPLAINED_COUNT; q++) {
        json_object_set_new(questions, explained_name((enum explained_question)q),
                            question_json(e, (enum explained_question)q));
    }
    json_t *const j = json_pack("{so, so, ss, sb, so, so, so}", "verdict", verdict_json(e),
                                "questions", questions, "line", tier_word(MISSING_LINE), "met",
                                e->unsaid.met, "missing", missing_json(&e->unsaid),
                                "said_otherwise", missing_json(&e->said), "trace", trace_json(e));
    json_dumpf(j, e->out, JSON_INDENT(2));
    fputc('\n', e->out);
    json_decref(j);
}

// --- Words ---

static void fact_print(const struct explaining *e, enum fact fact, int32_t v)
{
    if (v == FACT_UNKNOWN) {
        fprintf(e->out, "%s not said", FACTS[fact].name);
        return;
    }
    json_t *const j = fact_json(fact, v);
    char *const text = json_dumps(j, JSON_ENCODE_ANY | JSON_COMPACT);
    fprintf(e->out, "%s = %s", FACTS[fact].name, text ? text : "");
    free(text);
    json_decref(j);
}

static void rows_print(const struct explaining *e, enum explained_question q)
{
    const struct explained *const x = &e->why.questions[q];
    for (size_t i = 0; i < x->n_rows; i++) {
        const struct explained_row *const row = &x->rows[i];
        fprintf(e->out, "    %s%s%s%s\n", row->reason.words, *row->reason.guidance ? " [" : "",
                row->reason.guidance, *row->reason.guidance ? "]" : "");
        fprintf(e->out, "      table %s, row %u%s", row->reason.decision, row->reason.row,
                row->n_facts ? ": " : "");
        for (size_t k = 0; k < row->n_facts; k++) {
            enum fact const f = (enum fact)row->facts[k];
            if (k) fputs(", ", e->out);
            fact_print(e, f, e->facts.value[f]);
        }
        fprintf(e->out, "%s\n", row->reason.council_only ? " (the council's alone)" : "");
    }
}

static void open_print(const struct explaining *e, enum explained_question q)
{
    const struct explained *const x = &e->why.questions[q];
    for (size_t i = 0; i < x->n_open; i++) {
        fprintf(e->out, "%s%s", i ? ", " : "    not said: ", FACTS[x->open[i]].name);
    }
    if (x->n_open) fputc('\n', e->out);
}

static void limbs_print(const struct explaining *e)
{
    static const char *const words[] = {"not asked", "yes", "no", "not yet known"};
    fputs("\nThe three questions, Care Act 2014 s42(1)\n", e->out);
    for (unsigned i = 0; i < 3; i++) {
        fprintf(e->out, "  %s: %s\n", LIMBS[i], words[e->why.verdict.limb[i]]);
        rows_print(e, (enum explained_question)i);
        if (e->why.verdict.limb[i] == ANSWER_NOT_KNOWN) open_print(e, (enum explained_question)i);
    }
}

static void section_print(const struct explaining *e, enum explained_question q, const char *what,
                          const char *answer)
{
    fprintf(e->out, "\n%s: %s\n", what, answer);
    rows_print(e, q);
}

static void routes_print(const struct explaining *e)
{
    const struct verdict *const v = &e->why.verdict;
    section_print(e, EXPLAINED_ROUTE, "Goes first to", e->p->info.teams[v->team].name);
    section_print(e, EXPLAINED_SUGGESTED, "Suggested for afterwards", tool_suggested(e->p, v));
    fputs("\nOther services to tell:", e->out);
    for (unsigned i = 0; i < 32; i++) {
        if (v->parallel >> i & 1) fprintf(e->out, " %s", parallel_word((enum parallel)i));
    }
    fputs(v->parallel ? "\n" : " none\n", e->out);
    if (v->parallel) rows_print(e, EXPLAINED_PARALLEL);
}

static void set_print(const struct explaining *e, const struct missing_set *set)
{
    for (unsigned i = 0; i < set->n; i++) {
        const struct missing_change *const c = &set->changes[i];
        fprintf(e->out, "%s%s", i ? "    and: " : "  - ", FACTS[c->fact].question);
        if (c->was == FACT_UNKNOWN) {
            fprintf(e->out, " (%s, not said)\n", FACTS[c->fact].name);
        } else {
            fputs(" (as understood: ", e->out);
            fact_print(e, (enum fact)c->fact, c->was);
            fputs(")\n", e->out);
        }
    }
}

static bool set_has_said(const struct missing_set *set)
{
    for (unsigned i = 0; i < set->n; i++) {
        if (set->changes[i].was != FACT_UNKNOWN) return true;
    }
    return false;
}

static void sets_print(const struct explaining *e, const struct missing *m, bool said)
{
    for (size_t i = 0; i < m->n_sets; i++) {
        if (!said || set_has_said(&m->sets[i])) set_print(e, &m->sets[i]);
    }
    if (m->n_more) fprintf(e->out, "  (%zu more of that size are left out)\n", m->n_more);
    if (m->steps == 0) {
        fputs("  It is not looked for: the threshold of this pack has no plan.\n", e->out);
    } else if (m->n ? m->whole < m->n : m->whole < MISSING_CHANGES_MAX) {
        fprintf(e->out, "  The search ended at its limit: sets of up to %u facts were all tried.\n",
                m->whole);
    }
}

static void missing_print(const struct explaining *e)
{
    static const char *const sizes[] = {"", "one of these questions", "two of these together",
                                        "three of these together"};
    if (e->unsaid.met) {
        fputs("\nWhat was missing: nothing. The duty to enquire is met.\n", e->out);
        return;
    }
    fputs("\nWhat was missing\n", e->out);
    if (e->unsaid.n) {
        fprintf(e->out, "  The answer to %s was not given and might have decided otherwise:\n",
                sizes[e->unsaid.n]);
    } else if (e->unsaid.whole == MISSING_CHANGES_MAX) {
        fputs("  No three facts that were left open would have decided otherwise.\n", e->out);
    }
    sets_print(e, &e->unsaid, false);
    bool any = false;
    for (size_t i = 0; i < e->said.n_sets; i++) any = any || set_has_said(&e->said.sets[i]);
    if (!any) return;
    fprintf(e->out, "\nWas it understood as it was meant? It turns on %s:\n", sizes[e->said.n]);
    sets_print(e, &e->said, true);
}

static void explain_print(const struct explaining *e)
{
    const struct verdict *const v = &e->why.verdict;
    fprintf(e->out, "%s, %s, to %s%s\n", tier_word(v->tier), colour_word(v->colour),
            e->p->info.teams[v->team].name,
            v->unscreened ? " (unscreened: the rules could not be read for these facts)" : "");
    limbs_print(e);
    section_print(e, EXPLAINED_TIER, "Threshold", tier_word(v->tier));
    section_print(e, EXPLAINED_RATING, "Rating", colour_word(v->colour));
    fprintf(e->out, "    score %d within the colour\n", v->score);
    rows_print(e, EXPLAINED_SCORE);
    routes_print(e);
    missing_print(e);
}

static void explain_work(struct explaining *e, struct arena *arena)
{
    policy_explain(e->p, &e->facts, arena, &e->why);
    policy_missing(e->p, &e->facts, MISSING_LINE, MISSING_UNSAID, MISSING_STEPS_LEAD, arena,
                   &e->unsaid);
    policy_missing(e->p, &e->facts, MISSING_LINE, MISSING_SAID_TOO, MISSING_STEPS_LEAD, arena,
                   &e->said);
}

int policy_explain_facts(const char *path, const char *facts, bool json, FILE *out, FILE *err)
{
    struct policy *const p = tool_policy(path, err);
    json_t *const given = p ? tool_facts_json(facts, err) : NULL;
    void *const memory = given ? malloc(TOOL_ARENA_BYTES) : NULL;
    struct explaining *const e = memory ? calloc(1, sizeof(*e)) : NULL;
    bool const ok = e && tool_facts_take(facts, given, NULL, &e->facts, err);
    if (ok) {
        struct arena arena;
        arena_init(&arena, memory, TOOL_ARENA_BYTES);
        e->p = p;
        e->out = out;
        explain_work(e, &arena);
        if (json) {
            explain_print_json(e);
        } else {
            explain_print(e);
        }
    }
    free(e);
    free(memory);
    json_decref(given);
    policy_close(p);
    return ok ? TOOL_FINE : TOOL_FAILED;
}

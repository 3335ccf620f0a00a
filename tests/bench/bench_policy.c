// bench_policy - evaluations a second on one core: a table of 30 rows and 8 inputs with its trace,
// and a pack's whole decision, with where its time goes.
//   bench_policy [PACK]         for people
//   bench_policy --json PACK    a line a figure
//   bench_policy --questions N  the table, N inputs and our answers as JSON, for other engines
#include "asking.h"
#include "feel_print.h"
#include "tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROWS   30
#define INPUTS 8

static uint8_t memory[POLICY_SCRATCH_BYTES];
static bool json;

// Of this process alone: a busy machine does not make the engine slower.
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Words, numbers and booleans by turns; every third cell is "-".
static void cell_text(unsigned row, unsigned column, char *text, size_t size)
{
    if ((row * 7 + column * 5) % 3 == 0) {
        snprintf(text, size, "-");
    } else if (column % 3 == 0) {
        snprintf(text, size, "\"w%u\", \"w%u\"", row % 5, (row + 1) % 5);
    } else if (column % 3 == 1) {
        snprintf(text, size, "[%u..%u]", row * 3 % 50, row * 3 % 50 + 40);
    } else {
        snprintf(text, size, "%s", row % 2 ? "true" : "false");
    }
}

static struct model *bench_model(void)
{
    char *xml = NULL, cell[64];
    size_t size;
    FILE *const f = open_memstream(&xml, &size);
    fputs("<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">", f);
    for (unsigned i = 0; i < INPUTS; i++) fprintf(f, "<inputData id=\"i%u\" name=\"x%u\"/>", i, i);
    fputs("<decision id=\"d\" name=\"d\"><variable name=\"d\"/>", f);
    for (unsigned i = 0; i < INPUTS; i++) {
        fprintf(f,
                "<informationRequirement><requiredInput href=\"#i%u\"/></informationRequirement>",
                i);
    }
    fputs("<decisionTable hitPolicy=\"COLLECT\">", f);
    for (unsigned i = 0; i < INPUTS; i++) {
        fprintf(f, "<input><inputExpression><text>x%u</text></inputExpression></input>", i);
    }
    fputs("<output/>", f);
    for (unsigned row = 0; row < ROWS; row++) {
        fputs("<rule>", f);
        for (unsigned i = 0; i < INPUTS; i++) {
            cell_text(row, i, cell, sizeof(cell));
            fprintf(f, "<inputEntry><text>%s</text></inputEntry>", cell);
        }
        fprintf(f, "<outputEntry><text>%u</text></outputEntry></rule>", row);
    }
    fputs("</decisionTable></decision></definitions>", f);
    fclose(f);
    struct model *const m = model_of_text(xml, size, "bench.dmn", NULL);
    free(xml);
    return m;
}

static void bench_inputs(struct value *inputs, unsigned turn)
{
    static const char *const words[] = {"w0", "w1", "w2", "w3", "w4", "other"};
    for (unsigned i = 0; i < INPUTS; i++) {
        unsigned const pick = (turn * INPUTS + i) * 2654435761U >> 12;
        inputs[i] = i % 3 == 0   ? value_text(words[pick % 6])
                    : i % 3 == 1 ? value_int(pick % 100)
                                 : value_boolean(pick % 2);
        if (pick % 11 == 0) inputs[i] = value_null();
    }
}

// One evaluation; the rows that matched, as their outputs.
static const struct items *table_answer(const struct model *m, const struct value *inputs,
                                        bool traced)
{
    struct arena arena;
    struct value v;
    arena_init(&arena, memory, sizeof(memory));
    struct question const q = {.model = m, .inputs = inputs, .trace = traced};
    struct eval *const ev = model_begin(&q, &arena);
    if (!ev || !model_decide(ev, INPUTS, &v)) abort();
    return v.kind == VALUE_ITEMS ? v.items : NULL;
}

static void say(const char *figure, const char *what, double rate)
{
    if (json) {
        printf("{\"figure\": \"%s\", \"value\": %.0f}\n", figure, rate);
    } else {
        printf("%-34s %8.0f a second, %6.2f us\n", what, rate, 1e6 / rate);
    }
}

static void bench_table(bool traced)
{
    struct value inputs[INPUTS + 1];
    struct model *const m = bench_model();
    unsigned n = 0;
    double const start = seconds();
    while (m && seconds() - start < 2) {
        for (unsigned i = 0; i < 1000; i++, n++) {
            bench_inputs(inputs, n);
            (void)table_answer(m, inputs, traced);
        }
    }
    say(traced ? "table_traced" : "table",
        traced ? "table of 30 x 8, with trace" : "table of 30 x 8", n / (seconds() - start));
    model_close(m);
}

static void print_cells(unsigned row)
{
    char cell[64];
    for (unsigned i = 0; i < INPUTS; i++) {
        cell_text(row, i, cell, sizeof(cell));
        printf("%s", i ? ", " : "[");
        json_text(stdout, cell);
    }
    printf("]");
}

static void print_question(const struct model *m, unsigned turn)
{
    struct value inputs[INPUTS + 1];
    bench_inputs(inputs, turn);
    for (unsigned i = 0; i < INPUTS; i++) {
        char text[64];
        struct printer p = {text, sizeof(text) - 1, 0};
        print_value(&p, inputs[i], true);
        text[p.len] = 0;
        printf("%s%s", i ? ", " : "{\"in\": [", text);
    }
    const struct items *const out = table_answer(m, inputs, true);
    printf("], \"out\": [");
    for (size_t i = 0; out && i < out->n; i++) {
        printf("%s%.0f", i ? ", " : "", number_to_double(out->at[i].number));
    }
    puts("]}");
}

// The outputs are the rows' own numbers, from 0.
static void questions(unsigned n)
{
    struct model *const m = bench_model();
    if (!m) abort();
    printf("{\"rows\": [");
    for (unsigned row = 0; row < ROWS; row++) {
        if (row) printf(", ");
        print_cells(row);
    }
    puts("]}");
    for (unsigned turn = 0; turn < n; turn++) print_question(m, turn);
    model_close(m);
}

static void bench_facts(struct facts *facts, unsigned turn)
{
    facts_clear(facts);
    for (unsigned f = turn % 7; f < FACT_COUNT; f += 3) facts->value[f] = (int32_t)(turn + f) % 2;
}

// The decisions of one part and no more: no reasons, no missing facts, what a trace is kept for.
static void answers(const struct policy *p, enum pack_part part, const struct facts *facts)
{
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    struct asking a = {.p = p, .facts = facts, .arena = &arena, .steps = POLICY_STEPS_MAX};
    asking_begin(&a, part);
    for (unsigned d = 0; d < DECISION_COUNT; d++) {
        if (pack_decision_part((enum pack_decision)d) == part) {
            (void)asking_decide(&a, (enum pack_decision)d);
        }
    }
}

static struct verdict verdict;

static void turn_decide(const struct policy *p, const struct facts *facts)
{
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    policy_decide(p, facts, &arena, &verdict);
}

static void turn_plainly(const struct policy *p, const struct facts *facts)
{
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    policy_decide_plainly(p, facts, &arena, &verdict);
}

static void turn_traced(const struct policy *p, const struct facts *facts)
{
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    if (!policy_decide_traced(p, facts, &arena, &verdict)) abort();
}

static void turn_rerate(const struct policy *p, const struct facts *facts)
{
    static struct rerating rerating;
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    policy_rerate(p, facts, COLOUR_GREEN, 0, &arena, &rerating);
}

static void turn_answers(const struct policy *p, const struct facts *facts)
{
    for (int part = PART_THRESHOLD; part <= PART_ROUTING; part++) {
        answers(p, (enum pack_part)part, facts);
    }
}

static void turn_threshold(const struct policy *p, const struct facts *facts)
{
    answers(p, PART_THRESHOLD, facts);
}

static void turn_rating(const struct policy *p, const struct facts *facts)
{
    answers(p, PART_RATING, facts);
}

static void turn_routing(const struct policy *p, const struct facts *facts)
{
    answers(p, PART_ROUTING, facts);
}

static void turn_nothing(const struct policy *p, const struct facts *facts)
{
    (void)p;
    (void)facts;
}

static const struct {
    const char *figure, *what;
    void (*turn)(const struct policy *p, const struct facts *facts);
} TURNS[] = {
    {"decision", "whole decision, trace not kept", turn_decide},
    {"decision_traced", "the same with its trace", turn_traced},
    {"decision_evaluator", "the same by the evaluator", turn_plainly},
    {"rerating", "re-rating", turn_rerate},
    {"answers", "whole decision, its answers alone", turn_answers},
    {"threshold", "  threshold", turn_threshold},
    {"rating", "  rating", turn_rating},
    {"routing", "  routing", turn_routing},
    {"facts", "making the facts up", turn_nothing},
};

static void bench_pack(const char *dir)
{
    struct policy *p;
    struct facts facts;
    double const opened = seconds();
    if (policy_open(&p, dir, NULL) != OK) {
        printf("%s cannot be opened\n", dir);
        return;
    }
    if (!json) printf("pack opened in %.1f ms\n", (seconds() - opened) * 1e3);
    for (size_t i = 0; i < sizeof(TURNS) / sizeof(TURNS[0]); i++) {
        unsigned n = 0;
        double const start = seconds();
        while (seconds() - start < 1) {
            for (unsigned k = 0; k < 100; k++) {
                bench_facts(&facts, n++);
                TURNS[i].turn(p, &facts);
            }
        }
        say(TURNS[i].figure, TURNS[i].what, n / (seconds() - start));
    }
    policy_close(p);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--questions") == 0) {
        questions((unsigned)strtoul(argv[2], NULL, 10));
        return 0;
    }
    json = argc > 1 && strcmp(argv[1], "--json") == 0;
    bench_table(false);
    bench_table(true);
    if (argc > 1 + json) bench_pack(argv[1 + json]);
    return 0;
}

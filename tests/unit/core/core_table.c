// core_table --markdown: the table of moves as a page.  core_table --triples: for every state and
// command, who may do it and what then becomes of the case.  core_table --edges: each way from one
// state to another, by what command and by whom, for the drawing.
#include "moves.h"
#include "org.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

#define STATES (STATE_VOID + 1)

static void states_print(unsigned states)
{
    const char *comma = "";
    for (int s = 0; s <= STATE_LAST; s++) {
        if ((states & STATE_BIT(s)) == 0 || s == STATE_NONE) continue;
        printf("%s%s", comma, state_word((enum state)s));
        comma = ", ";
    }
}

static const char *outcome_text(enum outcome o)
{
    static const char *const words[] = {"", " met", " not met", " other", " forward"};
    return words[o];
}

static bool field_told_before(const struct move *m, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (m->guards[j]->field && strcmp(m->guards[j]->field, m->guards[i]->field) == 0) {
            return true;
        }
    }
    return false;
}

// A field that must be given, or the first sentence of the refusal.
static void guards_print(const struct move *m)
{
    const char *dot = "";
    for (size_t i = 0; m->guards[i]; i++) {
        const struct guard *g = m->guards[i];
        if (g->field && field_told_before(m, i)) continue;
        if (g->field)
            printf("%s`%s`", dot, g->field);
        else
            printf("%s%.*s", dot, (int)strcspn(g->words, ".:,"), g->words);
        dot = " · ";
    }
    if (m->needs_second) printf("%s*a second person where it is risky*", dot);
}

static void move_print(const struct move *m)
{
    printf("| %s%s | ", command_word(m->command), outcome_text(m->outcome));
    if (m->from == STATES_ALL)
        printf("any");
    else if ((m->from & STATE_BIT(STATE_FORWARDED)) && (m->from & STATE_BIT(STATE_QUEUED)))
        printf("any that is open%s",
               m->from & STATE_BIT(STATE_DECIDED_NOT_MET) ? "" : " but decided_not_met");
    else
        states_print(m->from);
    printf(" | ");
    states_print(m->to);
    printf(" | %s | ", m->who->words);
    guards_print(m);
    printf(" | %s | %s |\n", event_word(m->event), m->notice ? notice_word(m->notice) : "");
}

static void markdown_print(void)
{
    puts("| command | from | to | who | refused when | event | notice |");
    puts("|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < MOVES_COUNT; i++) move_print(&MOVES[i]);
}

static void triple_print(enum state state, const struct move *m, enum who_asks who)
{
    struct now const now = world_now(WORLD_NOW_MS + 90 * DAY_MS); // every deadline has passed
    struct now const then = m->who->hats == HAT_CLOCK ? now : world_now(WORLD_NOW_MS);
    struct casefile f = world_case_in(state, world_now(WORLD_NOW_MS));
    struct casefile after;
    struct command_result out;
    struct command c = world_command(m->command, who, &f);
    c.outcome = m->outcome;
    if (!(m->command == COMMAND_SECOND && state == STATE_IN_TRIAGE))
        world_errand(&f, m->command, world_now(WORLD_NOW_MS));
    if (m->command == COMMAND_UNLINK || m->command == COMMAND_FOLLOW) f.follows = 2;
    if (state_is_org((int32_t)state)) c.lead = "mary";
    if (m->command == COMMAND_ORG_DETACH || m->command == COMMAND_ORG_MARK) f.org = 2;
    if (m->command == COMMAND_ORG_ATTACH || m->command == COMMAND_ORG_MARK)
        ((struct casefile *)(uintptr_t)c.other)->state = STATE_ORG_SCOPING;
    if (m->command == COMMAND_ORG_UNOWNED) id_copy(f.lead, "gone");
    if (m->command == COMMAND_JOIN) ((struct casefile *)(uintptr_t)c.other)->follows = 1;
    if (m->outcome > OUTCOME_MET) c.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_NO);
    if (m->command == COMMAND_OFFER) c.team = "north";
    if (m->command == COMMAND_ACCEPT_OFFER) c.lead = "cora";
    enum err const e = command_apply(&world_rules, &f, &c, then, &after, &out);
    if (e == ERR_NOT_FOUND || (e == ERR_FORBIDDEN && out.who_may == m->who->words)) return;
    if (who == GONE) return;
    printf("  %-18s ", WHO_ASKS_NAMES[who]);
    if (e)
        printf("%s: %s\n", err_word(e), out.refusal);
    else
        printf("%s -> %s%s%s\n", event_word(out.event), state_word((enum state)after.state),
               out.notice ? ", tells " : "", out.notice ? notice_word(out.notice) : "");
}

static void triples_print(void)
{
    puts("# who may do what in which state; who is not listed may not");
    for (int state = STATE_QUEUED; state <= STATE_LAST; state++) {
        if (state == STATE_VOID) continue;
        for (size_t i = 0; i < MOVES_COUNT; i++) {
            if ((MOVES[i].from & STATE_BIT(state)) == 0) continue; // tests say: refused for all
            printf("%s: %s%s\n", state_word((enum state)state), command_word(MOVES[i].command),
                   outcome_text(MOVES[i].outcome));
            for (int who = 0; who < WHO_ASKS_COUNT; who++) {
                triple_print((enum state)state, &MOVES[i], (enum who_asks)who);
            }
        }
    }
}

// Who, in one word: the least of those who may.
static const char *who_word(const struct who *w)
{
    if (w->hats & HAT_REFERRER) return "referrer";
    if (w->hats & HATS_WORKER & ~(unsigned)HATS_MANAGER) return "worker";
    if (w->hats & HATS_MANAGER) return "manager";
    return w->hats & HAT_CLOCK ? "time" : "other";
}

static void edges_print(void)
{
    for (size_t i = 0; i < MOVES_COUNT; i++) {
        const struct move *m = &MOVES[i];
        for (int from = 0; from < STATES; from++) {
            for (int to = 0; to < STATES; to++) {
                if (!(m->from & STATE_BIT(from)) || !(m->to & STATE_BIT(to)) || from == to)
                    continue;
                printf("%zu\t%s\t%s\t%s%s\t%s\t%s\n", i, state_word((enum state)from),
                       state_word((enum state)to), command_word(m->command),
                       outcome_text(m->outcome), who_word(m->who), m->needs_second ? "second" : "");
            }
        }
    }
}

int main(int argc, char **argv)
{
    world_make();
    if (argc == 2 && strcmp(argv[1], "--markdown") == 0)
        markdown_print();
    else if (argc == 2 && strcmp(argv[1], "--triples") == 0)
        triples_print();
    else if (argc == 2 && strcmp(argv[1], "--edges") == 0)
        edges_print();
    else
        return fprintf(stderr, "core_table --markdown | --triples | --edges\n"), 2;
    return 0;
}

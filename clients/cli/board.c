// board.c - `triage board`: the model of it, and its plain forms.
#include "board.h"
#include "people.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// ---- What stands on it ----

bool board_init(struct board *b, struct run *r, const char *team)
{
    *b = (struct board){.run = r, .places = json_object()};
    snprintf(b->team, sizeof b->team, "%s", team);
    return b->places != NULL;
}

void board_free(struct board *b)
{
    json_decref(b->places);
    free(b->rows);
}

static int colour_number(const char *name)
{
    static const char *const names[] = {"COLOUR_UNSPECIFIED", "COLOUR_GREEN", "COLOUR_AMBER",
                                        "COLOUR_RED"};
    for (int i = 1; i < 4; i++)
        if (strcmp(name, names[i]) == 0) return i;
    return 0;
}

static void row_fill(const struct board *b, struct board_row *row, const json_t *h)
{
    const char *state = say_member(h, "state");
    bool const offered = strcmp(state, "CASE_STATE_HANDOVER_OFFERED") == 0;
    bool const own = strcmp(say_member(h, "team"), b->team) == 0;
    bool const unled = strcmp(state, "CASE_STATE_DECIDED_MET") == 0 || (offered && own);
    bool const held = *say_member(h, "held_by") != '\0';
    bool const copy = !own && json_is_true(json_object_get(h, "direct"));
    *row = (struct board_row){
        .colour = colour_number(say_member(h, "colour")),
        .was = colour_number(say_member(h, "was")),
        .offered = offered && !own,
        .place = copy    ? BOARD_COPY
                 : unled ? BOARD_UNLED
                 : held  ? BOARD_HELD
                         : BOARD_WAITS,
        .met_ms = say_time_of(json_object_get(h, "met_ms")),
        .score = (long long)json_integer_value(json_object_get(h, "score")),
        .received_ms = say_time_of(json_object_get(h, "received_ms")),
        .due_ms = say_time_of(json_object_get(h, unled ? "lead_by_ms" : "decide_by_ms"))};
    snprintf(row->offered_to, sizeof row->offered_to, "%s", say_member(h, "offered_to"));
    snprintf(row->team, sizeof row->team, "%s", say_member(h, "team"));
    snprintf(row->reference, sizeof row->reference, "%s", say_member(h, "reference"));
    snprintf(row->held_by, sizeof row->held_by, "%s", say_member(h, "held_by"));
    snprintf(row->kept_for, sizeof row->kept_for, "%s", say_member(h, "put_off_by"));
    row->news = json_is_true(json_object_get(h, "news"));
    bool const opaque = json_is_true(json_object_get(h, "clear_a_worker"));
    const char *provider = opaque ? "restricted: clear a worker" : say_member(h, "provider");
    snprintf(row->provider, sizeof row->provider, "%s", provider);
}

static bool board_grow(struct board *b)
{
    if (b->n < b->room) return true;
    size_t const room = b->room ? 2 * b->room : 64;
    struct board_row *rows = realloc(b->rows, room * sizeof *rows);
    if (!rows) return false;
    b->rows = rows;
    b->room = room;
    return true;
}

static struct board_row *board_find(struct board *b, const char *reference)
{
    json_t *place = json_object_get(b->places, reference);
    return place ? &b->rows[json_integer_value(place)] : NULL;
}

static bool board_place(struct board *b, size_t i)
{
    return json_object_set_new(b->places, b->rows[i].reference, json_integer((json_int_t)i)) == 0;
}

static bool board_put(struct board *b, const json_t *h)
{
    struct board_row *row = board_find(b, say_member(h, "reference"));
    if (!row) {
        if (!board_grow(b)) return false;
        row = &b->rows[b->n++];
    }
    row_fill(b, row, h);
    return board_place(b, (size_t)(row - b->rows));
}

static void board_remove(struct board *b, const char *reference)
{
    struct board_row *row = board_find(b, reference);
    if (!row) return;
    json_object_del(b->places, reference);
    struct board_row const *last = &b->rows[--b->n];
    if (row == last) return;
    *row = *last;
    board_place(b, (size_t)(row - b->rows));
}

bool board_apply(struct board *b, const json_t *push)
{
    size_t i;
    json_t *item;
    bool ok = true;
    if (json_is_true(json_object_get(push, "first"))) {
        b->n = 0;
        b->listed = false;
        json_object_clear(b->places);
    }
    json_array_foreach(json_object_get(push, "gone"), i, item)
        board_remove(b, json_string_value(item));
    json_array_foreach(json_object_get(push, "headlines"), i, item) ok = board_put(b, item) && ok;
    if (json_is_true(json_object_get(push, "listed"))) b->listed = true;
    return ok;
}

bool board_copy(struct board *to, const struct board *from)
{
    to->rows = malloc((from->n + 1) * sizeof *to->rows);
    if (!to->rows) return false;
    if (from->n) memcpy(to->rows, from->rows, from->n * sizeof *to->rows);
    to->n = to->room = from->n;
    to->listed = from->listed;
    return json_object_update(to->places, from->places) == 0;
}

// What waits, what nobody leads, what somebody has, what another team has; each as the queue
// stands.
static int row_order(const void *a, const void *b)
{
    const struct board_row *x = a, *y = b;
    if (x->place != y->place) return x->place > y->place ? 1 : -1;
    if (x->colour != y->colour) return x->colour > y->colour ? -1 : 1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    if (x->received_ms != y->received_ms) return x->received_ms < y->received_ms ? -1 : 1;
    return strcmp(x->reference, y->reference);
}

void board_sort(struct board *b)
{
    if (b->n) qsort(b->rows, b->n, sizeof *b->rows, row_order);
    for (size_t i = 0; i < b->n; i++) board_place(b, i);
}

size_t board_count(const struct board *b, int colour, enum board_place place)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct board_row *row = &b->rows[i];
        n += (colour == 0 || row->colour == colour) && row->place == place;
    }
    return n;
}

size_t board_new(const struct board *b, const json_t *places)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) n += !json_object_get(places, b->rows[i].reference);
    return n;
}

// ---- Cells ----

const char *board_colour(int colour)
{
    static const char *const words[] = {"-", "green", "amber", "red"};
    return words[colour];
}

void board_colour_cell(const struct board_row *row, char out[BOARD_CELL_BYTES])
{
    const char *now = board_colour(row->colour);
    if (row->was == 0 || row->was == row->colour)
        snprintf(out, BOARD_CELL_BYTES, "%s", now);
    else
        snprintf(out, BOARD_CELL_BYTES, "%s -> %s", board_colour(row->was), now);
}

void board_span(int64_t ms, char out[BOARD_CELL_BYTES])
{
    long long const minutes = ms < 0 ? 0 : (long long)ms / 60000, hours = minutes / 60;
    if (hours == 0)
        snprintf(out, BOARD_CELL_BYTES, "%lld min", minutes);
    else if (hours < 48)
        snprintf(out, BOARD_CELL_BYTES, "%lld h %02lld", hours, minutes % 60);
    else
        snprintf(out, BOARD_CELL_BYTES, "%lld d %lld h", hours / 24, hours % 24);
}

void board_due_cell(const struct board_row *row, int64_t now_ms, char out[BOARD_CELL_BYTES])
{
    char span[BOARD_CELL_BYTES];
    if (row->offered) { // It is decided; the offer has a clock of its own.
        snprintf(out, BOARD_CELL_BYTES, "offered");
        return;
    }
    if (row->due_ms == 0) {
        snprintf(out, BOARD_CELL_BYTES, "-");
        return;
    }
    bool const late = row->due_ms < now_ms;
    board_span(late ? now_ms - row->due_ms : row->due_ms - now_ms, span);
    snprintf(out, BOARD_CELL_BYTES, "%.5s%.40s", late ? "LATE " : "in ", span);
}

void board_with_cell(const struct board_row *row, char out[BOARD_CELL_BYTES])
{
    bool const kept = !*row->held_by && *row->kept_for;
    const char *who = kept ? row->kept_for : *row->held_by ? row->held_by : row->news ? "" : "-";
    snprintf(out, BOARD_CELL_BYTES, "%s%s%.28s", row->news ? *who ? "news, " : "news" : "",
             kept ? "kept for " : "", who);
}

static void board_unled_cell(const struct board *b, const struct board_row *row, int64_t now_ms,
                             char out[BOARD_LONG_BYTES])
{
    char span[BOARD_CELL_BYTES];
    const char *to = row->offered_to;
    if (row->met_ms == 0) { // restricted: no more is told of it here
        snprintf(out, BOARD_LONG_BYTES, "offered, restricted");
        return;
    }
    board_span(now_ms - row->met_ms, span);
    if (*to)
        snprintf(out, BOARD_LONG_BYTES, "offered, %.15s, %.40s", span, team_name(b->run, to));
    else
        snprintf(out, BOARD_LONG_BYTES, "met, nobody leads %.15s", span);
}

bool board_long_cell(const struct board *b, const struct board_row *row, int64_t now_ms,
                     char out[BOARD_LONG_BYTES])
{
    const char *who = row->held_by;
    if (row->place == BOARD_UNLED) board_unled_cell(b, row, now_ms, out);
    if (row->place == BOARD_COPY)
        snprintf(out, BOARD_LONG_BYTES, "copy, with %.40s%s%.30s%s", team_name(b->run, row->team),
                 *who ? " (" : "", who, *who ? ")" : "");
    return row->place == BOARD_UNLED || row->place == BOARD_COPY;
}

// ---- Not on a screen ----

static void board_print_with(const struct board *b, const struct board_row *row, int64_t now_ms)
{
    char cell[BOARD_CELL_BYTES], words[BOARD_LONG_BYTES];
    if (board_long_cell(b, row, now_ms, words)) {
        say_text(stdout, words, 0);
        fputs("  ", stdout);
    } else {
        board_with_cell(row, cell);
        say_cell(stdout, cell, 18);
    }
    say_text(stdout, row->provider, 0);
    putchar('\n');
}

static void board_print(const struct run *r, const struct board *b)
{
    char cell[BOARD_CELL_BYTES];
    int64_t const now_ms = (int64_t)time(NULL) * 1000;
    puts("reference     colour          waiting   due           with              sent by");
    for (size_t i = 0; i < b->n; i++) {
        const struct board_row *row = &b->rows[i];
        say_cell(stdout, row->reference, 14);
        board_colour_cell(row, cell);
        bool const changed = strcmp(cell, board_colour(row->colour)) != 0;
        if (changed)
            say_cell(stdout, cell, 16);
        else
            say_colour(stdout, r, cell, 16);
        board_span(now_ms - row->received_ms, cell);
        say_cell(stdout, cell, 10);
        board_due_cell(row, now_ms, cell);
        say_cell(stdout, cell, 14);
        board_print_with(b, row, now_ms);
    }
    fprintf(stderr, "%zu waiting, %zu with somebody: %zu red, %zu amber, %zu green waiting\n",
            board_count(b, 0, BOARD_WAITS), board_count(b, 0, BOARD_HELD),
            board_count(b, 3, BOARD_WAITS), board_count(b, 2, BOARD_WAITS),
            board_count(b, 1, BOARD_WAITS));
    size_t const unled = board_count(b, 0, BOARD_UNLED);
    if (unled) fprintf(stderr, "%zu met, and nobody leads\n", unled);
    size_t const copies = board_count(b, 0, BOARD_COPY);
    if (copies)
        fprintf(stderr,
                "%zu with other teams directly, copied here: triage take-back has one here\n",
                copies);
}

// As lines of JSON until somebody ends it, or once as a table.
static int board_plain(struct run *r, struct board *b)
{
    for (;;) {
        char *text = NULL;
        enum triage_status const s = triage_next_queue(r->client, &text, r->json ? -1 : 10000);
        if (s == TRIAGE_E_UNREACHABLE && r->json) continue; // It connects again, and begins anew.
        if (s != TRIAGE_OK) return s == TRIAGE_E_INTERRUPTED && r->json ? EXIT_DONE : run_end(r, s);
        json_t *push = json_loads(text, 0, NULL);
        bool ok = board_apply(b, push);
        if (r->json) ok = puts(text) >= 0 && fflush(stdout) == 0;
        json_decref(push);
        triage_free(text);
        if (!ok) return EXIT_OURS;
        if (r->json || !b->listed) continue;
        board_sort(b);
        board_print(r, b);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
    }
}

int run_board(struct run *r)
{
    struct board b;
    int code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *team = run_team(r, r->positional_len > 0 ? r->positional[0] : NULL);
    if (!team) {
        if (*triage_last_error(r->client)) return run_end(r, TRIAGE_E_UNREACHABLE);
        say_error("which team? triage board TEAM");
        return EXIT_USAGE;
    }
    enum triage_status const s = triage_follow_board(r->client, json_string_value(team));
    bool const made = board_init(&b, r, json_string_value(team));
    json_decref(team);
    code = s != TRIAGE_OK ? run_end(r, s) : made ? -1 : EXIT_OURS;
    if (code < 0 && isatty(STDOUT_FILENO) && !r->json && !run_flag(r, "once"))
        code = board_screen(r, &b);
    if (code < 0) code = board_plain(r, &b);
    board_free(&b);
    return code;
}

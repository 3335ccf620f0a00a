// board_screen.c - the board as a whole screen that stays true: pushes change it, keys move in it.
#include "board.h"
#include "people.h"
#include "say.h"

#include <errno.h>
#include <ncurses.h>
#include <poll.h>
#include <string.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

enum { REDRAW_MS = 10000, KEY_WAIT_MS = 25, LINE_BYTES = 256 };
enum { PAIR_GREEN = 1, PAIR_AMBER, PAIR_RED }; // as the colours are numbered

struct screen {
    struct run *run;
    struct board *live;  // what is
    struct board frozen; // what is shown while paused
    bool paused, over;
    size_t top;        // first row shown
    char trouble[160]; // why there is no connection; "" when there is
    time_t since;      // when it went
    enum triage_status status;
};

static struct board *screen_board(struct screen *s)
{
    return s->paused ? &s->frozen : s->live;
}

// ---- Drawing ----

static int64_t now_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

// A line of the screen, cut at its width; what is behind its end is cleared.
static void line_put(int y, const char *text)
{
    char line[LINE_BYTES];
    size_t n = 0;
    for (; *text && n + 1 < sizeof line && (int)n < COLS; text++)
        line[n++] = *text >= ' ' && *text < 0x7f ? *text : '?';
    line[n] = '\0';
    (void)mvaddstr(y, 0, line);
    (void)clrtoeol();
}

static void draw_head(struct screen *s)
{
    char line[LINE_BYTES], clock[16] = "", unled[64] = "", copies[64] = "";
    size_t const met = board_count(screen_board(s), 0, BOARD_UNLED);
    size_t const copied = board_count(screen_board(s), 0, BOARD_COPY);
    const struct board *b = screen_board(s);
    time_t const at = s->trouble[0] ? s->since : time(NULL);
    struct tm tm;
    if (localtime_r(&at, &tm)) (void)strftime(clock, sizeof clock, "%H:%M", &tm);
    if (met) snprintf(unled, sizeof unled, "; %zu nobody leads", met);
    if (copied) snprintf(copies, sizeof copies, "; %zu copied", copied);
    if (s->trouble[0])
        snprintf(line, sizeof line, "NOT CONNECTED since %s, trying again: %s", clock, s->trouble);
    else
        snprintf(line, sizeof line,
                 "%.24s %s  %zu waiting: %zu red, %zu amber, %zu green%s; %zu held%s%s",
                 b->listed ? team_name(s->run, b->team) : b->team, clock,
                 board_count(b, 0, BOARD_WAITS), board_count(b, 3, BOARD_WAITS),
                 board_count(b, 2, BOARD_WAITS), board_count(b, 1, BOARD_WAITS), unled,
                 board_count(b, 0, BOARD_HELD), copies, b->listed ? "" : " (loading)");
    (void)attrset(A_BOLD);
    line_put(0, line);
    (void)attrset(A_NORMAL);
}

static void draw_titles(int y)
{
    (void)attrset(A_UNDERLINE);
    line_put(y, "reference    colour          waiting   due           with             sent by     "
                "          ");
    (void)attrset(A_NORMAL);
}

static void draw_row(struct screen *s, int y, const struct board_row *row)
{
    char line[LINE_BYTES], colour[BOARD_CELL_BYTES], waiting[BOARD_CELL_BYTES];
    char due[BOARD_CELL_BYTES], with[BOARD_CELL_BYTES], words[BOARD_LONG_BYTES];
    board_colour_cell(row, colour);
    board_span(now_ms() - row->received_ms, waiting);
    board_due_cell(row, now_ms(), due);
    board_with_cell(row, with);
    int const n = snprintf(line, sizeof line, "%-13.13s%-16.16s%-10.10s%-14.14s", row->reference,
                           colour, waiting, due);
    if (board_long_cell(screen_board(s), row, now_ms(), words))
        snprintf(line + n, sizeof line - (size_t)n, "%s  %s", words, row->provider);
    else
        snprintf(line + n, sizeof line - (size_t)n, "%-17.17s%s", with, row->provider);
    if (*row->held_by || row->place == BOARD_COPY) (void)attrset(A_DIM);
    line_put(y, line);
    if (s->run->colour && row->colour && COLS > 13) { // beside its word, never instead of it
        attr_t const weight = strncmp(due, "LATE", 4) == 0 ? A_BOLD : A_NORMAL;
        (void)mvchgat(y, 13, 15, weight, (short)row->colour, NULL);
    }
    (void)attrset(A_NORMAL);
}

static void draw_foot(struct screen *s, int y, int shown)
{
    char line[LINE_BYTES], paused[64] = "";
    const struct board *b = screen_board(s);
    if (s->paused)
        snprintf(paused, sizeof paused, "PAUSED, %zu new  ", board_new(s->live, b->places));
    size_t const last = s->top + (size_t)shown < b->n ? s->top + (size_t)shown : b->n;
    snprintf(line, sizeof line, "%s%zu-%zu of %zu  q quit  p %s  arrows, PgUp, PgDn, Home, End",
             paused, b->n ? s->top + 1 : 0, last, b->n, s->paused ? "go on" : "pause");
    (void)attrset(A_REVERSE);
    line_put(y, line);
    (void)attrset(A_NORMAL);
}

// Rows are what a low screen keeps longest: the titles go first, then the foot.
static int rows_shown(void)
{
    int const other = LINES >= 5 ? 3 : LINES >= 3 ? 2 : 1;
    return LINES > other ? LINES - other : 0;
}

static void draw(struct screen *s)
{
    const struct board *b = screen_board(s);
    int const shown = rows_shown();
    int y = 0;
    if (s->top + (size_t)shown > b->n) s->top = b->n > (size_t)shown ? b->n - (size_t)shown : 0;
    draw_head(s);
    if (LINES >= 5) draw_titles(++y);
    for (int i = 0; i < shown; i++) {
        size_t const at = s->top + (size_t)i;
        if (at < b->n)
            draw_row(s, ++y, &b->rows[at]);
        else
            line_put(++y, "");
    }
    if (LINES >= 3) draw_foot(s, LINES - 1, shown);
    (void)refresh();
}

// ---- Keys ----

static void screen_pause(struct screen *s)
{
    if (s->paused) {
        board_free(&s->frozen);
        s->paused = false;
        return;
    }
    if (!board_init(&s->frozen, s->run, s->live->team)) return;
    s->paused = board_copy(&s->frozen, s->live);
    if (!s->paused) board_free(&s->frozen);
}

static void screen_move(struct screen *s, long rows)
{
    size_t const n = screen_board(s)->n;
    if (rows < 0 && (size_t)-rows > s->top)
        s->top = 0;
    else
        s->top = (size_t)((long)s->top + rows);
    if (s->top > n) s->top = n; // Drawing keeps the last page full.
}

static void screen_key(struct screen *s, int key)
{
    long const page = rows_shown() > 1 ? rows_shown() - 1 : 1;
    switch (key) {
    case 'q': s->over = true; break;
    case 'p':
    case ' ': screen_pause(s); break;
    case KEY_DOWN:
    case 'j': screen_move(s, 1); break;
    case KEY_UP:
    case 'k': screen_move(s, -1); break;
    case KEY_NPAGE: screen_move(s, page); break;
    case KEY_PPAGE: screen_move(s, -page); break;
    case KEY_HOME: s->top = 0; break;
    case KEY_END: s->top = screen_board(s)->n; break;
    default: break;
    }
}

static void screen_keys(struct screen *s)
{
    int key;
    while (!s->over && (key = getch()) != ERR) screen_key(s, key);
}

// ---- News ----

// Only a person can mend what keys and names are wrong; all else mends itself.
static bool status_passes(enum triage_status status)
{
    return status == TRIAGE_OK || status == TRIAGE_E_TIMEOUT || status == TRIAGE_E_UNREACHABLE ||
           status == TRIAGE_E_BUSY || status == TRIAGE_E_UNAVAILABLE;
}

static void screen_trouble(struct screen *s, enum triage_status status)
{
    if (status != TRIAGE_E_UNREACHABLE) {
        if (status == TRIAGE_OK) s->trouble[0] = '\0';
        return;
    }
    if (!s->trouble[0]) s->since = time(NULL);
    snprintf(s->trouble, sizeof s->trouble, "%s", triage_last_error(s->run->client));
}

static void screen_pushes(struct screen *s)
{
    char *text = NULL;
    enum triage_status status;
    bool changed = false;
    while ((status = triage_next_queue(s->run->client, &text, 0)) == TRIAGE_OK) {
        json_t *push = json_loads(text, 0, NULL);
        if (!board_apply(s->live, push)) s->over = true;
        json_decref(push);
        triage_free(text);
        s->trouble[0] = '\0';
        changed = true;
    }
    if (changed) board_sort(s->live);
    screen_trouble(s, status);
    if (status_passes(status)) return;
    s->status = status == TRIAGE_E_INTERRUPTED ? TRIAGE_OK : status;
    s->over = true;
}

static void screen_wait(struct screen *s)
{
    struct pollfd fds[2] = {{triage_fd(s->run->client), POLLIN, 0},
                            {isatty(STDIN_FILENO) ? STDIN_FILENO : -1, POLLIN, 0}};
    int wait = triage_next_deadline_ms(s->run->client);
    if (wait < 0 || wait > REDRAW_MS) wait = REDRAW_MS;
    if (poll(fds, 2, wait) < 0 && errno != EINTR) s->over = true; // EINTR: resized, or interrupted
}

static void screen_colours(struct run *r)
{
    if (r->colour) r->colour = has_colors() && start_color() != ERR && use_default_colors() != ERR;
    if (!r->colour) return;
    (void)init_pair(PAIR_GREEN, COLOR_GREEN, -1);
    (void)init_pair(PAIR_AMBER, COLOR_YELLOW, -1);
    (void)init_pair(PAIR_RED, COLOR_RED, -1);
}

// Asked beforehand: a newterm that fails keeps what it had taken.
static bool screen_can(void)
{
    int known = 0;
    if (setupterm(NULL, STDOUT_FILENO, &known) == ERR) return false;
    bool const can = tigetstr("cup") != NULL; // A printer's paper has no place to go back to.
    (void)del_curterm(cur_term);
    return can;
}

int board_screen(struct run *r, struct board *b)
{
    struct screen s = {.run = r, .live = b};
    SCREEN *terminal = screen_can() ? newterm(NULL, stdout, stdin) : NULL;
    if (!terminal) return -1;
    (void)cbreak();
    (void)noecho();
    (void)nodelay(stdscr, TRUE);
    (void)keypad(stdscr, TRUE);
    (void)set_escdelay(KEY_WAIT_MS);
    (void)curs_set(0);
    screen_colours(r);
    while (!s.over) {
        screen_pushes(&s);
        screen_keys(&s);
        if (s.over) break;
        draw(&s);
        screen_wait(&s);
    }
    (void)endwin();
    delscreen(terminal);
    if (s.paused) board_free(&s.frozen);
    return s.status == TRIAGE_OK ? EXIT_DONE : run_end(r, s.status);
}

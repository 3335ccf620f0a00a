// board.h - a team's board as it stands: what waits and what somebody has, most urgent first.
// Headlines only: nothing that a person wrote is on it.
#ifndef TRIAGE_CLI_BOARD_H
#define TRIAGE_CLI_BOARD_H

#include "command.h"

#include <stdint.h>

enum { BOARD_ID_BYTES = 40, BOARD_CELL_BYTES = 48, BOARD_LONG_BYTES = 96 };

// In the board's order.
enum board_place { BOARD_WAITS, BOARD_UNLED, BOARD_HELD, BOARD_COPY };

struct board_row {
    char reference[BOARD_ID_BYTES], held_by[BOARD_ID_BYTES], provider[BOARD_ID_BYTES];
    char kept_for[BOARD_ID_BYTES]; // it is put off, and theirs until then
    int colour, was;               // 1 green, 2 amber, 3 red
    bool offered;                  // by the MASH to this team
    bool news;                     // something came in that nobody has weighed
    enum board_place place;
    char team[BOARD_ID_BYTES]; // of BOARD_COPY: which has it
    // Of BOARD_UNLED: the team that was asked to take it, "" none; when it was decided.
    char offered_to[BOARD_ID_BYTES];
    int64_t met_ms;
    long long score;
    int64_t received_ms, due_ms; // by when it is to be decided or, decided, led
};
struct board {
    char team[BOARD_ID_BYTES];
    struct run *run;        // knows the teams' names
    struct board_row *rows; // in the board's order once board_sort has run
    size_t n, room;
    json_t *places; // reference -> place in rows
    bool listed;    // all that stood on it has been told
};

bool board_init(struct board *b, struct run *r, const char *team);
void board_free(struct board *b);
// One QueuePush as JSON; false when there is no memory.
bool board_apply(struct board *b, const json_t *push);
bool board_copy(struct board *to, const struct board *from); // to: just made
void board_sort(struct board *b);
size_t board_count(const struct board *b, int colour, enum board_place place); // colour 0: all
size_t board_new(const struct board *b, const json_t *places); // that are not among those

// The cells of a row, as words: "amber" or "green -> amber"; "2 h 05"; "LATE 1 h 05".
const char *board_colour(int colour);
void board_colour_cell(const struct board_row *row, char out[BOARD_CELL_BYTES]);
void board_span(int64_t ms, char out[BOARD_CELL_BYTES]);
void board_with_cell(const struct board_row *row, char out[BOARD_CELL_BYTES]);
// Of BOARD_UNLED and BOARD_COPY, in place of who has it: "met, nobody leads 3 d 4 h", "copy, with
// Eastfield community team (w-birch)"; false of the others.
bool board_long_cell(const struct board *b, const struct board_row *row, int64_t now_ms,
                     char out[BOARD_LONG_BYTES]);
void board_due_cell(const struct board_row *row, int64_t now_ms, char out[BOARD_CELL_BYTES]);

// The whole screen, until somebody leaves it; an exit code.  -1: this terminal cannot.
int board_screen(struct run *r, struct board *b);

#endif

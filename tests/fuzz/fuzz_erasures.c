// The list of what was erased, as a restore reads it: a line is read and written as the same, an
// order opens only as it was sealed, and what it says is read back.
#include "erasures.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY ((size_t)1 << 22)

static struct erasures_key key;
static struct arena arena;

static void check_case(const struct erasures_line *line, struct bytes text)
{
    char again[ERASURES_CASE_MAX];
    size_t const n = erasures_case_write(line->no, line->seq, again);
    CHECK(n == text.len && memcmp(again, text.data, n) == 0);
}

// What is given is nobody's seal; the same bytes as a reason, sealed by us, come back.
static void check_order(const struct erasures_line *line, struct bytes given)
{
    Triage__Ledger__V1__KeptErasure said = TRIAGE__LEDGER__V1__KEPT_ERASURE__INIT, *back = NULL;
    struct erasures_line again;
    size_t used = 0;
    enum err e = erasures_order_open(&key, line, &arena, &back);
    CHECK(e == ERR_FORBIDDEN || e == ERR_NO_MEMORY);
    char *reason = arena_alloc(&arena, given.len + 1);
    CHECK(reason);
    for (size_t i = 0; i < given.len; i++) reason[i] = given.data[i] ? (char)given.data[i] : ' ';
    reason[given.len] = '\0';
    said.reason = reason;
    said.case_no = line->seq;
    struct bytes const text = erasures_order_write(&key, line->seq, &said, &arena);
    CHECK(text.data && erasures_line_read(text, &again, &used) == OK && used == text.len);
    CHECK(again.kind == ERASURES_ORDER && again.seq == line->seq);
    CHECK(erasures_order_open(&key, &again, &arena, &back) == OK);
    CHECK(strcmp(back->reason, reason) == 0 && back->case_no == line->seq);
    again.seq++; // moved to other cases
    CHECK(erasures_order_open(&key, &again, &arena, &back) == ERR_FORBIDDEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct bytes text = bytes_of(data, len);
    struct erasures_line line;
    size_t used = 0;
    if (!arena.base) {
        erasures_key_init(&key, (const uint8_t *)"thirty-two bytes of an index key");
        arena_init(&arena, malloc(MEMORY), MEMORY);
    }
    while (text.len) {
        enum err const e = erasures_line_read(text, &line, &used);
        CHECK(e == OK || e == ERR_MALFORMED);
        if (e) return 0;
        CHECK(used > 0 && used <= text.len && text.data[used - 1] == '\n');
        arena_reset(&arena);
        if (line.kind == ERASURES_CASE)
            check_case(&line, bytes_of(text.data, used));
        else
            check_order(&line, bytes_of(text.data, used));
        text = bytes_of(text.data + used, text.len - used);
    }
    return 0;
}

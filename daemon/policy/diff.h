// diff.h - what changed between two packs, in words: the parts of policy_diff.
#ifndef TRIAGED_DIFF_H
#define TRIAGED_DIFF_H

#include "files.h"
#include "tools.h"

struct differing {
    FILE *out;
    bool json;
    size_t n;         // differences told
    const char *part; // "threshold", "pack.yaml": where they are
    struct pool pool;
    struct file_names names[2]; // of the folder that is compared
};

// One difference; NULL and 0 for what does not apply.
struct difference {
    const char *kind; // "cell", "row_added", ...
    const char *table, *column, *was, *is;
    unsigned row, was_row; // 1-based
};
// Tells it: the sentence follows the part, the table and the row.
void diff_tell(struct differing *d, struct difference x, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Tells that a named thing of the part says something else, if it does.
void diff_text(struct differing *d, const char *table, const char *what, const char *was,
               const char *is);

// diff_rows.c: which row of one list became which of another.
struct row_list {
    size_t n, n_cells;
    const uint32_t *cells;   // n * n_cells; equal texts have the same number, 0 says nothing
    const uint32_t *weights; // n_cells
};
// was[i]: the place in `a` of row i of `b`, or SIZE_MAX when it is new.  Rows keep their order
// where they can; a row that changed is still the same as long as half of what it says is.
void diff_rows(struct pool *pool, const struct row_list *a, const struct row_list *b, size_t *was);

// The same number for texts that say the same, within one set of them; 0 for "-".
struct diff_numbers {
    size_t size;
    const char **texts;
};
void diff_numbers_make(struct diff_numbers *k, struct pool *pool, size_t texts); // at most so many
uint32_t diff_number(struct diff_numbers *k, const char *text);
// Equal but for spaces outside of strings.
bool diff_same(const char *a, const char *b);

// diff_table.c
void diff_table(struct differing *d, const struct table *a, const struct table *b);
void diff_row_words(const struct table *t, unsigned row, char *text, size_t size);
// diff_model.c
void diff_models(struct differing *d, const struct model *a, const struct model *b);
// diff_pack.c
void diff_packs(struct differing *d, const struct policy *a, const struct policy *b);
// Those without a meaning here; false when one of them cannot be read.
bool diff_files(struct differing *d, const char *a, const char *b);

#endif

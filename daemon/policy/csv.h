// csv.h - comma separated values (RFC 4180), held in memory: quoted cells, doubled quotes, CRLF.
#ifndef TRIAGED_CSV_H
#define TRIAGED_CSV_H

#include "pool.h"

#define CSV_BYTES_MAX   ((size_t)8 << 20)
#define CSV_COLUMNS_MAX 256
#define CSV_ROWS_MAX    100000

struct csv_row {
    int line;           // where it begins
    const char **cells; // as many as the header has; "" where the row is shorter
};

struct csv {
    size_t n_columns, n_rows;
    const char **columns; // the header
    struct csv_row *rows;
};

// Reads a file; NULL when all is well, else why not, with the line in *line.
const char *csv_read(struct pool *pool, const char *path, struct csv *out, int *line);
int csv_column(const struct csv *c, const char *name); // -1 when there is none
// The cell of that column; "" when there is no such column.
const char *csv_cell(const struct csv *c, const struct csv_row *row, const char *column);

#endif

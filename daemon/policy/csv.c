#include "csv.h"

#include "files.h"

#include <stdlib.h>

struct csv_reader {
    struct pool *pool;
    const char *at, *end;
    int line;
    const char *error;
};

// The end of the cell that begins here: the separator, or the closing quote.
static const char *csv_cell_end(const struct csv_reader *r, bool quoted)
{
    for (const char *p = r->at; p < r->end; p++) {
        if (!quoted && (*p == ',' || *p == '\n' || *p == '\r')) return p;
        if (!quoted || *p != '"') continue;
        if (p + 1 == r->end || p[1] != '"') return p;
        p++; // two quotes are one of the text
    }
    return quoted ? NULL : r->end;
}

// One cell; *last when the row ends behind it.
static const char *csv_read_cell(struct csv_reader *r, bool *last)
{
    bool const quoted = r->at < r->end && *r->at == '"';
    size_t n = 0;
    r->at += quoted;
    const char *const end = csv_cell_end(r, quoted);
    if (!end) {
        r->error = "a quote is never closed";
        return "";
    }
    char *const out = pool_alloc(r->pool, (size_t)(end - r->at) + 1);
    for (; r->at < end; r->at++) {
        r->line += *r->at == '\n';
        out[n++] = *r->at;
        if (quoted && *r->at == '"') r->at++;
    }
    r->at += quoted;
    if (r->at < r->end && *r->at == '\r') r->at++;
    *last = r->at >= r->end || *r->at == '\n';
    if (!*last && *r->at != ',') r->error = "something follows a closing quote";
    if (r->at < r->end) r->line += *r->at++ == '\n';
    return out;
}

static size_t csv_read_row(struct csv_reader *r, const char **cells)
{
    size_t n = 0;
    bool last = false;
    while (!last && !r->error) {
        const char *const cell = csv_read_cell(r, &last);
        if (n == CSV_COLUMNS_MAX) {
            r->error = "the row has more columns than are read";
            return n;
        }
        cells[n++] = cell;
    }
    return n;
}

static const char **csv_keep(struct pool *pool, const char **cells, size_t n, size_t wanted)
{
    const char **const kept = pool_alloc(pool, (wanted + 1) * sizeof(*kept));
    for (size_t i = 0; i < wanted; i++) kept[i] = i < n ? cells[i] : "";
    return kept;
}

static void csv_read_rows(struct csv_reader *r, struct csv *out)
{
    const char *cells[CSV_COLUMNS_MAX];
    size_t size = 64;
    out->rows = pool_alloc(r->pool, size * sizeof(*out->rows));
    while (r->at < r->end && !r->error) {
        int const line = r->line;
        size_t const n = csv_read_row(r, cells);
        if (r->error || (n == 1 && !*cells[0])) continue; // an empty line
        if (n > out->n_columns) {
            r->line = line;
            r->error = "the row has more cells than the header";
            return;
        }
        if (out->n_rows == CSV_ROWS_MAX) {
            r->error = "the file has more rows than are read";
            return;
        }
        if (out->n_rows == size) {
            struct csv_row *const grown = pool_alloc(r->pool, size * 2 * sizeof(*grown));
            memcpy(grown, out->rows, size * sizeof(*grown));
            out->rows = grown;
            size *= 2;
        }
        out->rows[out->n_rows++] =
            (struct csv_row){line, csv_keep(r->pool, cells, n, out->n_columns)};
    }
}

const char *csv_read(struct pool *pool, const char *path, struct csv *out, int *line)
{
    const char *cells[CSV_COLUMNS_MAX];
    size_t len;
    const char *const kept = file_kept(pool, path, CSV_BYTES_MAX, &len);
    *out = (struct csv){0};
    *line = 0;
    if (!kept) return "the file is missing, cannot be read, or is larger than 8 MiB";
    struct csv_reader r = {pool, kept, kept + len, 1, NULL};
    if (len >= 3 && memcmp(kept, "\xef\xbb\xbf", 3) == 0) r.at += 3; // a byte order mark
    if (r.at >= r.end) return "the file is empty";
    out->n_columns = csv_read_row(&r, cells);
    out->columns = csv_keep(pool, cells, out->n_columns, out->n_columns);
    if (!r.error) csv_read_rows(&r, out);
    *line = r.line;
    return r.error;
}

int csv_column(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->n_columns; i++) {
        if (strcmp(c->columns[i], name) == 0) return (int)i;
    }
    return -1;
}

const char *csv_cell(const struct csv *c, const struct csv_row *row, const char *column)
{
    int const i = csv_column(c, column);
    return i < 0 ? "" : row->cells[i];
}

// Comma separated values: the reader, and those that sit on it (holidays, facts in cells).
#include "fuzz.h"
#include "pack.h"
#include "tools.h"

#include <stdlib.h>

static void check_cells(const struct csv *csv)
{
    CHECK(csv->n_columns <= CSV_COLUMNS_MAX && csv->n_rows <= CSV_ROWS_MAX);
    for (size_t row = 0; row < csv->n_rows; row++) {
        for (size_t i = 0; i < csv->n_columns; i++) {
            int const fact = fact_from(csv->columns[i]);
            const char *const cell = csv->rows[row].cells[i];
            int32_t v = 0;
            CHECK(cell && csv->rows[row].line > 0);
            if (fact < 0 || !fact_parse((enum fact)fact, cell, &v)) continue;
            CHECK(*cell || v == FACT_UNKNOWN);
            CHECK(FACTS[fact].type != FACT_BOOL || !*cell || v == 0 || v == 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct policy_report *const r = policy_report_open();
    struct policy *const p = calloc(1, sizeof(*p));
    struct csv csv;
    int line = 0;
    CHECK(p);
    const char *const path = fuzz_file("holidays.csv", data, len);
    if (setjmp(p->pool.exit) == 0) {
        const char *const error = csv_read(&p->pool, path, &csv, &line);
        CHECK(!error || error[0]);
        if (!error) check_cells(&csv);
        p->dir = fuzz_folder();
        pack_holidays_load(p, r);
        CHECK(p->info.calendar.n_holidays <= CALENDAR_HOLIDAYS_MAX);
    }
    policy_close(p);
    policy_report_close(r);
    return 0;
}

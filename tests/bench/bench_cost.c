// bench_cost - so many concerns' whole way, for cost.py to count its instructions under callgrind.
//
//   bench_cost CONCERNS
//
// Nothing here depends on the time that anything takes.
#include "way.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static struct way w;
    char command[400];
    size_t const concerns = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    if (concerns == 0 || concerns % WAY_LOT) {
        fprintf(stderr, "usage: bench_cost CONCERNS (a multiple of %u)\n", WAY_LOT);
        return 2;
    }
    load_begin(&w.load);
    snprintf(w.load.ledger, sizeof w.load.ledger, "%s/cost", w.load.directory);
    way_register(&w);
    way_open(&w);
    while (w.receipts < concerns) way_lot(&w);
    way_close(&w);
    printf("{\"figure\":\"concerns\",\"value\":%zu}\n", concerns);
    snprintf(command, sizeof command, "rm -rf '%s'", w.load.ledger);
    if (system(command)) // NOLINT(cert-env33-c): a path of our own making
        bench_die("cannot tidy up");
    load_end(&w.load);
    return 0;
}

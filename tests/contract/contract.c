#include "contract.h"

#include <stdlib.h>

const struct backend *contract_backend;

int contract_setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fixture_init(f, contract_backend);
    assert_int_equal(fixture_open(f), OK);
    *state = f;
    return 0;
}

int contract_teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

int contract_run(const struct CMUnitTest *tests, size_t n)
{
    static const struct backend *const backends[] = {&backend_sqlite, &backend_memory};
    int failed = 0;
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        contract_backend = backends[i];
        failed += _cmocka_run_group_tests(contract_backend->name, tests, n, NULL, NULL);
    }
    return failed;
}

// contract.h - runs a table of tests against every ledger, each test with a fresh one that is open.
#ifndef TRIAGED_TESTS_CONTRACT_H
#define TRIAGED_TESTS_CONTRACT_H

#include "fixture.h"
#include "ledger_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct backend *contract_backend; // the one under test
int contract_setup(void **state);              // *state is a struct fixture
int contract_teardown(void **state);
int contract_run(const struct CMUnitTest *tests, size_t n); // how many failed

#define CONTRACT(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

#endif

// pack_case.h - a copy of the default pack that a test may spoil.
#ifndef TRIAGED_PACK_CASE_H
#define TRIAGED_PACK_CASE_H

#include <stdbool.h>

struct policy;

extern char pack[64]; // the folder

int pack_copy(void **state); // setup and teardown of a test
int pack_drop(void **state);
char *pack_file(const char *name);
struct policy *pack_opened(void); // it must be sound
// The first place of `from` in a file of the pack becomes `to`.
void pack_edit(const char *name, const char *from, const char *to);
bool pack_edit_maybe(const char *name, const char *from, const char *to); // false: no such place

#define ON_A_COPY(test) cmocka_unit_test_setup_teardown(test, pack_copy, pack_drop)

#endif

// cmocka_all.h - cmocka and what it wants before it.
#ifndef TRIAGED_CMOCKA_ALL_H
#define TRIAGED_CMOCKA_ALL_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#endif

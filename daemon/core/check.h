// check.h - assertions that stay on in release builds: our own bug is found where it is made.
// World trouble and bad input are errors, never CHECKs.
#ifndef TRIAGED_CHECK_H
#define TRIAGED_CHECK_H

// Says where, without any value (a value may be about a person), and aborts.
_Noreturn void check_failed(const char *expr, const char *file, int line);

#define CHECK(expr) ((expr) ? (void)0 : check_failed(#expr, __FILE__, __LINE__))

#endif

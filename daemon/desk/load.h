// load.h - the book from what is on disk: state rows, keys, what is owed; no history.
#ifndef TRIAGED_LOAD_H
#define TRIAGED_LOAD_H

#include "inside.h"

enum err load_book(struct desk *d, char *why, size_t size);

#endif

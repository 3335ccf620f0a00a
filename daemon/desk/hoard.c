#include "hoard.h"

#include "check.h"

#include <stdlib.h>

struct hoarded *hoard_keep(struct hoard *h, struct bytes first, struct bytes second)
{
    size_t const size = sizeof(struct hoarded) + first.len + second.len;
    if (size > h->bytes_max - h->bytes) return NULL;
    struct hoarded *kept = malloc(size);
    if (!kept) return NULL;
    kept->next = NULL;
    kept->len = first.len + second.len;
    if (first.len) memcpy(kept->data, first.data, first.len);
    if (second.len) memcpy(kept->data + first.len, second.data, second.len);
    h->bytes += size;
    return kept;
}

void hoard_drop(struct hoard *h, struct hoarded *kept)
{
    if (!kept) return;
    size_t const size = sizeof *kept + kept->len;
    CHECK(h->bytes >= size);
    h->bytes -= size;
    explicit_bzero(kept, size);
    free(kept);
}

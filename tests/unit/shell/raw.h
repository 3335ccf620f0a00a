// raw.h - a client that speaks ZMTP 3.0 with CURVE by hand (RFC 23, 25, 26), to do what libzmq as a
// client never does: a message that does not end, a routing id out of the server's own range.
#ifndef RAW_H
#define RAW_H

#include "house.h"

struct raw {
    int fd;
    uint64_t nonce;
    uint8_t session[32]; // precomputed key of the connection
};

// Shakes hands; `routing` (may be NULL) is the id it claims.
void raw_open(struct raw *r, const char *endpoint, const struct identity *who,
              const uint8_t server[32], const uint8_t *routing, size_t routing_len);
// One frame; false once the connection is gone.
bool raw_send(struct raw *r, const uint8_t *data, size_t len, bool more);
void raw_close(struct raw *r);

#endif

// link.h - the connections: which peer is behind which routing id and which file descriptor.
//
// A routing id is only an address inside libzmq, never an identity: it is bound, when a connection
// first speaks, to the principal and key that its handshake proved, and every later message must
// agree. A descriptor is used to cut a connection and to see how much it sent; it may be used again
// by the next connection, so the socket monitor's events, which come in order, say whose it is now.
#ifndef TRIAGED_LINK_H
#define TRIAGED_LINK_H

#include "now.h"
#include "port.h"
#include "wire.h"

#define LISTENERS          3 // enum in struct peer
#define LINK_ROUTING_BYTES 5 // what libzmq makes: a zero byte and a counter
#define LINK_NONE          ((uint32_t)-1)

struct link {
    struct peer peer; // peer.id is 0 when this place is free
    uint8_t routing[LINK_ROUTING_BYTES];
    uint8_t key[KEY_BYTES]; // that its handshake proved; zero on the operators' socket
    struct wire_box box;
    int fd;        // -1 when it had closed before we read its first message
    bool busy;     // a send was held back: it will be asked again
    uint32_t next; // in its hash chain, or in the list of free places
};

struct conn { // one accepted descriptor
    bool open;
    uint8_t listener;
    uint32_t link;     // LINK_NONE until it spoke
    int64_t opened_ms; // monotonic
    uint64_t taken;    // bytes of whole messages that we read
    uint64_t forgiven; // bytes that are no part of a message: see link.c
    int64_t forgiven_ms;
};

struct links {
    uint32_t n_links, n_heads, free_head, n_conns;
    uint32_t open[LISTENERS]; // connections open now
    uint32_t busy;            // links held back
    uint64_t serial;
    struct link *links;
    uint32_t *heads;
    struct conn *conns; // by descriptor
};

// `n_links` connections at most; descriptors below `n_conns`.  ERR_NO_MEMORY.
enum err links_open(struct links *t, uint32_t n_links, uint32_t n_conns);
void links_close(struct links *t);

// Each returns the link that spoke on this descriptor until now, NULL when none did; the caller
// tells the desk and frees it.
struct link *links_accepted(struct links *t, int listener, int fd, struct now now);
struct link *links_disconnected(struct links *t, int listener, int fd);
uint32_t links_open_total(const struct links *t);

struct link *link_of_routing(struct links *t, int listener,
                             const uint8_t routing[LINK_ROUTING_BYTES]);
struct link *link_of_peer(struct links *t, uint64_t peer_id);
// A place for a connection that spoke for the first time; NULL when the table is full.  Takes the
// descriptor over from an older link, which is then returned in *replaced to be told and freed.
struct link *link_make(struct links *t, int listener, const uint8_t routing[LINK_ROUTING_BYTES],
                       int fd, struct link **replaced);
void link_free(struct links *t, struct link *l);
void link_mark_busy(struct links *t, struct link *l, bool busy);

// Ends the connection of a descriptor; libzmq sees it and says DISCONNECTED.
void conn_cut(int fd);
// Bytes that this connection sent beyond the messages which we took; 0 when nobody can tell.
uint64_t conn_excess(struct conn *c, int fd, struct now now);
// What a frame of this payload takes on the wire under CURVE, exactly: an estimate would add up.
size_t conn_frame_bytes(size_t payload_bytes);

#endif

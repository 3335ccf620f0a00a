// session.h - who is connected, who has spoken, and sending to them.  A session is made by a peer's
// first message; what it follows is lost with the connection, what is owed to its principal is not.
#ifndef TRIAGED_SESSION_H
#define TRIAGED_SESSION_H

#include "inside.h"

enum err session_init(struct desk *d);
void session_close(struct desk *d);

// The principal's lasting entry, made when it is not there; NULL when the table is full.
struct caller *caller_of(struct desk *d, const char *id);

struct session *session_find(struct desk *d, uint64_t peer_id);
struct session *session_of(struct desk *d,
                           const struct peer *peer); // made when new; NULL when full
void session_end(struct desk *d, uint64_t peer_id);
// When a desk of that team was last there: now where one is; never before this desk opened, as
// nobody knows.
int64_t session_seen_ms(const struct desk *d, const char *team);
// Cuts those whose principal is gone or inactive; called with every new registry.
void session_judge(struct desk *d);

// Sends at once, or keeps it until the peer reads; a peer that reads nothing for long is cut.
void session_send(struct desk *d, const struct peer *to, struct bytes reply);
void session_send_id(struct desk *d, uint64_t peer_id, struct bytes reply);
// A push: not kept.  False when the peer does not read now (it is marked stuck) or is gone.
bool session_push(struct desk *d, struct session *s, struct bytes reply);
void session_writable(struct desk *d, struct session *s);

// Has something to push at the next turn.
void session_ready(struct desk *d, struct session *s);
struct session *session_next_ready(struct desk *d);

#endif

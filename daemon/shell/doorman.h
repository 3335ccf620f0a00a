// doorman.h - who may come in: answers libzmq's question (ZAP, RFC 27) at each handshake from the
// registry, by public key.  User-Id is the principal's id.  A ZAP domain is a listener's name; only
// roles that fit that listener get in.  Answered on the loop's thread: must be bound before any
// listener.
#ifndef TRIAGED_DOORMAN_H
#define TRIAGED_DOORMAN_H

#include "metrics.h"
#include "rights.h"
#include "zsock.h"

#define DOORMAN_ENDPOINT  "inproc://zeromq.zap.01"
#define DOORMAN_KEY_NAME  "Key" // metadata: the key that was proved, in Z85; read beside User-Id
#define DOORMAN_KEY_CHARS 40

struct doorman {
    struct zsock zsock;
    const struct registry *registry; // replaced by the loop on reload
    struct metrics *metrics;
};

enum err doorman_open(struct doorman *d, void *context, const struct registry *registry,
                      struct metrics *metrics);
void doorman_close(struct doorman *d);
// Answers up to `most` questions.
void doorman_serve(struct doorman *d, int most);

// The ZAP domain of a listener, and whether a role may use it.
const char *doorman_domain(int listener);
bool doorman_role_fits(enum role role, int listener);

#endif

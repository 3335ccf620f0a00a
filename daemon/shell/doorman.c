#include "doorman.h"

#include <stdio.h>

#define ZAP_FRAMES_MAX 12 // version, request, domain, address, identity, mechanism, credentials...
#define ZAP_FRAME_MAX  256

enum { ZAP_VERSION, ZAP_REQUEST, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_KEY };

struct zap_question {
    zmq_msg_t route;
    size_t n; // frames after the route and the empty one
    size_t size[ZAP_FRAMES_MAX];
    uint8_t frame[ZAP_FRAMES_MAX][ZAP_FRAME_MAX];
};

#define ROLE_BIT(role) (1U << (role))
static const struct {
    const char *domain;
    unsigned roles;
} doorman_listeners[] = {
    [LISTENER_INTAKE] = {"intake", ROLE_BIT(ROLE_PROVIDER) | ROLE_BIT(ROLE_PARTNER) |
                                       ROLE_BIT(ROLE_POLICE) | ROLE_BIT(ROLE_PORTAL)},
    [LISTENER_DESK] = {"desk", ROLE_BIT(ROLE_TEAM) | ROLE_BIT(ROLE_MANAGER) |
                                   ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_PORTAL)},
    [LISTENER_OPERATOR] = {"operator", ROLE_BIT(ROLE_OPERATOR)},
};

const char *doorman_domain(int listener)
{
    return doorman_listeners[listener].domain;
}

bool doorman_role_fits(enum role role, int listener)
{
    return doorman_listeners[listener].roles & ROLE_BIT(role);
}

enum err doorman_open(struct doorman *d, void *context, const struct registry *registry,
                      struct metrics *metrics)
{
    *d = (struct doorman){.registry = registry, .metrics = metrics};
    enum err const e = zsock_open(&d->zsock, context, ZMQ_ROUTER);
    if (e) return e;
    zsock_set(&d->zsock, ZMQ_LINGER, 0);
    if (zmq_bind(d->zsock.socket, DOORMAN_ENDPOINT) == 0) return OK;
    zsock_close(&d->zsock);
    return ERR_IO;
}

void doorman_close(struct doorman *d)
{
    zsock_close(&d->zsock);
}

static bool zap_is(const struct zap_question *q, size_t frame, const char *word)
{
    return frame < q->n && q->size[frame] == strlen(word) &&
           memcmp(q->frame[frame], word, q->size[frame]) == 0;
}

// Reads the frames behind the route; false when they are no question.
static bool zap_read_frames(void *socket, struct zap_question *q)
{
    bool sound = true, first = true;
    q->n = 0;
    while (zmq_msg_more(&q->route)) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        int const size = zmq_msg_recv(&part, socket, ZMQ_DONTWAIT);
        bool const more = size >= 0 && zmq_msg_more(&part);
        if (size < 0 || (first && size != 0) || size > ZAP_FRAME_MAX || q->n == ZAP_FRAMES_MAX) {
            sound = false;
        } else if (!first) {
            q->size[q->n] = (size_t)size;
            memcpy(q->frame[q->n++], zmq_msg_data(&part), (size_t)size);
        }
        first = false;
        zmq_msg_close(&part);
        if (!more) break;
    }
    return sound && q->n > ZAP_MECHANISM && zap_is(q, ZAP_VERSION, "1.0");
}

static int zap_listener(const struct zap_question *q)
{
    for (int i = LISTENER_INTAKE; i <= LISTENER_DESK; i++)
        if (zap_is(q, ZAP_DOMAIN, doorman_domain(i))) return i;
    return -1;
}

// Who this is, or NULL; `word` says why, in a word for the counter.
static const struct principal *doorman_admit(const struct doorman *d, const struct zap_question *q,
                                             const char **word)
{
    int const listener = zap_listener(q);
    *word = "no_domain";
    if (listener < 0) return NULL;
    *word = "not_curve";
    if (!zap_is(q, ZAP_MECHANISM, "CURVE") || q->n <= ZAP_KEY || q->size[ZAP_KEY] != KEY_BYTES)
        return NULL;
    const struct principal *p = registry_principal_of_key(d->registry, q->frame[ZAP_KEY]);
    *word = "stranger";
    if (!p || !p->id[0]) return NULL;
    *word = "revoked";
    if (!p->active) return NULL;
    *word = "wrong_listener";
    if (!doorman_role_fits(p->role, listener)) return NULL;
    *word = "admitted";
    return p;
}

// One metadata property as ZMTP writes it: length, name, length of the value in four bytes, value.
static size_t zap_metadata(const uint8_t key[KEY_BYTES], uint8_t out[64])
{
    size_t const name = strlen(DOORMAN_KEY_NAME);
    char text[DOORMAN_KEY_CHARS + 1];
    zmq_z85_encode(text, key, KEY_BYTES);
    out[0] = (uint8_t)name;
    memcpy(out + 1, DOORMAN_KEY_NAME, name);
    memcpy(out + 1 + name, (uint8_t[]){0, 0, 0, DOORMAN_KEY_CHARS}, 4);
    memcpy(out + 5 + name, text, DOORMAN_KEY_CHARS);
    return 5 + name + DOORMAN_KEY_CHARS;
}

static void zap_answer(void *socket, struct zap_question *q, const struct principal *p)
{
    uint8_t metadata[64];
    size_t const metadata_len = p ? zap_metadata(p->key, metadata) : 0;
    const char *code = p ? "200" : "400", *id = p ? p->id : "";
    const struct bytes frames[] = {
        BYTES_NONE,
        bytes_text("1.0"),
        bytes_of(q->frame[ZAP_REQUEST], q->size[ZAP_REQUEST]),
        bytes_text(code),
        bytes_text(p ? "OK" : "unknown key"),
        bytes_text(id),
        bytes_of(metadata, metadata_len),
    };
    size_t const n = sizeof frames / sizeof *frames;
    // A failed send leaves the handshake to time out: closed, as it must be.
    if (zmq_msg_send(&q->route, socket, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) return;
    for (size_t i = 0; i < n; i++)
        if (zmq_send(socket, frames[i].data, frames[i].len, i + 1 < n ? ZMQ_SNDMORE : 0) < 0)
            return;
}

void doorman_serve(struct doorman *d, int most)
{
    struct zap_question q;
    while (most-- > 0) {
        zmq_msg_init(&q.route);
        if (zmq_msg_recv(&q.route, d->zsock.socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&q.route);
            return;
        }
        const char *word = "malformed";
        const struct principal *p = NULL;
        bool const sound = zap_read_frames(d->zsock.socket, &q);
        if (sound) p = doorman_admit(d, &q, &word);
        metrics_count(d->metrics, METRIC_ZAP, word, 1);
        if (sound) zap_answer(d->zsock.socket, &q, p);
        zmq_msg_close(&q.route);
    }
}

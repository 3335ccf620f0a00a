#include "zsock.h"
#include "check.h"

enum err zsock_open(struct zsock *z, void *context, int type)
{
    *z = (struct zsock){.socket = zmq_socket(context, type)};
    return z->socket ? OK : ERR_IO;
}

void zsock_close(struct zsock *z)
{
    CHECK(!z->polled);
    if (z->socket) zmq_close(z->socket);
    z->socket = NULL;
}

static void zsock_woke(uv_poll_t *poll, int status, int events)
{
    // Nothing to do: the loop's turn follows and asks.
    (void)poll;
    (void)status;
    (void)events;
}

enum err zsock_start(struct zsock *z, uv_loop_t *loop)
{
    int fd = -1;
    size_t size = sizeof fd;
    if (zmq_getsockopt(z->socket, ZMQ_FD, &fd, &size)) return ERR_IO;
    if (uv_poll_init(loop, &z->poll, fd)) return ERR_IO;
    z->poll.data = z;
    z->polled = true;
    return uv_poll_start(&z->poll, UV_READABLE, zsock_woke) ? ERR_IO : OK;
}

static void zsock_stopped(uv_handle_t *handle)
{
    ((struct zsock *)handle->data)->polled = false;
}

void zsock_stop(struct zsock *z)
{
    if (z->polled && !uv_is_closing((uv_handle_t *)&z->poll))
        uv_close((uv_handle_t *)&z->poll, zsock_stopped);
}

bool zsock_readable(struct zsock *z)
{
    int events = 0;
    size_t size = sizeof events;
    if (!z->socket || zmq_getsockopt(z->socket, ZMQ_EVENTS, &events, &size)) return false;
    return events & ZMQ_POLLIN;
}

bool zsock_set(struct zsock *z, int option, int64_t value)
{
    int const small = (int)value;
    if (option == ZMQ_MAXMSGSIZE)
        return zmq_setsockopt(z->socket, option, &value, sizeof value) == 0;
    return zmq_setsockopt(z->socket, option, &small, sizeof small) == 0;
}

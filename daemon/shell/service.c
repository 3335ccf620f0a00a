#include "service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void service_open(struct service *s)
{
    *s = (struct service){.fd = -1};
    const char *path = getenv("NOTIFY_SOCKET"), *watchdog = getenv("WATCHDOG_USEC");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof to.sun_path) return;
    strcpy(to.sun_path, path);
    if (path[0] == '@') to.sun_path[0] = 0; // the abstract name space
    socklen_t const size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->fd >= 0 && connect(s->fd, (const struct sockaddr *)&to, size)) service_close(s);
    long long const limit_us = watchdog ? strtoll(watchdog, NULL, 10) : 0;
    if (s->fd >= 0 && limit_us > 0) s->watchdog_ms = limit_us / 1000 / 2; // twice as often as asked
}

void service_close(struct service *s)
{
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
}

static void service_say(struct service *s, const char *text)
{
    // Nobody to hear it is no trouble of ours.
    if (s->fd >= 0 && send(s->fd, text, strlen(text), MSG_NOSIGNAL) < 0) return;
}

void service_ready(struct service *s)
{
    service_say(s, "READY=1\nSTATUS=serving");
}

void service_stopping(struct service *s)
{
    service_say(s, "STOPPING=1\nSTATUS=finishing what is in hand");
}

int64_t service_alive(struct service *s, struct now now)
{
    if (s->watchdog_ms == 0) return INT64_MAX;
    if (now.mono_ms - s->pinged_ms >= s->watchdog_ms) {
        service_say(s, "WATCHDOG=1");
        s->pinged_ms = now.mono_ms;
    }
    return s->pinged_ms + s->watchdog_ms;
}

// service.h - what a service manager wants to hear (the sd_notify datagrams, without libsystemd).
// Without NOTIFY_SOCKET in the environment every call does nothing.
#ifndef TRIAGED_SERVICE_H
#define TRIAGED_SERVICE_H

#include "now.h"

struct service {
    int fd;                         // -1 for none
    int64_t watchdog_ms, pinged_ms; // 0: no watchdog
};

void service_open(struct service *s);
void service_close(struct service *s);
void service_ready(struct service *s);
void service_stopping(struct service *s);
// Pings the watchdog when it is time; returns when to call again, monotonic.
int64_t service_alive(struct service *s, struct now now);

#endif

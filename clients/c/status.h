// status.h - the wire's statuses as the library's.
#ifndef TRIAGE_STATUS_H
#define TRIAGE_STATUS_H

#include <triage/triage.h>

#include "triage/v1/common.pb-c.h"

enum triage_status status_from_wire(Triage__V1__Status wire);

#endif

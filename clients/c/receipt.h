// receipt.h - what the council says it holds, borrowed from its reply.
#ifndef TRIAGE_RECEIPT_H
#define TRIAGE_RECEIPT_H

#include <triage/triage.h>

#include "triage/v1/intake.pb-c.h"

struct triage_receipt {
    const Triage__V1__Receipt *told;
};

#endif

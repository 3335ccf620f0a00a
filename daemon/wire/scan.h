// scan.h - looks at raw bytes against a message's description, before anything is unpacked.  Takes
// no memory; its stack is bounded by limits->depth_max.
#ifndef TRIAGED_SCAN_H
#define TRIAGED_SCAN_H

#include "wire.h"

// Requests are taken as this schema says and no other way.  In replies and kept records a later
// release may have added fields and enum numbers: those are let through.
enum scan_rigour { SCAN_STRICT, SCAN_LENIENT };

// OK, ERR_MALFORMED, ERR_INVALID or ERR_TOO_LARGE; `place` is filled unless OK.
enum err scan_message(const ProtobufCMessageDescriptor *d, struct bytes b,
                      const struct wire_limits *limits, enum scan_rigour rigour,
                      struct wire_place *place);

#endif

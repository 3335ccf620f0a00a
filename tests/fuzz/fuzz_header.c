// The header of a record of the ledger: what happened, and what it changed in a case.
#include "fuzz.h"
#include "wire.h"

#define HEADER_MAX 16384

const ProtobufCMessageDescriptor *const fuzz_message = &triage__ledger__v1__header__descriptor;

// What was read, written again and read again, is the same, whatever the case was before.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t out[HEADER_MAX];
    static struct casefile before, after, again;
    static struct errand was, errands[2][ERRANDS_MAX];
    struct event e, heard;
    memset(&e, 0, sizeof(e));
    memset(&before, 0, sizeof(before));
    facts_kept_clear(&before.facts);
    before.no = 7;
    before.state = STATE_QUEUED;
    before.score = -3;
    before.received_ms = 1773135002000;
    before.commands[0] = (struct case_command){11, 12};
    was = (struct errand){.number = 1, .kind = ERRAND_QUESTION, .due_ms = 5, .state = ERRAND_OPEN};
    before.errands = &was;
    before.n_errands = 1;
    after = before;
    errands[0][0] = errands[1][0] = was;
    after.errands = errands[0];
    after.errands_max = ERRANDS_MAX;
    enum err const err = wire_header_decode(bytes_of(data, len), &e, &after);
    CHECK(err == OK || err == ERR_CORRUPT || err == ERR_VERSION);
    if (err) return 0;
    CHECK(e.n_notices <= EVENT_NOTICES_MAX && memchr(e.principal, 0, ID_MAX));
    bool const first = e.prev_seq == 0;
    size_t const n = wire_header_encode(&e, first ? NULL : &before, &after, out, sizeof(out));
    CHECK(n > 0);
    again = before;
    again.errands = errands[1];
    again.errands_max = ERRANDS_MAX;
    memset(&heard, 0, sizeof(heard));
    CHECK(wire_header_decode(bytes_of(out, n), &heard, &again) == OK);
    again.version = after.version;
    CHECK(memcmp(&heard, &e, sizeof(e)) == 0 && casefile_equal(&after, &again));
    return 0;
}

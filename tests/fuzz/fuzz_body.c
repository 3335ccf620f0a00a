// The body of a record of the ledger: what people wrote.  Its texts were looked at before they were
// kept, and only what this daemon sealed is read, so they are not looked at again.
#include "fuzz.h"
#include "wire.h"

const ProtobufCMessageDescriptor *const fuzz_message = &triage__ledger__v1__body__descriptor;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t memory[1 << 20];
    struct arena a;
    Triage__Ledger__V1__Body *body;
    arena_init(&a, memory, sizeof(memory));
    enum err const e = wire_body(bytes_of(data, len), &a, &body);
    CHECK(e == OK || e == ERR_CORRUPT || (e == ERR_NO_MEMORY && a.exhausted));
    if (e == OK) (void)wire_pack(&body->base, &a);
    return 0;
}

// A packed body of the ledger; and what is packed comes back the same.
#include "fuzz.h"
#include "packing.h"

static uint8_t packed[PACKED_MAX], plain[LEDGER_BODY_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct bytes const in = bytes_of(data, len);
    size_t n = 0;
    if (body_unpack(in, plain, &n)) CHECK(n <= LEDGER_BODY_MAX);
    size_t const small = body_pack(in, packed);
    CHECK(small < len || small == 0);
    if (small == 0) return 0;
    CHECK(body_unpack(bytes_of(packed, small), plain, &n));
    CHECK(n == len && memcmp(plain, data, len) == 0);
    return 0;
}

// The rows of the ledger: a case, a recipient, the area, as the folds keep them.
#include "fuzz.h"
#include "wire.h"

#define ROW_MAX 16384

const ProtobufCMessageDescriptor *const fuzz_message = &triage__ledger__v1__case_row__descriptor;

static uint8_t out[ROW_MAX];

static void check_case(struct bytes b)
{
    static struct casefile f, again;
    static struct errand errands[2][ERRANDS_MAX];
    f = (struct casefile){.errands = errands[0], .errands_max = ERRANDS_MAX};
    again = (struct casefile){.errands = errands[1], .errands_max = ERRANDS_MAX};
    enum err const e = wire_case_row_decode(b, &f);
    CHECK(e == OK || e == ERR_CORRUPT || e == ERR_VERSION);
    if (e) return;
    size_t const n = wire_case_row_encode(&f, out, sizeof(out));
    CHECK(n > 0 && wire_case_row_decode(bytes_of(out, n), &again) == OK);
    CHECK(casefile_equal(&f, &again) && f.version == again.version);
}

static void check_recipient(struct bytes b)
{
    struct recipient r, again;
    memset(&r, 0, sizeof(r));
    memset(&again, 0, sizeof(again));
    enum err const e = wire_recipient_row_decode(b, &r);
    CHECK(e == OK || e == ERR_CORRUPT || e == ERR_VERSION);
    if (e) return;
    size_t const n = wire_recipient_row_encode(&r, out, sizeof(out));
    CHECK(n == 0 || wire_recipient_row_decode(bytes_of(out, n), &again) == OK);
    CHECK(n == 0 || memcmp(&r, &again, sizeof(r)) == 0);
}

static void check_area(struct bytes b)
{
    struct area a, again;
    memset(&a, 0, sizeof(a));
    memset(&again, 0, sizeof(again));
    enum err const e = wire_area_row_decode(b, &a);
    CHECK(e == OK || e == ERR_CORRUPT || e == ERR_VERSION);
    if (e) return;
    size_t const n = wire_area_row_encode(&a, out, sizeof(out));
    CHECK(n == 0 || wire_area_row_decode(bytes_of(out, n), &again) == OK);
    CHECK(n == 0 || memcmp(&a, &again, sizeof(a)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    check_case(bytes_of(data, len));
    check_recipient(bytes_of(data, len));
    check_area(bytes_of(data, len));
    return 0;
}

// What people type: times, references, postcodes, dates, NHS numbers, cursors; and notice
// templates.
#include "concern.h"
#include "follow.h"
#include "fuzz.h"
#include "rfc3339.h"
#include "wire.h"
#include "words.h"

#include <stdlib.h>

static void check_time(const char *text)
{
    int64_t ms = 0, again = 0;
    char written[RFC3339_BYTES];
    if (!rfc3339_parse(text, &ms)) return;
    rfc3339_write(ms, written);
    CHECK(rfc3339_parse(written, &again) && again == ms);
}

static void check_reference(const char *text)
{
    static struct wire_keys keys;
    char written[REFERENCE_MAX];
    if (!keys.reference[0]) memset(&keys, 7, sizeof(keys));
    uint64_t const no = wire_reference_no(&keys, bytes_text(text));
    if (!no) return;
    wire_reference(&keys, no, written);
    CHECK(wire_reference_no(&keys, bytes_text(written)) == no);
}

static void check_codes(const char *text)
{
    struct bytes const b = bytes_text(text);
    char digits[11], postcode[9], again[9];
    int32_t day = 0;
    bool year_only = false;
    CHECK(nhs_number_judge(b, digits) != NHS_OK || strlen(digits) == 10);
    if (postcode_normal(b, postcode)) {
        CHECK(postcode_normal(bytes_text(postcode), again) && strcmp(postcode, again) == 0);
    }
    (void)place_id_valid(b);
    (void)date_parse(b, &day, &year_only);
    if (text_utf8_valid(b)) fuzz_check_utf8(text, b.len);
    struct follow_place place;
    (void)follow_place_parse(&place, text);
}

static void check_template(const char *text)
{
    static uint8_t memory[1 << 16];
    static const struct words_field fields[] = {{"reference", "SC-1"}, {"empty", ""}};
    struct arena arena;
    struct words w;
    arena_init(&arena, memory, sizeof(memory));
    words_init(&w, &arena, 2048);
    words_fill(&w, text, fields, 2);
    CHECK(w.len < 2048 && w.text[w.len] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *const text = fuzz_text(data, len);
    check_time(text);
    check_reference(text);
    check_codes(text);
    check_template(text);
    free(text);
    return 0;
}

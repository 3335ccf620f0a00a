// Judgements about single values that people type: is it text, a number, a place, a date?
#include "concern.h"

#include "calendar.h"
#include "check.h"

#define NHS_DIGITS       10
#define POSTCODE_LEAST   5
#define POSTCODE_MOST    7
#define CQC_DIGITS_LEAST 6
#define CQC_DIGITS_MOST  12
#define ODS_LEAST        3
#define ODS_MOST         10

static bool byte_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool byte_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

// Length of the well-formed sequence at the front (Unicode 15, table 3-7), 0 when there is none.
static size_t utf8_length(const uint8_t *s, size_t n)
{
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t len = 1;
    if (s[0] == 0) return 0;
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
    len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (s[0] == 0xe0) low = 0xa0;  // overlong
    if (s[0] == 0xed) high = 0x9f; // surrogates
    if (s[0] == 0xf0) low = 0x90;  // overlong
    if (s[0] == 0xf4) high = 0x8f; // beyond U+10FFFF
    if (n < len || s[1] < low || s[1] > high) return 0;
    for (size_t i = 2; i < len; i++) {
        if (s[i] < 0x80 || s[i] > 0xbf) return 0;
    }
    return len;
}

bool text_utf8_valid(struct bytes b)
{
    size_t i = 0;
    while (i < b.len) {
        size_t const len = utf8_length(b.data + i, b.len - i);
        if (len == 0) return false;
        i += len;
    }
    return true;
}

// NHS Data Dictionary: weights 10 to 2, check digit 11 - sum mod 11, 11 is 0, 10 is never issued.
// Ten equal digits satisfy the sum, and no such number is issued.
enum nhs_number nhs_number_judge(struct bytes b, char digits[11])
{
    size_t n = 0;
    unsigned sum = 0;
    bool one_digit = true;
    for (size_t i = 0; i < b.len; i++) {
        uint8_t const c = b.data[i];
        if (c == ' ' || c == '-') continue;
        if (!byte_digit(c) || n == NHS_DIGITS) return NHS_LENGTH;
        digits[n++] = (char)c;
    }
    if (n != NHS_DIGITS) return NHS_LENGTH;
    digits[n] = '\0';
    for (unsigned i = 0; i < NHS_DIGITS; i++) {
        unsigned const digit = (unsigned)(digits[i] - '0');
        sum +=
            digit * (i < NHS_DIGITS - 1 ? NHS_DIGITS - i : 1); // the check digit itself counts once
        one_digit = one_digit && digits[i] == digits[0];
    }
    if (one_digit) return NHS_ONE_DIGIT;
    return sum % 11 == 0 ? NHS_OK : NHS_CHECK_DIGIT;
}

// A9, A99, AA9, AA99, A9A, AA9A: of two bytes or more.
static bool postcode_outward(const char *s, size_t n)
{
    size_t const letters = byte_upper((uint8_t)s[1]) ? 2 : 1;
    if (n < letters + 1 || n > letters + 2) return false;
    if (!byte_upper((uint8_t)s[0]) || !byte_digit((uint8_t)s[letters])) return false;
    uint8_t const last = (uint8_t)s[n - 1];
    return n == letters + 1 || byte_digit(last) || byte_upper(last);
}

static bool postcode_inward(const char s[3])
{
    static const char never[] = "CIKMOV"; // too easily misread: no inward part has them
    if (!byte_digit((uint8_t)s[0])) return false;
    for (int i = 1; i < 3; i++) {
        if (!byte_upper((uint8_t)s[i]) || strchr(never, s[i])) return false;
    }
    return true;
}

bool postcode_normal(struct bytes b, char out[9])
{
    char plain[POSTCODE_MOST];
    size_t n = 0;
    for (size_t i = 0; i < b.len; i++) {
        uint8_t c = b.data[i];
        if (c == ' ') continue;
        if (n == POSTCODE_MOST) return false;
        if (c >= 'a' && c <= 'z') c = (uint8_t)(c - 'a' + 'A');
        plain[n++] = (char)c;
    }
    if (n < POSTCODE_LEAST || !postcode_inward(plain + n - 3)) return false;
    if (!postcode_outward(plain, n - 3) && (n != 6 || memcmp(plain, "GIR0AA", 6) != 0))
        return false;
    memcpy(out, plain, n - 3);
    out[n - 3] = ' ';
    memcpy(out + n - 2, plain + n - 3, 3);
    out[n + 1] = '\0';
    return true;
}

bool place_id_valid(struct bytes b)
{
    bool const cqc = b.len > 2 && b.data[0] == '1' && b.data[1] == '-';
    size_t const start = cqc ? 2 : 0;
    size_t const n = b.len - start;
    if (n < (cqc ? CQC_DIGITS_LEAST : ODS_LEAST) || n > (cqc ? CQC_DIGITS_MOST : ODS_MOST)) {
        return false;
    }
    for (size_t i = start; i < b.len; i++) {
        if (!byte_digit(b.data[i]) && (cqc || !byte_upper(b.data[i]))) return false;
    }
    return true;
}

static bool number_parse(const uint8_t *s, size_t n, int *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (!byte_digit(s[i])) return false;
        *out = *out * 10 + (s[i] - '0');
    }
    return true;
}

bool date_parse(struct bytes b, int32_t *day, bool *year_only)
{
    int year;
    int month = 7; // the middle of a year that is all that is known
    int day_of_month = 1;
    if (b.len != 4 && b.len != 10) return false;
    if (!number_parse(b.data, 4, &year)) return false;
    if (b.len == 10) {
        if (b.data[4] != '-' || b.data[7] != '-') return false;
        if (!number_parse(b.data + 5, 2, &month)) return false;
        if (!number_parse(b.data + 8, 2, &day_of_month)) return false;
    }
    if (!civil_valid(year, month, day_of_month)) return false;
    *day = civil_day(year, month, day_of_month);
    *year_only = b.len == 4;
    return true;
}

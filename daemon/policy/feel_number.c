#include "feel_number.h"

#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#define NUMBER_INT_NEGATIVE 0xb040000000000000ULL
#define NUMBER_SIGN         0x8000000000000000ULL
#define NUMBER_LITERAL_MAX  128 // characters of a number that are read

static BID_UINT128 number_to_bid(struct number n)
{
    BID_UINT128 b;
    b.w[0] = n.w[0];
    b.w[1] = n.w[1];
    return b;
}

static struct number number_of_bid(BID_UINT128 b)
{
    return (struct number){{b.w[0], b.w[1]}};
}

// Keeps a finite result; infinities and NaN are not FEEL numbers.
static bool number_keep(BID_UINT128 b, struct number *out)
{
    if (!bid128_isFinite(b)) return false;
    *out = number_of_bid(b);
    return true;
}

// Most numbers in tables are small whole ones: they are compared without the library.
static bool number_is_small(struct number n)
{
    return (n.w[1] == NUMBER_WHOLE || n.w[1] == NUMBER_INT_NEGATIVE) && n.w[0] <= INT64_MAX;
}

static int64_t number_small(struct number n)
{
    int64_t const i = (int64_t)n.w[0];
    return n.w[1] == NUMBER_INT_NEGATIVE ? -i : i;
}

struct number number_from_int(int64_t i)
{
    bool const negative = i < 0;
    uint64_t const size = negative ? 0 - (uint64_t)i : (uint64_t)i;
    return (struct number){{size, negative ? NUMBER_INT_NEGATIVE : NUMBER_WHOLE}};
}

static bool number_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static size_t number_digits(struct bytes t, size_t at)
{
    size_t n = 0;
    while (at + n < t.len && number_is_digit(t.data[at + n])) n++;
    return n;
}

// Numeric literal (grammar rule 37), with a sign and an exponent allowed as number() accepts them.
static bool number_is_literal(struct bytes t)
{
    size_t at = t.len && (t.data[0] == '-' || t.data[0] == '+');
    size_t const whole = number_digits(t, at);
    at += whole;
    size_t part = 0;
    if (at < t.len && t.data[at] == '.') {
        part = number_digits(t, at + 1);
        if (!part) return false;
        at += 1 + part;
    }
    if (!whole && !part) return false;
    if (at < t.len && (t.data[at] | 0x20) == 'e') {
        at++;
        if (at < t.len && (t.data[at] == '-' || t.data[at] == '+')) at++;
        size_t const exponent = number_digits(t, at);
        if (!exponent) return false;
        at += exponent;
    }
    return at == t.len;
}

bool number_parse(struct bytes text, struct number *out)
{
    char copy[NUMBER_LITERAL_MAX];
    _IDEC_flags flags = 0;
    if (text.len == 0 || text.len >= sizeof(copy) || !number_is_literal(text)) return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = 0;
    return number_keep(bid128_from_string(copy, BID_ROUNDING_TO_NEAREST, &flags), out);
}

// "+12345E-2" as the library writes it -> digits and exponent.
static bool number_split(const char *raw, char digits[40], int *exponent)
{
    size_t n = 0;
    const char *p = raw + 1;
    while (*p == '0' && p[1] != 'E') p++;
    while (*p && *p != 'E' && n < 39) digits[n++] = *p++;
    digits[n] = 0;
    if (*p != 'E') return false;
    p++;
    bool const negative = *p == '-';
    *exponent = 0;
    for (p++; *p; p++) *exponent = *exponent * 10 + (*p - '0');
    if (negative) *exponent = -*exponent;
    return true;
}

// Trailing zeros of a fraction say nothing: 1.50 is written 1.5.
static void number_trim(char *digits, size_t *n, int *exponent)
{
    while (*exponent < 0 && *n > 1 && digits[*n - 1] == '0') {
        digits[--*n] = 0;
        (*exponent)++;
    }
    if (*n == 1 && digits[0] == '0') *exponent = 0;
}

bool number_text(struct number n, char *buffer, size_t size)
{
    char raw[64], digits[40];
    int exponent;
    _IDEC_flags flags = 0;
    bid128_to_string(raw, number_to_bid(n), &flags);
    if (!number_split(raw, digits, &exponent)) return false;
    size_t count = strlen(digits);
    number_trim(digits, &count, &exponent);
    bool const zero = count == 1 && digits[0] == '0';
    int const point = (int)count + exponent; // digits before the decimal point
    size_t const zeros = point <= 0 ? (size_t)-point : 0;
    size_t const tail = exponent > 0 ? (size_t)exponent : 0;
    if (count + zeros + tail + 5 > size) return false;
    char *p = buffer;
    if (raw[0] == '-' && !zero) *p++ = '-';
    if (point <= 0) {
        *p++ = '0';
        *p++ = '.';
        for (size_t i = 0; i < zeros; i++) *p++ = '0';
    }
    for (size_t i = 0; i < count; i++) {
        if (point > 0 && (int)i == point) *p++ = '.';
        *p++ = digits[i];
    }
    for (size_t i = 0; i < tail; i++) *p++ = '0';
    *p = 0;
    return true;
}

int number_compare_any(struct number a, struct number b)
{
    if (number_is_small(a) && number_is_small(b)) {
        int64_t const x = number_small(a), y = number_small(b);
        return (x > y) - (x < y);
    }
    _IDEC_flags flags = 0;
    BID_UINT128 const x = number_to_bid(a), y = number_to_bid(b);
    if (bid128_quiet_less(x, y, &flags)) return -1;
    return bid128_quiet_greater(x, y, &flags) ? 1 : 0;
}

bool number_is_zero(struct number n)
{
    return bid128_isZero(number_to_bid(n)) != 0;
}

bool number_is_negative(struct number n)
{
    return (n.w[1] & NUMBER_SIGN) && !number_is_zero(n);
}

bool number_is_integer(struct number n)
{
    if (number_is_small(n)) return true;
    _IDEC_flags flags = 0;
    BID_UINT128 const b = number_to_bid(n);
    return bid128_quiet_equal(bid128_round_integral_zero(b, &flags), b, &flags) != 0;
}

bool number_to_int(struct number n, int64_t *out)
{
    if (number_is_small(n)) {
        *out = number_small(n);
        return true;
    }
    struct number const limit = number_from_int(1000000000000000000);
    if (!number_is_integer(n)) return false;
    if (number_compare(n, limit) > 0 || number_compare(n, number_negate(limit)) < 0) return false;
    _IDEC_flags flags = 0;
    *out = bid128_to_int64_int(number_to_bid(n), &flags);
    return true;
}

double number_to_double(struct number n)
{
    _IDEC_flags flags = 0;
    return bid128_to_binary64(number_to_bid(n), BID_ROUNDING_TO_NEAREST, &flags);
}

struct number number_negate(struct number n)
{
    if (number_is_zero(n)) return n;
    return (struct number){{n.w[0], n.w[1] ^ NUMBER_SIGN}};
}

// Each is the library's function under the default rounding, kept when finite.
#define NUMBER_BINARY(name, function)                                                            \
    bool name(struct number a, struct number b, struct number *out)                              \
    {                                                                                            \
        _IDEC_flags flags = 0;                                                                   \
        return number_keep(                                                                      \
            function(number_to_bid(a), number_to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out); \
    }

NUMBER_BINARY(number_add, bid128_add)
NUMBER_BINARY(number_subtract, bid128_sub)
NUMBER_BINARY(number_multiply, bid128_mul)
NUMBER_BINARY(number_divide, bid128_div)

#define NUMBER_UNARY(name, function)                                                          \
    bool name(struct number n, struct number *out)                                            \
    {                                                                                         \
        _IDEC_flags flags = 0;                                                                \
        return number_keep(function(number_to_bid(n), BID_ROUNDING_TO_NEAREST, &flags), out); \
    }

NUMBER_UNARY(number_sqrt, bid128_sqrt)
NUMBER_UNARY(number_exp, bid128_exp)
NUMBER_UNARY(number_log, bid128_log)

// Whole powers are multiplied out, so that 10 ** 2 is exactly 100; others go to the library.
bool number_power(struct number a, struct number b, struct number *out)
{
    int64_t e;
    if (!number_to_int(b, &e) || e > 100000 || e < -100000) {
        _IDEC_flags flags = 0;
        return number_keep(
            bid128_pow(number_to_bid(a), number_to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
    }
    struct number base = a, result = number_from_int(1);
    for (uint64_t left = (uint64_t)(e < 0 ? -e : e); left; left >>= 1) {
        if ((left & 1) && !number_multiply(result, base, &result)) return false;
        if (left > 1 && !number_multiply(base, base, &base)) return false;
    }
    if (e < 0) return number_divide(number_from_int(1), result, out);
    *out = result;
    return true;
}

bool number_modulo(struct number a, struct number b, struct number *out)
{
    _IDEC_flags flags = 0;
    if (number_is_zero(b)) return false;
    // The IEEE fmod is exact; FEEL wants the sign of the divisor.
    BID_UINT128 rest = bid128_fmod(number_to_bid(a), number_to_bid(b), &flags);
    struct number r;
    if (!number_keep(rest, &r)) return false;
    if (!number_is_zero(r) && number_is_negative(r) != number_is_negative(b)) {
        return number_add(r, b, out);
    }
    *out = r;
    return true;
}

static bool number_integral(BID_UINT128 n, enum number_rounding how, BID_UINT128 *out)
{
    _IDEC_flags flags = 0;
    bool const negative = bid128_isSigned(n) != 0;
    switch (how) {
    case NUMBER_HALF_EVEN: *out = bid128_round_integral_nearest_even(n, &flags); return true;
    case NUMBER_FLOOR: *out = bid128_round_integral_negative(n, &flags); return true;
    case NUMBER_CEILING: *out = bid128_round_integral_positive(n, &flags); return true;
    case NUMBER_DOWN: *out = bid128_round_integral_zero(n, &flags); return true;
    case NUMBER_UP:
        *out = negative ? bid128_round_integral_negative(n, &flags)
                        : bid128_round_integral_positive(n, &flags);
        return true;
    case NUMBER_HALF_UP: *out = bid128_round_integral_nearest_away(n, &flags); return true;
    case NUMBER_HALF_DOWN: break;
    }
    // Half towards zero: away from zero only when the rest is more than a half.
    struct number const whole = number_of_bid(bid128_round_integral_zero(n, &flags));
    struct number rest, half;
    if (!number_subtract(number_of_bid(n), whole, &rest)) return false;
    if (!number_divide(number_from_int(1), number_from_int(2), &half)) return false;
    bool const more = number_compare(negative ? number_negate(rest) : rest, half) > 0;
    struct number kept = whole;
    if (more && !number_add(whole, number_from_int(negative ? -1 : 1), &kept)) return false;
    *out = number_to_bid(kept);
    return true;
}

bool number_round(struct number n, int64_t scale, enum number_rounding how, struct number *out)
{
    _IDEC_flags flags = 0;
    if (scale < NUMBER_SCALE_MIN || scale > NUMBER_SCALE_MAX) return false;
    if (bid128_quantexp(number_to_bid(n), &flags) >=
        -scale) { // nothing behind the last digit wanted
        *out = n;
        return true;
    }
    // Scaling changes the exponent alone, so nothing is lost on the way.
    BID_UINT128 const shifted =
        bid128_scalbn(number_to_bid(n), (int)scale, BID_ROUNDING_TO_NEAREST, &flags);
    BID_UINT128 whole;
    if (!bid128_isFinite(shifted) || !number_integral(shifted, how, &whole)) return false;
    return number_keep(bid128_scalbn(whole, -(int)scale, BID_ROUNDING_TO_NEAREST, &flags), out);
}

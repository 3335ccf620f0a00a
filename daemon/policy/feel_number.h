// feel_number.h - FEEL numbers: IEEE 754-2008 decimal128, 34 digits, round half even (DMN 1.5,
// 10.3.2.3.1).  Never a double: 0.1 + 0.2 = 0.3.  What is not a finite number is answered as false.
#ifndef TRIAGED_FEEL_NUMBER_H
#define TRIAGED_FEEL_NUMBER_H

#include "bytes.h"

#define NUMBER_WHOLE     0x3040000000000000ULL // w[1] of a small whole number, not negative
#define NUMBER_TEXT_MAX  80   // bytes of number_text, NUL included, for sane exponents
#define NUMBER_SCALE_MAX 6176 // digits behind the point that the round functions accept
#define NUMBER_SCALE_MIN -6111

// What these cost at most, in steps of an evaluation.
#define NUMBER_POWER_STEPS    100
#define NUMBER_MODULO_STEPS   100
#define NUMBER_FUNCTION_STEPS 16

struct number {
    uint64_t w[2]; // binary integer decimal: w[1] holds sign and exponent
};

enum number_rounding {
    NUMBER_HALF_EVEN,
    NUMBER_FLOOR,
    NUMBER_CEILING,
    NUMBER_DOWN,     // towards zero
    NUMBER_UP,       // away from zero
    NUMBER_HALF_UP,  // half away from zero
    NUMBER_HALF_DOWN // half towards zero
};

struct number number_from_int(int64_t i);
// Digits, optional fraction, optional exponent; a leading '-' or '+' is allowed.
bool number_parse(struct bytes text, struct number *out);
// Plain decimal digits as people write them; false when more than `size` bytes would be needed.
bool number_text(struct number n, char *buffer, size_t size);

int number_compare_any(struct number a, struct number b); // by the library
// -1, 0, 1.  Most numbers in tables are whole, positive and of exponent 0: those compare as they
// are.
static inline int number_compare(struct number a, struct number b)
{
    if (a.w[1] != NUMBER_WHOLE || b.w[1] != NUMBER_WHOLE) return number_compare_any(a, b);
    return (a.w[0] > b.w[0]) - (a.w[0] < b.w[0]);
}
bool number_is_zero(struct number n);
bool number_is_negative(struct number n);
bool number_is_integer(struct number n);
bool number_to_int(struct number n, int64_t *out); // false when not whole or out of range
double number_to_double(struct number n);          // for JSON alone: no decision is made on it

struct number number_negate(struct number n);
bool number_add(struct number a, struct number b, struct number *out);
bool number_subtract(struct number a, struct number b, struct number *out);
bool number_multiply(struct number a, struct number b, struct number *out);
bool number_divide(struct number a, struct number b, struct number *out);
bool number_power(struct number a, struct number b, struct number *out);
// FEEL modulo: dividend - divisor * floor(dividend / divisor); the sign of the divisor.
bool number_modulo(struct number a, struct number b, struct number *out);
bool number_sqrt(struct number n, struct number *out);
bool number_exp(struct number n, struct number *out);
bool number_log(struct number n, struct number *out);
bool number_round(struct number n, int64_t scale, enum number_rounding how, struct number *out);

#endif

// uuid7.c - 48 bits of milliseconds, 12 of a counter, 62 random.
#include "uuid7.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void uuid7_make(uint8_t out[UUID_BYTES])
{
    static _Thread_local uint64_t last; // milliseconds << 12 | counter
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    uint64_t const ms = (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
    uint64_t const fresh = ms << 12 | randombytes_uniform(1 << 11);
    last = fresh > last ? fresh : last + 1;
    randombytes_buf(out, UUID_BYTES);
    for (int i = 0; i < 6; i++) out[i] = (uint8_t)(last >> (52 - 8 * i));
    out[6] = (uint8_t)(0x70 | ((last >> 8) & 0x0f));
    out[7] = (uint8_t)last;
    out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

void uuid_write(const uint8_t in[UUID_BYTES], char out[UUID_TEXT_BYTES])
{
    static char const hex[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        *p++ = hex[in[i] >> 4];
        *p++ = hex[in[i] & 15];
    }
    *p = '\0';
}

bool uuid_parse(const char *text, uint8_t out[UUID_BYTES])
{
    if (strlen(text) != UUID_TEXT_BYTES - 1) return false;
    for (int i = 0; i < UUID_TEXT_BYTES - 1; i++) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) return false;
    }
    size_t len = 0;
    return sodium_hex2bin(out, UUID_BYTES, text, UUID_TEXT_BYTES - 1, "-", &len, NULL) == 0 &&
           len == UUID_BYTES;
}

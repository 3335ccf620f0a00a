// How dates, times and durations are written and read: XML Schema's lexical forms, with FEEL's
// "@Zone/Name" suffix (DMN 1.5, 10.3.4.1).
#include "feel_time.h"

#include <stdio.h>

struct cursor {
    const uint8_t *at, *end;
};

static bool cursor_take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != (uint8_t)wanted) return false;
    c->at++;
    return true;
}

// Between `min` and `max` digits.
static bool cursor_digits(struct cursor *c, int min, int max, int64_t *out)
{
    int n = 0;
    *out = 0;
    while (n < max && c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        *out = *out * 10 + (*c->at++ - '0');
        n++;
    }
    return n >= min;
}

// Digits after a decimal point, as nanoseconds; more than nine are cut.
static bool cursor_fraction(struct cursor *c, int32_t *ns)
{
    int32_t scale = 100000000;
    bool any = false;
    *ns = 0;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        *ns += (*c->at++ - '0') * scale;
        scale /= 10;
        any = true;
    }
    return any;
}

static bool cursor_date(struct cursor *c, struct moment *m)
{
    int64_t year, month, day;
    bool const negative = cursor_take(c, '-');
    const uint8_t *const start = c->at;
    if (!cursor_digits(c, 4, 10, &year)) return false;
    if (c->at - start > 4 && *start == '0') return false;
    if (!cursor_take(c, '-') || !cursor_digits(c, 2, 2, &month)) return false;
    if (!cursor_take(c, '-') || !cursor_digits(c, 2, 2, &day)) return false;
    if (negative) year = -year;
    if (!date_is_valid(year, month, day)) return false;
    m->year = (int32_t)year;
    m->month = (uint8_t)month;
    m->day = (uint8_t)day;
    return true;
}

static bool cursor_offset(struct cursor *c, struct moment *m)
{
    int64_t hours, minutes, seconds = 0;
    bool const negative = *c->at == '-';
    c->at++;
    if (!cursor_digits(c, 2, 2, &hours) || !cursor_take(c, ':')) return false;
    if (!cursor_digits(c, 2, 2, &minutes)) return false;
    if (cursor_take(c, ':') && !cursor_digits(c, 2, 2, &seconds)) return false;
    if (minutes > 59 || seconds > 59) return false;
    int64_t const offset = hours * 3600 + minutes * 60 + seconds;
    if (offset > 18 * 3600) return false;
    m->zone_kind = MOMENT_OFFSET;
    m->offset_s = (int32_t)(negative ? -offset : offset);
    return true;
}

static bool cursor_zone(struct cursor *c, struct moment *m)
{
    if (c->at == c->end) return true;
    if (cursor_take(c, 'Z')) {
        m->zone_kind = MOMENT_OFFSET;
        return c->at == c->end;
    }
    if (cursor_take(c, '@')) {
        m->zone = zone_find(bytes_of(c->at, (size_t)(c->end - c->at)));
        m->zone_kind = MOMENT_ZONE;
        return m->zone != NULL;
    }
    if (*c->at != '+' && *c->at != '-') return false;
    return cursor_offset(c, m) && c->at == c->end;
}

// hh:mm:ss[.fraction][zone]; 24:00:00 is the midnight that ends the day.
static bool cursor_time(struct cursor *c, struct moment *m, bool *next_day)
{
    int64_t hour, minute, second;
    if (!cursor_digits(c, 2, 2, &hour) || !cursor_take(c, ':')) return false;
    if (!cursor_digits(c, 2, 2, &minute) || !cursor_take(c, ':')) return false;
    if (!cursor_digits(c, 2, 2, &second)) return false;
    if (cursor_take(c, '.') && !cursor_fraction(c, &m->nanosecond)) return false;
    *next_day = hour == 24 && minute == 0 && second == 0 && m->nanosecond == 0;
    if ((hour > 23 && !*next_day) || minute > 59 || second > 59) return false;
    m->hour = *next_day ? 0 : (uint8_t)hour;
    m->minute = (uint8_t)minute;
    m->second = (uint8_t)second;
    return cursor_zone(c, m);
}

static struct cursor cursor_of(struct bytes text)
{
    // An empty run may have no address at all, and arithmetic on NULL is undefined.
    static const uint8_t nothing[1];
    const uint8_t *const from = text.len ? text.data : nothing;
    return (struct cursor){from, from + text.len};
}

bool feel_date_parse(struct bytes text, struct moment *out)
{
    struct cursor c = cursor_of(text);
    *out = (struct moment){0};
    return text.len && cursor_date(&c, out) && c.at == c.end;
}

bool time_parse(struct bytes text, struct moment *out)
{
    struct cursor c = cursor_of(text);
    bool next_day;
    *out = (struct moment){0};
    return text.len && cursor_time(&c, out, &next_day);
}

bool date_time_parse(struct bytes text, struct moment *out)
{
    struct cursor c = cursor_of(text);
    bool next_day = false;
    *out = (struct moment){0};
    if (!text.len || !cursor_date(&c, out)) return false;
    if (c.at == c.end) return true;
    if (!cursor_take(&c, 'T') || !cursor_time(&c, out, &next_day)) return false;
    return !next_day || date_of_days(date_days(out) + 1, out);
}

// One "<digits><letter>" of a duration; *any is set when there was one.
static bool cursor_part(struct cursor *c, char letter, int64_t scale, int64_t *total, bool *any)
{
    struct cursor probe = *c;
    int64_t n, part;
    if (!cursor_digits(&probe, 1, 18, &n) || !cursor_take(&probe, letter)) return true;
    if (__builtin_mul_overflow(n, scale, &part)) return false;
    if (__builtin_add_overflow(*total, part, total)) return false;
    *any = true;
    *c = probe;
    return true;
}

static bool cursor_seconds(struct cursor *c, struct duration *d, bool *any)
{
    struct cursor probe = *c;
    int64_t n;
    int32_t ns = 0;
    if (!cursor_digits(&probe, 1, 18, &n)) return true;
    if (cursor_take(&probe, '.')) (void)cursor_fraction(&probe, &ns); // "0.S" is 0 seconds
    if (!cursor_take(&probe, 'S')) return true;
    if (__builtin_add_overflow(d->s, n, &d->s)) return false;
    d->ns = ns;
    *any = true;
    *c = probe;
    return true;
}

bool duration_parse(struct bytes text, struct duration *out)
{
    struct cursor c = cursor_of(text);
    bool any = false;
    *out = (struct duration){0, 0};
    if (!text.len) return false;
    bool const negative = cursor_take(&c, '-');
    if (!cursor_take(&c, 'P') || !cursor_part(&c, 'D', 86400, &out->s, &any)) return false;
    if (cursor_take(&c, 'T')) {
        bool part = false;
        if (!cursor_part(&c, 'H', 3600, &out->s, &part)) return false;
        if (!cursor_part(&c, 'M', 60, &out->s, &part)) return false;
        if (!cursor_seconds(&c, out, &part) || !part) return false;
        any = true;
    }
    if (negative) *out = duration_negate(*out);
    return any && c.at == c.end && out->s < INT64_MAX / 2 && out->s > INT64_MIN / 2;
}

bool months_parse(struct bytes text, int64_t *out)
{
    struct cursor c = cursor_of(text);
    bool any = false;
    *out = 0;
    if (!text.len) return false;
    bool const negative = cursor_take(&c, '-');
    if (!cursor_take(&c, 'P')) return false;
    if (!cursor_part(&c, 'Y', 12, out, &any) || !cursor_part(&c, 'M', 1, out, &any)) return false;
    if (*out > INT64_MAX / 2) return false;
    if (negative) *out = -*out;
    return any && c.at == c.end;
}

static int fraction_text(int32_t ns, char *out, size_t size)
{
    if (ns == 0) return 0;
    int n = snprintf(out, size, ".%09d", (int)ns);
    while (n > 0 && out[n - 1] == '0') out[--n] = 0;
    return n;
}

void date_text(const struct moment *m, char out[MOMENT_TEXT_MAX])
{
    int const year = m->year < 0 ? -m->year : m->year;
    snprintf(out, MOMENT_TEXT_MAX, "%s%04d-%02u-%02u", m->year < 0 ? "-" : "", year, m->month,
             m->day);
}

static void zone_text(const struct moment *m, char *out, size_t size)
{
    int const s = m->offset_s < 0 ? -m->offset_s : m->offset_s;
    if (m->zone_kind == MOMENT_ZONE) {
        snprintf(out, size, "@%s", zone_name(m->zone));
    } else if (m->zone_kind == MOMENT_OFFSET && s == 0) {
        snprintf(out, size, "Z");
    } else if (m->zone_kind == MOMENT_OFFSET) {
        int const n =
            snprintf(out, size, "%c%02d:%02d", m->offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
        if (s % 60) snprintf(out + n, size - (size_t)n, ":%02d", s % 60);
    }
}

void time_text(const struct moment *m, char out[MOMENT_TEXT_MAX])
{
    int n = snprintf(out, MOMENT_TEXT_MAX, "%02u:%02u:%02u", m->hour, m->minute, m->second);
    n += fraction_text(m->nanosecond, out + n, MOMENT_TEXT_MAX - (size_t)n);
    zone_text(m, out + n, MOMENT_TEXT_MAX - (size_t)n);
}

void date_time_text(const struct moment *m, char out[MOMENT_TEXT_MAX])
{
    char time[MOMENT_TEXT_MAX];
    date_text(m, out);
    time_text(m, time);
    size_t const n = strlen(out);
    snprintf(out + n, MOMENT_TEXT_MAX - n, "T%s", time);
}

void duration_text(struct duration d, char out[SPAN_TEXT_MAX])
{
    bool const negative = d.s < 0 || d.ns < 0;
    if (negative) d = duration_negate(d);
    int64_t const days = d.s / 86400, rest = d.s % 86400;
    char *p = out, *const end = out + SPAN_TEXT_MAX;
    p += snprintf(p, (size_t)(end - p), "%sP", negative ? "-" : "");
    if (days) p += snprintf(p, (size_t)(end - p), "%lldD", (long long)days);
    if (rest || d.ns) p += snprintf(p, (size_t)(end - p), "T");
    if (rest / 3600) p += snprintf(p, (size_t)(end - p), "%dH", (int)(rest / 3600));
    if (rest / 60 % 60) p += snprintf(p, (size_t)(end - p), "%dM", (int)(rest / 60 % 60));
    if (rest % 60 || d.ns) {
        p += snprintf(p, (size_t)(end - p), "%d", (int)(rest % 60));
        p += fraction_text(d.ns, p, (size_t)(end - p));
        p += snprintf(p, (size_t)(end - p), "S");
    }
    if (!days && !rest && !d.ns) snprintf(p, (size_t)(end - p), "T0S");
}

void months_text(int64_t months, char out[SPAN_TEXT_MAX])
{
    bool const negative = months < 0;
    long long const n = negative ? -(long long)months : (long long)months;
    char *p = out, *const end = out + SPAN_TEXT_MAX;
    p += snprintf(p, (size_t)(end - p), "%sP", negative ? "-" : "");
    if (n / 12) p += snprintf(p, (size_t)(end - p), "%lldY", n / 12);
    if (n % 12 || !n) snprintf(p, (size_t)(end - p), "%lldM", n % 12);
}

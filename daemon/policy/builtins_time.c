// Functions of dates and times (DMN 1.5, 10.3.4.1, 10.3.4.7 and 10.3.4.8), and is().
#include "feel_builtin.h"
#include "feel_scope.h"

static const char ERROR_DATE[] = "a date is expected";

static bool dated(struct value v)
{
    return v.kind == VALUE_DATE || v.kind == VALUE_DATE_TIME;
}

static struct value run_date(struct eval *ev, const struct value *args, size_t n)
{
    struct moment m = {0};
    (void)n;
    if (args[0].kind == VALUE_STRING && feel_date_parse(args[0].string, &m)) {
        return eval_moment(ev, VALUE_DATE, &m);
    }
    if (!dated(args[0])) return eval_error(ev, ERROR_DATE);
    m.year = args[0].moment->year;
    m.month = args[0].moment->month;
    m.day = args[0].moment->day;
    return eval_moment(ev, VALUE_DATE, &m);
}

static struct value run_date_of(struct eval *ev, const struct value *args, size_t n)
{
    int64_t year, month, day;
    (void)n;
    if (!argument_int(args[0], &year) || !argument_int(args[1], &month) ||
        !argument_int(args[2], &day) || !date_is_valid(year, month, day)) {
        return eval_error(ev, "there is no such date");
    }
    struct moment const m = {.year = (int32_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    return eval_moment(ev, VALUE_DATE, &m);
}

static struct value run_time(struct eval *ev, const struct value *args, size_t n)
{
    struct moment m = {0};
    (void)n;
    if (args[0].kind == VALUE_STRING && time_parse(args[0].string, &m)) {
        return eval_moment(ev, VALUE_TIME, &m);
    }
    if (args[0].kind == VALUE_DATE) {
        m.zone_kind = MOMENT_OFFSET; // a date is its midnight in UTC
        return eval_moment(ev, VALUE_TIME, &m);
    }
    if (args[0].kind != VALUE_TIME && args[0].kind != VALUE_DATE_TIME) {
        return eval_error(ev, "a time is expected");
    }
    m = *args[0].moment;
    m.year = 0;
    m.month = m.day = 0;
    return eval_moment(ev, VALUE_TIME, &m);
}

// Seconds may have a fraction.
static bool seconds(struct value v, int64_t *s, int64_t *ns)
{
    struct number whole, rest;
    if (v.kind != VALUE_NUMBER || !number_round(v.number, 0, NUMBER_FLOOR, &whole) ||
        !number_to_int(whole, s) || !number_subtract(v.number, whole, &rest) ||
        !number_multiply(rest, number_from_int(1000000000), &rest) ||
        !number_round(rest, 0, NUMBER_DOWN, &rest)) {
        return false;
    }
    return number_to_int(rest, ns);
}

static struct value run_time_of(struct eval *ev, const struct value *args, size_t n)
{
    int64_t hour, minute, second, ns;
    struct moment m = {0};
    if (!argument_int(args[0], &hour) || !argument_int(args[1], &minute) ||
        !seconds(args[2], &second, &ns) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59) {
        return eval_error(ev, "there is no such time");
    }
    m.hour = (uint8_t)hour;
    m.minute = (uint8_t)minute;
    m.second = (uint8_t)second;
    m.nanosecond = (int32_t)ns;
    if (n > 3 && args[3].kind != VALUE_NULL) {
        int64_t const limit = 18 * 3600;
        if (args[3].kind != VALUE_DURATION || args[3].duration.s > limit ||
            args[3].duration.s < -limit) {
            return eval_error(ev, "an offset is a duration of at most 18 hours");
        }
        m.zone_kind = MOMENT_OFFSET;
        m.offset_s = (int32_t)args[3].duration.s;
    }
    return eval_moment(ev, VALUE_TIME, &m);
}

static struct value run_date_time(struct eval *ev, const struct value *args, size_t n)
{
    struct moment m = {0};
    (void)n;
    if (args[0].kind == VALUE_STRING && date_time_parse(args[0].string, &m)) {
        return eval_moment(ev, VALUE_DATE_TIME, &m);
    }
    if (!dated(args[0])) return eval_error(ev, "a date and time is expected");
    m = *args[0].moment;
    if (args[0].kind == VALUE_DATE) m.zone_kind = MOMENT_OFFSET;
    return eval_moment(ev, VALUE_DATE_TIME, &m);
}

static struct value run_date_and_time_of(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!dated(args[0]) || args[1].kind != VALUE_TIME) {
        return eval_error(ev, "date and time needs a date and a time");
    }
    struct moment m = *args[1].moment;
    m.year = args[0].moment->year;
    m.month = args[0].moment->month;
    m.day = args[0].moment->day;
    return eval_moment(ev, VALUE_DATE_TIME, &m);
}

static struct value run_date_time_zone(struct eval *ev, const struct value *args, size_t n)
{
    int64_t part[5], second, ns;
    struct moment m = {0};
    for (size_t i = 0; i < 5; i++) {
        if (!argument_int(args[i], &part[i])) return eval_error(ev, "there is no such time");
    }
    if (!date_is_valid(part[0], part[1], part[2])) return eval_error(ev, "there is no such date");
    struct value const time = run_time_of(ev, args + 3, 3);
    if (time.kind == VALUE_NULL || !seconds(args[5], &second, &ns)) return value_null();
    m = *time.moment;
    m.year = (int32_t)part[0];
    m.month = (uint8_t)part[1];
    m.day = (uint8_t)part[2];
    if (n > 6 && args[6].kind == VALUE_STRING) {
        m.zone = zone_find(args[6].string);
        m.zone_kind = MOMENT_ZONE;
        if (!m.zone) return eval_error(ev, "this time zone is not known here");
    } else if (n > 6 && args[6].kind == VALUE_DURATION) {
        m.zone_kind = MOMENT_OFFSET;
        m.offset_s = (int32_t)args[6].duration.s;
    }
    return eval_moment(ev, VALUE_DATE_TIME, &m);
}

static struct value run_duration(struct eval *ev, const struct value *args, size_t n)
{
    struct value v = {.kind = VALUE_DURATION};
    (void)n;
    if (args[0].kind == VALUE_DURATION || args[0].kind == VALUE_MONTHS) return args[0];
    if (args[0].kind != VALUE_STRING) return eval_error(ev, "a duration is expected");
    if (duration_parse(args[0].string, &v.duration)) return v;
    v.kind = VALUE_MONTHS;
    if (months_parse(args[0].string, &v.months)) return v;
    return eval_error(ev, "no duration is written like this");
}

static struct value run_months(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!dated(args[0]) || !dated(args[1])) return eval_error(ev, ERROR_DATE);
    struct value v = {.kind = VALUE_MONTHS};
    v.months = moment_months_between(args[0].moment, args[1].moment);
    return v;
}

static struct value run_day_of_year(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return dated(args[0]) ? value_int(date_day_of_year(args[0].moment))
                          : eval_error(ev, ERROR_DATE);
}

static struct value run_week_of_year(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return dated(args[0]) ? value_int(date_week_of_year(args[0].moment))
                          : eval_error(ev, ERROR_DATE);
}

static struct value run_day_of_week(struct eval *ev, const struct value *args, size_t n)
{
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    (void)n;
    if (!dated(args[0])) return eval_error(ev, ERROR_DATE);
    return value_text(days[date_weekday(args[0].moment) - 1]);
}

static struct value run_month_of_year(struct eval *ev, const struct value *args, size_t n)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    (void)n;
    if (!dated(args[0])) return eval_error(ev, ERROR_DATE);
    return value_text(months[args[0].moment->month - 1]);
}

// is(): equal, and of the same kind and zone (10.3.4.11).
static struct value run_is(struct eval *ev, const struct value *args, size_t n)
{
    struct value const a = args[0], b = args[1];
    (void)ev;
    (void)n;
    if (a.kind != b.kind) return value_boolean(false);
    if ((a.kind == VALUE_TIME || a.kind == VALUE_DATE_TIME) &&
        !moment_same_zone(a.moment, b.moment)) {
        return value_boolean(false);
    }
    return value_boolean(value_equal(a, b) == TERNARY_TRUE);
}

static const char NOW[] = "the time is an input, never a call: a decision must be repeatable";

const struct builtin builtins_time[] = {
    BUILTIN_SINGLES("date", 1, 1, "from", run_date),
    BUILTIN_SINGLES("date", 3, 3, "year,month,day", run_date_of),
    BUILTIN_SINGLES("time", 1, 1, "from", run_time),
    BUILTIN_SINGLES("time", 3, 4, "hour,minute,second,offset", run_time_of),
    BUILTIN_SINGLES("date and time", 1, 1, "from", run_date_time),
    BUILTIN_SINGLES("date and time", 2, 2, "date,time", run_date_and_time_of),
    BUILTIN_SINGLES("date and time", 6, 7, "year,month,day,hour,minute,second,offset",
                    run_date_time_zone),
    BUILTIN_SINGLES("duration", 1, 1, "from", run_duration),
    BUILTIN_SINGLES("years and months duration", 2, 2, "from,to", run_months),
    BUILTIN_SINGLES("day of year", 1, 1, "date", run_day_of_year),
    BUILTIN_SINGLES("day of week", 1, 1, "date", run_day_of_week),
    BUILTIN_SINGLES("month of year", 1, 1, "date", run_month_of_year),
    BUILTIN_SINGLES("week of year", 1, 1, "date", run_week_of_year),
    BUILTIN("is", 2, 2, "value1,value2", run_is),
    BUILTIN_REFUSED("now", NOW),
    BUILTIN_REFUSED("today", NOW),
};
BUILTIN_COUNT(builtins_time);

// Named zones.  A table of the few that a council's tables could name, each with its offset and
// the rule of its summer time as it stands today; any other name is refused where it is read, so
// that an answer never rests on a guess.
#include "feel_time.h"

enum zone_rule { ZONE_FIXED, ZONE_EUROPE, ZONE_AUSTRALIA, ZONE_AMERICA };

struct zone {
    const char *name;
    int offset_minutes;
    enum zone_rule rule;
};

static const struct zone ZONES[] = {
    {"Etc/UTC", 0, ZONE_FIXED},
    {"Etc/GMT", 0, ZONE_FIXED},
    {"UTC", 0, ZONE_FIXED},
    {"GMT", 0, ZONE_FIXED},
    {"Europe/London", 0, ZONE_EUROPE},
    {"Europe/Dublin", 0, ZONE_EUROPE},
    {"Europe/Lisbon", 0, ZONE_EUROPE},
    {"Europe/Paris", 60, ZONE_EUROPE},
    {"Europe/Berlin", 60, ZONE_EUROPE},
    {"Europe/Madrid", 60, ZONE_EUROPE},
    {"Europe/Rome", 60, ZONE_EUROPE},
    {"Europe/Brussels", 60, ZONE_EUROPE},
    {"Europe/Amsterdam", 60, ZONE_EUROPE},
    {"Europe/Vienna", 60, ZONE_EUROPE},
    {"Europe/Zurich", 60, ZONE_EUROPE},
    {"Europe/Warsaw", 60, ZONE_EUROPE},
    {"Europe/Athens", 120, ZONE_EUROPE},
    {"Asia/Dhaka", 360, ZONE_FIXED},
    {"Asia/Kolkata", 330, ZONE_FIXED},
    {"Asia/Karachi", 300, ZONE_FIXED},
    {"Asia/Tokyo", 540, ZONE_FIXED},
    {"Asia/Shanghai", 480, ZONE_FIXED},
    {"Australia/Melbourne", 600, ZONE_AUSTRALIA},
    {"Australia/Sydney", 600, ZONE_AUSTRALIA},
    {"Australia/Brisbane", 600, ZONE_FIXED},
    {"America/New_York", -300, ZONE_AMERICA},
    {"America/Chicago", -360, ZONE_AMERICA},
    {"America/Denver", -420, ZONE_AMERICA},
    {"America/Los_Angeles", -480, ZONE_AMERICA},
};

const struct zone *zone_find(struct bytes name)
{
    for (size_t i = 0; i < sizeof(ZONES) / sizeof(ZONES[0]); i++) {
        if (bytes_equal(name, bytes_text(ZONES[i].name))) return &ZONES[i];
    }
    return NULL;
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

// The n-th Sunday of a month (n = 0: the last), as days since 1970-01-01.
static int64_t zone_sunday(int32_t year, uint8_t month, int n)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct moment m = {.year = year, .month = month, .day = 1};
    if (n == 0) m.day = days[month - 1]; // never February in any rule
    int64_t const day = date_days(&m);
    int const weekday = date_weekday(&m) % 7; // 0 Sunday
    if (n == 0) return day - weekday;
    return day + (7 - weekday) % 7 + (n - 1) * 7;
}

// When summer time begins and ends, as seconds of the local standard reading.
static bool zone_is_summer(const struct zone *z, const struct moment *local)
{
    int64_t const at = moment_local_s(local), day = 86400, hour = 3600;
    int32_t const y = local->year;
    switch (z->rule) {
    case ZONE_FIXED: return false;
    case ZONE_EUROPE: { // last Sundays of March and October, 01:00 UTC
        int64_t const turn = hour + z->offset_minutes * 60;
        return at >= zone_sunday(y, 3, 0) * day + turn &&
               at < zone_sunday(y, 10, 0) * day + turn + hour;
    }
    case ZONE_AUSTRALIA: // first Sunday of October 02:00 to first Sunday of April 03:00
        return at >= zone_sunday(y, 10, 1) * day + 2 * hour ||
               at < zone_sunday(y, 4, 1) * day + 3 * hour;
    case ZONE_AMERICA: // second Sunday of March 02:00 to first Sunday of November 02:00
        return at >= zone_sunday(y, 3, 2) * day + 2 * hour &&
               at < zone_sunday(y, 11, 1) * day + 2 * hour;
    }
    return false;
}

int64_t zone_offset_s(const struct zone *z, const struct moment *local)
{
    return z->offset_minutes * 60 + (zone_is_summer(z, local) ? 3600 : 0);
}

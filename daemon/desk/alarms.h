// alarms.h - a queue in which everything is red has no order, and one in which green never comes up
// forgets people: both are said aloud, by team, when they begin and when they end.
#ifndef TRIAGED_ALARMS_H
#define TRIAGED_ALARMS_H

#include "inside.h"

void alarms_judge(struct desk *d); // each second
// Has it waited longer than any of its colour may?  What has a date of its own is alarmed by that.
bool alarms_waits_long(const struct desk *d, const struct casefile *f);
// Has this case waited so long past its date, as it had until then?  A person looks again.
bool alarms_twice_overdue(const struct desk *d, const struct casefile *f);

#endif

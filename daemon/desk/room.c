#include "room.h"

#include "links.h"
#include "outbox.h"
#include "turn.h"

// A full book stops what would open one more, never what is done with those that are open.
bool room_for_work(struct desk *d, const struct casefile *f, size_t bytes)
{
    size_t const text = 4 * (size_t)d->settings.limits.text_bytes_max;
    size_t const linked = links_records(d, f);
    bool const room =
        turn_room(d, 2 + linked, bytes + (1 + linked) * text) &&
        (!f->referrer[0] || outbox_room(d, f->referrer, EVENT_NOTICES_MAX + linked)) &&
        d->n_keys < desk_keys_max(d) &&
        (book_case(d->book, f->no) ||
         book_cases(d->book) < (size_t)d->settings.limits.cases_open_max);
    if (!room) d->upkeep.no_room = true;
    return room;
}

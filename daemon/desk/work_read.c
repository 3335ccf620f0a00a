// A person has read a notice: only the decision's own starts a clock.
#include "work.h"

#include "mine.h"
#include "reply.h"
#include "room.h"
#include "turn.h"

void work_read_notice(struct desk *d, struct message *m)
{
    struct recipient const *r = book_recipient(d->book, m->caller->id);
    uint64_t const cursor = m->request->read_notice->cursor;
    uint64_t seq = 0;
    if (!r || cursor == 0 || cursor > r->cursor) {
        reply_refuse_field(d, m, ERR_NOT_FOUND, "read_notice.cursor", "cursor",
                           "No notice with this cursor was ever sent.");
        return;
    }
    for (uint64_t no = mine_first(d, m->caller); no && !seq; no = mine_next(d, no)) {
        struct casefile const *f = book_case(d->book, no);
        if (!f || (uint64_t)f->decision_cursor != cursor) continue;
        struct work w = {.m = m, .reference = "", .area = "read_notice", .text = ""};
        struct casefile after;
        struct command_result result;
        enum err e = OK;
        w.command = (struct command){.kind = COMMAND_READ_NOTICE,
                                     .actor = m->actor,
                                     .cursor = cursor,
                                     .lead = "",
                                     .team = ""};
        if (!room_for_work(d, f, m->raw.len)) {
            reply_busy(d, m, NULL, 100);
            return;
        }
        w.text = m->request->read_notice->reader;
        seq = work_apply(d, &w, f, &after, &result, &e);
        break;
    }
    Triage__V1__Reply reply;
    reply_init(m, &reply);
    reply_say(d, m, &reply, seq ? seq : turn_last_seq(d));
}

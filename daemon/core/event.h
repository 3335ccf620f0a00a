// event.h - the header of a record: what happened, to what, when, by whom, and which notices it
// owes. What changed in the case travels beside it as the difference of two casefiles, so that
// folding a case's events is assignment: nothing is decided again on replay.
#ifndef TRIAGED_EVENT_H
#define TRIAGED_EVENT_H

#include "casefile.h"

// Append only: numbers are kept in ledgers.
// clang-format off
#define EVENT_LIST(X)                                                                              \
    X(EVENT_NONE, 0, "none") X(EVENT_RECEIVED, 1, "received")                                      \
    X(EVENT_SUPPLEMENTED, 2, "supplemented")                                                       \
    X(EVENT_WITHDRAWAL_ASKED, 3, "withdrawal_asked") X(EVENT_CLAIMED, 4, "claimed")                \
    X(EVENT_EXTENDED, 5, "extended") X(EVENT_RETURNED, 6, "returned")                              \
    X(EVENT_LEASE_EXPIRED, 7, "lease_expired") X(EVENT_RERATED, 8, "rerated")                      \
    X(EVENT_REASSESSED, 9, "reassessed") X(EVENT_PROPOSED, 10, "proposed")                         \
    X(EVENT_PROPOSAL_REFUSED, 11, "proposal_refused")                                              \
    X(EVENT_PROPOSAL_EXPIRED, 12, "proposal_expired") X(EVENT_DECIDED, 13, "decided")              \
    X(EVENT_ALLOCATED, 14, "allocated") X(EVENT_OFFERED, 15, "offered")                            \
    X(EVENT_OFFER_ACCEPTED, 16, "offer_accepted") X(EVENT_OFFER_REJECTED, 17, "offer_rejected")    \
    X(EVENT_OFFER_EXPIRED, 18, "offer_expired") X(EVENT_OFFER_WITHDRAWN, 19, "offer_withdrawn")    \
    X(EVENT_FINISHED, 20, "finished") X(EVENT_ENQUIRY_RETURNED, 21, "enquiry_returned")            \
    X(EVENT_SIGNED_OFF, 22, "signed_off") X(EVENT_NOTICE_READ, 23, "notice_read")                  \
    X(EVENT_PHONE_CONFIRMED, 24, "phone_confirmed")                                                \
    X(EVENT_FORWARD_ACCEPTED, 25, "forward_accepted")                                              \
    X(EVENT_FORWARD_BOUNCED, 26, "forward_bounced") X(EVENT_CLOSED, 27, "closed")                  \
    X(EVENT_REOPENED, 28, "reopened") X(EVENT_LOOKED, 29, "looked") X(EVENT_ERASED, 30, "erased")  \
    X(EVENT_HOLDING, 31, "holding")                                                                \
    X(EVENT_RECEIPTED, 40, "receipted") /* a recipient's notices, cumulatively */                  \
    X(EVENT_REGISTRY, 50, "registry") X(EVENT_POLICY, 51, "policy")                                \
    X(EVENT_CLOCK_CONFIRMED, 52, "clock_confirmed") X(EVENT_STARTED, 53, "started")                \
    X(EVENT_CLOCK_SUSPECT, 54, "clock_suspect")                                                    \
    X(EVENT_ASKED, 60, "asked") X(EVENT_ANSWERED, 61, "answered")                                  \
    X(EVENT_QUESTION_CLOSED, 62, "question_closed") X(EVENT_QUESTION_CHASED, 63, "question_chased")\
    X(EVENT_QUESTION_EXPIRED, 64, "question_expired") X(EVENT_CALL_DUE, 65, "call_due")            \
    X(EVENT_CALL_DONE, 66, "call_done") X(EVENT_DELEGATED, 67, "delegated")                        \
    X(EVENT_DELEGATION_ACCEPTED, 68, "delegation_accepted")                                        \
    X(EVENT_DELEGATION_REFUSED, 69, "delegation_refused")                                          \
    X(EVENT_DELEGATION_REPORTED, 70, "delegation_reported")                                        \
    X(EVENT_REPORT_ACCEPTED, 71, "report_accepted") X(EVENT_REPORT_RETURNED, 72, "report_returned")\
    X(EVENT_DELEGATION_EXTENDED, 73, "delegation_extended")                                        \
    X(EVENT_DELEGATION_TAKEN_BACK, 74, "delegation_taken_back")                                    \
    X(EVENT_DELEGATION_REMINDED, 75, "delegation_reminded")                                        \
    X(EVENT_DELEGATION_OVERDUE, 76, "delegation_overdue")                                          \
    X(EVENT_DELEGATION_ESCALATED, 77, "delegation_escalated")                                      \
    X(EVENT_DELEGATION_TO_SETTLE, 78, "delegation_to_settle")                                      \
    X(EVENT_CHALLENGED, 79, "challenged") X(EVENT_CHALLENGE_ASSIGNED, 80, "challenge_assigned")    \
    X(EVENT_CHALLENGE_DECIDED, 81, "challenge_decided")                                            \
    X(EVENT_CHALLENGE_OVERDUE, 82, "challenge_overdue") X(EVENT_LEFT, 83, "left")                  \
    X(EVENT_REASSIGNED, 84, "reassigned") X(EVENT_VOIDED, 85, "voided")                            \
    X(EVENT_HANDOVER_TAKEN_BACK, 86, "handover_taken_back") X(EVENT_MARKED, 87, "marked")          \
    X(EVENT_ADULT_TOLD, 88, "adult_told") X(EVENT_ADULT_UNTOLD, 89, "adult_untold")                \
    X(EVENT_LINK_SUGGESTED, 90, "link_suggested") X(EVENT_LINKED, 91, "linked")                    \
    X(EVENT_UNLINKED, 92, "unlinked") X(EVENT_JOINED, 93, "joined")                                \
    X(EVENT_FOLLOWED, 94, "followed") X(EVENT_ORG_OPENED, 95, "org_opened") \
    X(EVENT_ORG_SCOPED, 96, "org_scoped") X(EVENT_ORG_ROUTED, 97, "org_routed") \
    X(EVENT_ORG_REVIEWED, 98, "org_reviewed") X(EVENT_ORG_CLOSED, 99, "org_closed") \
    X(EVENT_ORG_ATTACHED, 100, "org_attached") X(EVENT_ORG_DETACHED, 101, "org_detached") \
    X(EVENT_ORG_MARKED, 102, "org_marked") X(EVENT_ORG_UNOWNED, 103, "org_unowned") \
    X(EVENT_SAFE_TONIGHT, 104, "safe_tonight") X(EVENT_PAGED, 105, "paged") \
    X(EVENT_BROKE_GLASS, 106, "broke_glass") X(EVENT_RESTRICTED, 107, "restricted") \
    X(EVENT_SECOND_CONFIRMED, 108, "second_confirmed") \
    X(EVENT_SETTLED, 140, "settled") X(EVENT_MADE_CONCERN, 141, "made_concern") \
    X(EVENT_AGENCY_ANSWERED, 142, "agency_answered") X(EVENT_LAPSED, 143, "lapsed") \
    X(EVENT_PACK_PROPOSED, 110, "pack_proposed") X(EVENT_PACK_WITHDRAWN, 111, "pack_withdrawn") \
    X(EVENT_SEARCHED, 120, "searched") X(EVENT_COMPLETED, 121, "completed") \
    X(EVENT_EXPORTED, 122, "exported") X(EVENT_PUT_OFF, 150, "put_off") \
    X(EVENT_SECOND_ADDRESS_TOLD, 151, "second_address_told") \
    X(EVENT_FILE_PART, 160, "file_part") /* beside the story: one part of a file */ \
    X(EVENT_FILE_CAME, 161, "file_came") X(EVENT_FILE_SCANNED, 162, "file_scanned") \
    X(EVENT_FILE_READ, 163, "file_read") \
    X(EVENT_LEGAL_HELD, 190, "legal_held") X(EVENT_LEGAL_RELEASED, 191, "legal_released") \
    X(EVENT_ERASURE_PROPOSED, 192, "erasure_proposed") \
    X(EVENT_ERASURE_REQUESTED, 193, "erasure_requested") \
    X(EVENT_ERASURE_AGREED, 194, "erasure_agreed") \
    X(EVENT_ERASURE_WITHDRAWN, 195, "erasure_withdrawn") \
    X(EVENT_ERASURE_DONE, 196, "erasure_done") \
    X(EVENT_RETENTION_LISTED, 197, "retention_listed") \
    X(EVENT_ERASURE_RESTORED, 198, "erasure_restored") /* an order, by a restore of before it */
// clang-format on
enum event_kind { EVENT_LIST(TERM_ENUM) };
const char *event_word(enum event_kind v);

// One notice, as the header names it; its words are in the body.  `prev_seq` is the record of the
// same recipient's notice before this one: old notices are found by walking back, without an index.
struct event_notice {
    char recipient[ID_MAX];
    uint64_t cursor, prev_seq;
    enum notice code;
};
#define EVENT_NOTICES_MAX 4

struct event {
    enum event_kind kind;
    uint64_t entity;
    uint32_t version;  // of the case, afterwards
    uint64_t prev_seq; // the entity's record before this one, 0 for its first
    int64_t at_ms;
    char principal[ID_MAX], worker[ID_MAX];
    uint64_t command; // fingerprint of the command id, 0 for the clock's events
    uint64_t number;  // EVENT_CHALLENGE_DECIDED: the verdict, as on the wire;
                      // EVENT_CLAIMED: area_passing, where its queue's count changes with it;
                      // EVENT_RECEIPTED: cursor; EVENT_REGISTRY: generation; EVENT_POLICY, _PACK_*:
                      // digest; EVENT_ERASURE_PROPOSED, _REQUESTED: case, 0 all that is due;
                      // _AGREED, _RESTORED: the one agreed before it; _DONE: cases erased;
                      // EVENT_ERASED: the order
    size_t n_notices;
    struct event_notice notices[EVENT_NOTICES_MAX];
};

// What one manager proposes to erase and another agrees on: the order.  One at a time.
struct erasure {
    uint64_t seq;                 // record that proposed it; 0 none
    uint64_t order;               // record that agreed; 0 not yet
    uint64_t case_no;             // 0: all that is due
    int64_t at_ms;                // when it was proposed: nothing that became due later is meant
    bool on_request;              // whom it is about asks for it; else by the schedule
    char by[ID_MAX], key[ID_MAX]; // the worker who proposed it, the key that spoke
};

// The other two entities, folded from the same headers.
struct recipient {
    char id[ID_MAX];
    uint64_t cursor;    // of its last notice
    uint64_t receipted; // stored safely by the recipient up to here
    uint64_t head_seq;  // record of its last notice
    uint64_t last_seq;  // of the last record that touched it
};
#define AREA_PASSED_MAX 64 // beyond, the one that changed longest ago begins anew
struct area {
    uint64_t cases;    // numbers given so far
    uint64_t last_seq; // of the area's own last record
    uint64_t policy;   // first 8 bytes of the digest of the pack in force
    uint64_t registry; // generation last recorded
    int64_t last_ms;   // UTC of the last record: a clock that went back is seen at the start
    bool clock_suspect;
    // The pack in force: since when, who proposed it and who put it in force; "" for the first one,
    // and for one that came by a reload.
    int64_t policy_ms;
    char policy_by[ID_MAX], policy_proposed_by[ID_MAX];
    // The pack that waits for a second manager: its digest as above, 0 none; the worker who
    // proposed it and the key that spoke.
    uint64_t proposed;
    int64_t proposed_ms;
    char proposed_by[ID_MAX], proposed_key[ID_MAX];
    // Queues of which ambers were handed out while a green waited, as area_passing says it; those
    // whose count is 0 are not among them, and behind the last there are zeros.
    uint64_t passed[AREA_PASSED_MAX];
    struct erasure erasure;
    uint64_t agreed_seq; // record of the last order of all, 0 none
};
#define AREA_PROPOSAL_MS (7 * DAY_MS) // a pack that nobody seconded by then has to be proposed anew

// The fold of one record into the area, whose last_seq it is already, for what it says of packs,
// the registry, the clock, erasures and the turns of greens.
void area_fold(struct area *a, const struct event *e);
bool area_proposal_stands(const struct area *a, int64_t utc_ms);
bool area_erasure_waits(const struct area *a, int64_t utc_ms); // for the second manager
// How many ambers a team's queue was passed over for since a green of it was handed out, and the
// number by which an event says that there are so many now (0 to 255).
unsigned area_passed(const struct area *a, const char *team);
uint64_t area_passing(const char *team, unsigned count);

#endif

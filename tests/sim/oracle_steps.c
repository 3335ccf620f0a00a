// The lawful steps of a case, by hand.  A bit a state, as the protocol numbers them.
#include "oracle_in.h"

#include <string.h>

#define S(n)    (1u << (n))
#define QUEUED  S(3)
#define TRIAGE  S(4)
#define MET     S(5)
#define OFFERED S(6)
#define ENQUIRY S(7)
#define REVIEW  S(8)
#define NOT_MET S(9)
#define OTHER   S(10)
#define FORWARD S(11)
#define CLOSED  S(12)
#define VOID    S(13)
#define ANY     0x3fffu
#define OPEN    (ANY & ~(CLOSED | VOID))
#define WAITING (QUEUED | TRIAGE | MET | OFFERED)

#define LED      (MET | OFFERED | ENQUIRY | REVIEW | OTHER)
#define DISPUTED (REVIEW | NOT_MET | OTHER | FORWARD)

static const struct step STEPS[] = {
    {"supplemented", OPEN & ~NOT_MET, SAME, REFERS, NULL},
    {"supplemented", NOT_MET, QUEUED, REFERS | RAISES, "reopened"},
    {"withdrawal_asked", OPEN, SAME, REFERS, NULL},
    {"claimed", QUEUED | TRIAGE, TRIAGE, 0, ""},
    {"extended", TRIAGE, SAME, 0, ""},
    {"returned", TRIAGE, QUEUED, 0, ""},
    {"put_off", TRIAGE, QUEUED, 0, ""},
    {"lease_expired", TRIAGE, QUEUED, CLOCK, ""},
    {"rerated", WAITING | ENQUIRY | REVIEW | OTHER | FORWARD, SAME, RAISES | LOWERS, NULL},
    {"reassessed", WAITING, SAME, CLOCK | RAISES, ""},
    {"reassessed", NOT_MET, QUEUED, CLOCK | RAISES, "reopened"},
    {"proposed", WAITING | ENQUIRY | REVIEW | OTHER, SAME, 0, ""},
    {"proposal_refused", OPEN, SAME, 0, ""},
    {"proposal_expired", OPEN, SAME, CLOCK, ""},
    {"decided", TRIAGE | OTHER, MET, FOR_S42, "met"},
    {"decided", TRIAGE, NOT_MET, FOR_S42, "not_met"},
    {"decided", TRIAGE, OTHER, FOR_S42, "other"},
    {"decided", TRIAGE, FORWARD, 0, "forwarded"},
    {"allocated", MET | ENQUIRY, ENQUIRY, 0, "allocated"},
    {"allocated", OTHER, OTHER, 0, "allocated"},
    {"offered", MET | ENQUIRY, OFFERED, 0, ""},
    {"offer_accepted", OFFERED, ENQUIRY, 0, "allocated"},
    {"offer_rejected", OFFERED, MET | ENQUIRY, 0, ""},
    {"offer_withdrawn", OFFERED, MET | ENQUIRY, 0, ""},
    {"offer_expired", OFFERED, MET | ENQUIRY, CLOCK, ""},
    {"finished", ENQUIRY | OTHER, REVIEW, 0, ""},
    {"enquiry_returned", REVIEW, QUEUED | MET | ENQUIRY | OTHER, 0, "delay"},
    {"signed_off", REVIEW | OTHER, CLOSED, FOR_S42, "outcome"},
    {"notice_read", ANY, SAME, REFERS, ""},
    {"phone_confirmed", MET | OFFERED | ENQUIRY | REVIEW | NOT_MET | OTHER | FORWARD, SAME, 0, ""},
    {"forward_accepted", FORWARD, CLOSED, 0, "forwarded"},
    {"forward_bounced", FORWARD, QUEUED, CLOCK, "update"},
    {"closed", NOT_MET, CLOSED, CLOCK, "closed"},
    {"reopened", CLOSED, QUEUED, 0, "reopened"},
    {"looked", ANY, SAME, QUIETLY, ""},
    {"erased", CLOSED, SAME, QUIETLY, ""},
    {"legal_held", ANY, SAME, 0, ""},
    {"legal_released", ANY, SAME, 0, ""},
    {"holding", WAITING, SAME, CLOCK, "holding"},
    {"completed", ANY, SAME, 0, ""},
    // What is no safeguarding concern.
    {"allocated", TRIAGE, ENQUIRY, FOR_DATED, "allocated"},
    {"settled", TRIAGE | REVIEW, CLOSED, FOR_REQUEST, "outcome"},
    {"made_concern", QUEUED | TRIAGE | ENQUIRY | REVIEW | FORWARD, QUEUED, RAISES | FOR_REQUEST,
     "update"},
    {"agency_answered", QUEUED | TRIAGE, SAME, FOR_ABUSE, ""},
    {"lapsed", QUEUED | TRIAGE | ENQUIRY | REVIEW, SAME, CLOCK | RAISES | FOR_DATED, ""},
    // Linked, it is where its primary is, and goes where that goes.
    {"link_suggested", OPEN, SAME, CLOCK, ""},
    {"linked", QUEUED | TRIAGE, OPEN, RAISES, NULL},
    {"joined", OPEN, SAME, RAISES | CLOCK, NULL},
    {"followed", ANY, ANY, CLOCK | RAISES | LOWERS, NULL},
    {"unlinked", OPEN, QUEUED, 0, NULL},
    {"org_attached", OPEN, SAME, CLOCK | RAISES, NULL},
    {"org_marked", OPEN, SAME, CLOCK | RAISES, NULL},
    {"org_detached", OPEN, SAME, 0, NULL},
    // Out of hours.
    {"safe_tonight", TRIAGE, QUEUED, 0, NULL},
    {"paged", QUEUED, SAME, CLOCK, ""},
    {"broke_glass", ANY, SAME, 0, ""},
    {"restricted", OPEN, SAME, 0, ""},
    {"second_confirmed", OPEN, SAME, 0, ""},
    // What is out for a case: questions, delegated enquiries, challenges, calls.
    {"asked", OPEN, SAME, 0, "info_request"},
    {"answered", OPEN & ~NOT_MET, SAME, 0, ""},
    {"answered", NOT_MET, QUEUED, RAISES, "reopened"},
    {"question_closed", OPEN, SAME, 0, "info_considered"},
    {"question_chased", OPEN, SAME, CLOCK, "info_chase"},
    {"question_expired", OPEN, SAME, CLOCK, "info_expired"},
    {"call_due", OPEN, SAME, CLOCK, ""},
    {"second_address_told", OPEN, SAME, CLOCK, "decision_unread"},
    {"call_done", OPEN, SAME, 0, ""},
    {"delegated", ENQUIRY | OTHER, SAME, 0, "delegation"},
    {"delegation_accepted", LED, SAME, 0, ""},
    {"delegation_refused", LED, SAME, 0, ""},
    {"delegation_reported", LED, SAME, 0, ""},
    {"report_accepted", LED, SAME, 0, "delegation_accepted"},
    {"report_returned", LED, SAME, 0, "delegation_returned"},
    {"delegation_extended", LED, SAME, 0, "delegation"},
    {"delegation_taken_back", LED, SAME, 0, "delegation_taken_back"},
    {"delegation_reminded", OPEN, SAME, CLOCK, "delegation_chase"},
    {"delegation_overdue", OPEN, SAME, CLOCK, "delegation_chase"},
    {"delegation_escalated", OPEN, SAME, CLOCK, ""},
    {"delegation_to_settle", OPEN, SAME, CLOCK, ""},
    {"challenged", NOT_MET | OTHER | FORWARD, SAME, 0, "challenge_ack"},
    {"challenge_assigned", DISPUTED, SAME, 0, ""},
    {"challenge_decided", DISPUTED, SAME, 0, "challenge_result"},
    {"challenge_decided", DISPUTED, QUEUED, RAISES, "challenge_result"},
    {"challenge_overdue", OPEN, SAME, CLOCK, ""},
    {"adult_told", LED, SAME, 0, ""},
    {"adult_untold", LED, SAME, CLOCK, ""},
    {"left", OPEN, SAME, CLOCK, ""},
    {"left", ENQUIRY, MET | QUEUED, CLOCK, ""},
    {"reassigned", ENQUIRY | OTHER, SAME, 0, "allocated"},
    {"handover_taken_back", MET | ENQUIRY, MET, 0, ""},
    {"handover_taken_back", QUEUED | TRIAGE, QUEUED, 0, ""},
    {"marked", OPEN, SAME, 0, ""},
    {"marked", CLOSED, SAME, 0, NULL},
    {"voided", QUEUED, VOID, 0, "voided"},
    // Files beside a concern move no case.
    {"file_part", ANY, SAME, 0, ""},
    {"file_came", ANY, SAME, 0, ""},
    {"file_scanned", ANY, SAME, CLOCK, NULL},
    {"file_read", ANY, SAME, 0, ""},
};

bool step_known(const char *event)
{
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++)
        if (strcmp(STEPS[i].event, event) == 0) return true;
    return false;
}

const struct step *step_find(const char *event, unsigned from, unsigned to)
{
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        struct step const *s = &STEPS[i];
        if (strcmp(s->event, event) != 0 || !(s->from & S(from))) continue;
        if (s->to == SAME ? from == to : (s->to & S(to)) != 0) return s;
    }
    return NULL;
}

bool step_is_for(const struct step *s, Triage__V1__Kind kind)
{
    bool const abuse = kind == TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION;
    bool const s42 = abuse || kind == TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    bool const dated = kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST ||
                       kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL;
    if (s->flags & FOR_S42 && !s42) return false;
    if (s->flags & FOR_REQUEST && s42) return false;
    if (s->flags & FOR_DATED && !dated) return false;
    return !(s->flags & FOR_ABUSE) || abuse;
}

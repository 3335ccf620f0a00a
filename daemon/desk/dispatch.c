// One message: who speaks, what may be asked, where and by whom, and who answers it.
#include "attach.h"
#include "board.h"
#include "claim.h"
#include "erase.h"
#include "errands.h"
#include "find.h"
#include "inspect.h"
#include "intake.h"
#include "links.h"
#include "nights.h"
#include "operate.h"
#include "orgs.h"
#include "outbox.h"
#include "packs.h"
#include "people.h"
#include "replay.h"
#include "reply.h"
#include "report.h"
#include "session.h"
#include "work.h"
#include "yearly.h"

// --- What may be asked, where, by whom. ---

#define AT(listener) (1u << LISTENER_##listener)
#define AS(role)     (1u << ROLE_##role)
#define SENDERS      (AS(PROVIDER) | AS(PARTNER) | AS(POLICE) | AS(PORTAL))
#define WORKERS      (AS(TEAM) | AS(MANAGER) | AS(PORTAL))
#define READERS      (WORKERS | AS(AUDITOR))
#define BODY(name)   TRIAGE__V1__REQUEST__BODY_##name

struct request_kind {
    Triage__V1__Request__BodyCase body;
    unsigned listeners, roles;
    void (*handle)(struct desk *d, struct message *m);
};
static const struct request_kind REQUESTS[] = {
    {BODY(HELLO), AT(INTAKE) | AT(DESK) | AT(OPERATOR), ~0u, inspect_hello},
    {BODY(SUBMIT), AT(INTAKE), SENDERS, intake_submit},
    {BODY(DRY_RUN), AT(INTAKE), SENDERS, intake_dry_run},
    {BODY(SUPPLEMENT), AT(INTAKE), SENDERS, work_command},
    {BODY(WITHDRAW), AT(INTAKE), SENDERS, work_command},
    {BODY(MINE), AT(INTAKE), SENDERS, inspect_mine},
    {BODY(FOLLOW_NOTICES), AT(INTAKE), SENDERS, outbox_follow},
    {BODY(RECEIPT_NOTICES), AT(INTAKE), SENDERS, outbox_receipt},
    {BODY(READ_NOTICE), AT(INTAKE), SENDERS, work_read_notice},
    {BODY(STATUS), AT(INTAKE) | AT(DESK), SENDERS | READERS, inspect_status},
    {BODY(ATTACH), AT(INTAKE), SENDERS, attach_part},
    {BODY(FILES), AT(INTAKE), SENDERS, attach_files},
    {BODY(FETCH), AT(DESK), READERS, attach_fetch},
    {BODY(FOLLOW_QUEUE), AT(DESK), READERS, board_follow},
    {BODY(CREDIT), AT(DESK), READERS, board_credit},
    {BODY(QUEUE), AT(DESK), READERS, board_queue},
    {BODY(CLAIM), AT(DESK), WORKERS, claim_cases},
    {BODY(EXTEND), AT(DESK), WORKERS, work_command},
    {BODY(RETURN_), AT(DESK), WORKERS, work_command},
    {BODY(RATE), AT(DESK), WORKERS, work_command},
    {BODY(DECIDE), AT(DESK), WORKERS, work_command},
    {BODY(SECOND), AT(DESK), WORKERS, work_command},
    {BODY(ALLOCATE), AT(DESK), WORKERS, work_command},
    {BODY(OFFER), AT(DESK), WORKERS, work_command},
    {BODY(ACCEPT_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(REJECT_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(WITHDRAW_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(PUT_OFF), AT(DESK), WORKERS, work_command},
    {BODY(FINISH), AT(DESK), WORKERS, work_command},
    {BODY(SIGN_OFF), AT(DESK), WORKERS, work_command},
    {BODY(RETURN_ENQUIRY), AT(DESK), WORKERS, work_command},
    {BODY(CONFIRM_BY_PHONE), AT(DESK), WORKERS, work_command},
    {BODY(FORWARD_ACCEPTED), AT(DESK), WORKERS, work_command},
    {BODY(FORWARD_BOUNCED), AT(DESK), WORKERS, work_command},
    {BODY(REOPEN), AT(DESK), WORKERS, work_command},
    {BODY(LINK), AT(DESK), WORKERS, work_command},
    {BODY(UNLINK), AT(DESK), WORKERS, work_command},
    {BODY(LINKS), AT(DESK), READERS, links_show},
    {BODY(COMPLETE), AT(DESK), WORKERS, work_command},
    {BODY(REFERRAL), AT(DESK), WORKERS, work_command},
    {BODY(NIGHT), AT(DESK), WORKERS, work_command},
    {BODY(HANDOVER), AT(DESK), READERS, nights_handover},
    {BODY(ORG), AT(DESK), WORKERS, work_command},
    {BODY(ORGS), AT(DESK), READERS, orgs_show},
    {BODY(ASK), AT(DESK), WORKERS, work_command},
    {BODY(ANSWER), AT(INTAKE) | AT(DESK), SENDERS | WORKERS, work_command},
    {BODY(CLOSE_QUESTION), AT(DESK), WORKERS, work_command},
    {BODY(DELEGATE), AT(DESK), WORKERS, work_command},
    {BODY(ENQUIRE), AT(INTAKE) | AT(DESK), SENDERS | WORKERS, work_command},
    {BODY(CHECK_REPORT), AT(DESK), WORKERS, work_command},
    {BODY(CHALLENGE), AT(INTAKE) | AT(DESK), SENDERS | WORKERS, work_command},
    {BODY(REVIEW_CHALLENGE), AT(DESK), WORKERS, work_command},
    {BODY(VOID_), AT(DESK), WORKERS, work_command},
    {BODY(MARK), AT(DESK), WORKERS, work_command},
    {BODY(REASSIGN), AT(DESK), WORKERS, errands_reassign},
    {BODY(CALL_DONE), AT(DESK), WORKERS, work_command},
    {BODY(ADULT_TOLD), AT(DESK), WORKERS, work_command},
    {BODY(TASKS), AT(DESK), READERS, errands_tasks},
    {BODY(TEAMS), AT(DESK), READERS, people_teams},
    {BODY(WORKERS), AT(DESK), READERS, people_workers},
    {BODY(LOOK), AT(DESK), READERS, inspect_look},
    {BODY(ACTIONS), AT(INTAKE) | AT(DESK), SENDERS | READERS, inspect_actions},
    {BODY(FIND), AT(DESK), READERS, find_ask},
    {BODY(REPORT), AT(DESK) | AT(OPERATOR), READERS | AS(OPERATOR), report_ask},
    {BODY(RETURNS), AT(DESK), READERS, yearly_ask},
    {BODY(OVERVIEW), AT(OPERATOR), AS(OPERATOR), operate_overview},
    {BODY(RELOAD), AT(OPERATOR), AS(OPERATOR), operate_reload},
    {BODY(CONFIRM_CLOCK), AT(OPERATOR), AS(OPERATOR), operate_confirm_clock},
    {BODY(VERIFY), AT(OPERATOR), AS(OPERATOR), operate_verify},
    {BODY(CHECKPOINT), AT(DESK) | AT(OPERATOR), AS(AUDITOR) | AS(OPERATOR), operate_checkpoint},
    {BODY(BACKUP), AT(OPERATOR), AS(OPERATOR), operate_backup},
    {BODY(PACK_STATUS), AT(DESK) | AT(OPERATOR), READERS | AS(OPERATOR), packs_status},
    {BODY(PROPOSE_PACK), AT(DESK), WORKERS, packs_propose},
    {BODY(WITHDRAW_PACK), AT(DESK), WORKERS, packs_withdraw},
    {BODY(ACTIVATE_PACK), AT(DESK), WORKERS, packs_activate},
    {BODY(LEGAL_HOLD), AT(DESK), WORKERS, work_command},
    {BODY(RETENTION_DUE), AT(DESK), READERS, erase_due},
    {BODY(ERASURE_STATUS), AT(DESK), READERS, erase_status},
    {BODY(ERASE), AT(DESK), WORKERS, erase_case},
    {BODY(SWEEP), AT(DESK), WORKERS, erase_all_due},
    {BODY(ANSWER_ERASURE), AT(DESK), WORKERS, erase_answer},
    {BODY(REPLAY), AT(DESK) | AT(OPERATOR), READERS | AS(OPERATOR), replay_ask},
};
#undef BODY

static const struct request_kind *request_kind(Triage__V1__Request__BodyCase body)
{
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++)
        if (REQUESTS[i].body == body) return &REQUESTS[i];
    return NULL;
}

// --- One message. ---

// Whoever reaches the local socket is an operator: the file system guards it.
static const struct principal LOCAL_OPERATOR = {
    .id = "operator", .role = ROLE_OPERATOR, .active = true};

// The registry is asked on every message: a key that was revoked speaks no more.
static bool message_principal(struct desk *d, struct message *m)
{
    m->principal = registry_principal(d->registry, m->from.principal);
    if (!m->principal && m->from.listener == LISTENER_OPERATOR) m->principal = &LOCAL_OPERATOR;
    if (m->principal && m->principal->active) return true;
    struct wire_place unused; // Decoded only so that the refusal names the request.
    if (wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &unused) != OK)
        m->request = NULL;
    reply_refuse(d, m, ERR_FORBIDDEN, "This key is no longer enrolled. Ask the council.");
    d->port->log(d->port->ctx, LOG_WARNING, "principal_inactive", m->from.principal, 0);
    d->port->cut(d->port->ctx, m->from.id);
    session_end(d, m->from.id);
    return false;
}

static bool message_session(struct desk *d, struct message *m)
{
    m->session = session_of(d, &m->from);
    if (m->session) {
        m->caller = m->session->caller;
        return true;
    }
    reply_refuse(d, m, ERR_UNAVAILABLE, "As many are connected as there is room for.");
    return false;
}

static bool worker_of_principal(const struct worker *w, const struct principal *p)
{
    for (size_t i = 0; i < w->n_teams; i++)
        if (principal_in_team(p, w->teams[i])) return true;
    return p->role == ROLE_PORTAL && p->n_teams == 0;
}

// A desk names who acts.  A person's own key names itself and proves it; a portal vouches for whom
// it signed in.
static bool message_worker(struct desk *d, struct message *m)
{
    struct principal const *p = m->principal;
    char const *named = m->request->worker;
    char const *id = p->worker[0] ? p->worker : named;
    m->actor = (struct actor){.principal = p};
    if (!id[0]) return true;
    if (named[0] && strcmp(named, id) != 0) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "not_yours",
                           "This key is one person's own and speaks for nobody else.");
        return false;
    }
    struct worker const *w = registry_worker(d->registry, id);
    if (!w || !w->active || !worker_of_principal(w, p)) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "not_registered",
                           "No active worker of this desk's teams is registered under that name.");
        return false;
    }
    m->actor.worker = w;
    m->actor.proven = p->worker[0] != 0 || p->role == ROLE_PORTAL;
    return true;
}

static bool message_decode(struct desk *d, struct message *m)
{
    struct wire_place place = {.field = ""};
    enum err const e = wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &place);
    if (e == OK) return true;
    // Whatever else it was, its sender waits for an answer under this number.
    m->request = pb_new(&d->request, &triage__v1__request__descriptor);
    m->request->id = wire_request_id(m->raw);
    reply_refuse_field(d, m, e, place.field, place.code ? place.code : "", place.text);
    return false;
}

static const struct request_kind *message_kind(struct desk *d, struct message *m)
{
    struct request_kind const *k = request_kind(m->request->body_case);
    if (!k) {
        reply_refuse(d, m, ERR_INVALID,
                     "The request asks for nothing: set one member of its body.");
        return NULL;
    }
    bool const here = k->listeners & (1u << m->from.listener);
    if (here && (k->roles & (1u << m->principal->role))) return k;
    reply_refuse(d, m, ERR_FORBIDDEN,
                 here ? "A key of this role may not ask for that."
                      : "This is asked at another of the daemon's addresses.");
    return NULL;
}

void desk_dispatch(struct desk *d, struct message *m)
{
    struct request_kind const *kind = NULL;
    arena_reset(&d->decode);
    arena_reset(&d->request);
    arena_reset(&d->scratch);
    if (message_principal(d, m) && message_session(d, m) && message_decode(d, m) &&
        (kind = message_kind(d, m)) && message_worker(d, m))
        kind->handle(d, m);
    arena_reset(&d->decode); // What was written may be about a person.
    arena_reset(&d->request);
    arena_reset(&d->scratch);
}

#include "notify.h"

#include "brief.h"
#include "explain.h"
#include "reply.h"
#include "words.h"

// Where the referrer's side may be the source, or the police asked for silence, every notice reads
// the same, or its kind would give away what the council found.
static const char NEUTRAL_TITLE[] = "About your concern ";
static const char NEUTRAL_TEXT[] =
    "We have your concern {reference} and are dealing with it. To add anything, answer under the "
    "reference or ring {telephone}. If anyone is in danger now, ring 999.";

static bool notify_neutral(const struct casefile *f)
{
    return (f->flags & (CASE_NEUTRAL | CASE_POLICE_HOLD)) != 0;
}

static const struct policy_team *notify_team(struct desk *d, const struct casefile *f)
{
    int const team = brief_team(d, f);
    return team < 0 ? NULL : &d->info->teams[team];
}

// The earliest day on which the window can end: it opens when the referrer has read the notice.
static int64_t notify_challenge_until(struct desk *d, const struct casefile *f, enum notice code)
{
    if (code != NOTICE_NOT_MET && code != NOTICE_OTHER && code != NOTICE_FORWARDED) return 0;
    if (f->state == STATE_CLOSED) return 0;
    int64_t const end_ms =
        span_end(&d->info->clocks.challenge[told_of(f).colour], &d->info->calendar, d->now.utc_ms);
    return end_ms == INT64_MAX ? 0 : end_ms;
}

// A concern that came as something else; the sender is told, for it asked for something else.
static const char *notify_sent_as(const struct casefile *f)
{
    static const char *const words[KIND_COUNT] = {[KIND_LOG] = "a low-level log",
                                                  [KIND_CARE_NEEDS] = "a referral for care",
                                                  [KIND_ADVICE] = "a question"};
    int32_t const sent = fact_kept(&f->facts, FACT_KIND);
    if (f->kind != KIND_CONCERN || sent == FACT_UNKNOWN || !words[sent + 1]) return "";
    return words[sent + 1];
}

#define NOTIFY_FIELDS_MAX 24
static size_t notify_fields(struct desk *d, struct arena *a, const Triage__V1__Notice *n,
                            const struct casefile *f, const struct notice_words *w,
                            struct words_field out[NOTIFY_FIELDS_MAX])
{
    struct policy_team const *team = notify_team(d, f);
    struct words_field const fields[] = {
        {"reference", n->reference},
        {"council", d->info->council},
        {"telephone", team && team->telephone[0] ? team->telephone : d->info->council_telephone},
        {"received", words_time(a, f->received_ms)},
        {"decide_by", words_time(a, w->decide_by_ms)},
        {"new_decide_by", words_time(a, w->decide_by_ms)},
        {"colour", w->colour ? colour_word(w->colour) : ""},
        {"questions", words_questions(a, w->questions)},
        {"reasons", words_reasons(a, w->reasons, w->n_reasons)},
        {"missing", w->n_sets ? explain_missing_words(a, w->sets, w->n_sets)
                              : words_list(a, w->missing, w->n_missing)},
        {"reason", w->reason},
        {"tell", w->tell},
        {"signpost", w->signpost},
        {"challenge_until", words_time(a, n->challenge_until_ms)},
        {"team", team ? team->name : ""},
        {"lead", w->lead},
        {"forward_name", w->forward_name},
        {"outcome", w->outcome},
        {"due", words_time(a, w->due_ms)},
        {"asked", words_list(a, w->asked, w->n_asked)},
        {"number", words_number(a, w->number)},
        {"sent_as", notify_sent_as(f)},
    };
    _Static_assert(sizeof fields / sizeof fields[0] <= NOTIFY_FIELDS_MAX, "room for every field");
    memcpy(out, fields, sizeof fields);
    return sizeof fields / sizeof fields[0];
}

// The first line of a text is its title.
static void notify_split(struct arena *a, Triage__V1__Notice *n, const char *text)
{
    size_t const title = strcspn(text, "\n");
    char const *rest = text + title + strspn(text + title, "\n");
    n->title = pb_text(arena_text(a, bytes_of(text, title)));
    n->text = pb_text(rest);
    CHECK(n->title);
}

static void notify_neutral_text(struct desk *d, struct arena *a, Triage__V1__Notice *n)
{
    struct words_field const fields[] = {{"reference", n->reference},
                                         {"telephone", d->info->council_telephone}};
    struct words title, text;
    words_init(&title, a, 64);
    words_add(&title, NEUTRAL_TITLE);
    words_add(&title, n->reference);
    words_init(&text, a, 1024);
    words_fill(&text, NEUTRAL_TEXT, fields, 2);
    n->title = title.text;
    n->text = text.text;
    n->code = pb_text("neutral");
}

static void notify_text(struct desk *d, struct arena *a, Triage__V1__Notice *n, enum notice code,
                        const struct casefile *f, const struct notice_words *w)
{
    struct words_field fields[NOTIFY_FIELDS_MAX];
    size_t const n_fields = notify_fields(d, a, n, f, w, fields);
    char const *template = policy_notice_text(d->policy, code, (enum kind)f->kind);
    char const *plain = w->beside ? "About {reference}\n{asked}\n{tell}\n{reason}\nBy: {due}"
                                  : "About your concern {reference}\n{reason}\n{tell}";
    struct words text;
    words_init(&text, a, WORDS_MAX);
    words_fill(&text, template ? template : plain, fields, n_fields);
    notify_split(a, n, words_end(&text, a));
}

Triage__V1__Notice *notify_make(struct desk *d, struct arena *a, enum notice code,
                                const struct casefile *f, const struct notice_words *w)
{
    Triage__V1__Notice *n = pb_new(a, &triage__v1__notice__descriptor);
    n->reference = pb_reference(d, a, f->no);
    n->at_ms = d->now.utc_ms;
    if (notify_neutral(f) && !w->beside) {
        notify_neutral_text(d, a, n);
        return n;
    }
    n->code = pb_text(notice_word(code));
    n->number = (uint32_t)w->number;
    n->due_ms = w->due_ms;
    n->n_asked = w->n_asked;
    n->asked = w->asked;
    if (w->beside) {
        notify_text(d, a, n, code, f, w);
        return n;
    }
    n->colour = (Triage__V1__Colour)w->colour;
    n->decide_by_ms = w->decide_by_ms;
    n->state = (Triage__V1__CaseState)f->state;
    n->challenge_until_ms = notify_challenge_until(d, f, code);
    n->questions = (Triage__V1__ThreeQuestions *)(uintptr_t)w->questions;
    n->n_reasons = w->n_reasons;
    n->reasons = w->reasons;
    n->n_missing = w->n_missing;
    n->missing = w->missing_names;
    n->n_what_was_missing = w->n_sets;
    n->what_was_missing = w->sets;
    notify_text(d, a, n, code, f, w);
    explain_thin(n);
    return n;
}

// report_show.c - figures as tables: for people with units, for spreadsheets in minutes.
#include "people.h"
#include "report.h"
#include "say.h"

#include <string.h>

enum { GROUP_COLUMNS = 16, COLOUR_COLUMNS = 6, SPAN_BYTES = 48 };

static long long figure(const json_t *row, const char *name)
{
    return (long long)json_integer_value(json_object_get(row, name));
}

static bool truth(const json_t *row, const char *name)
{
    return json_is_true(json_object_get(row, name));
}

// ---- Parts ----

const char *report_group(struct run *r, const json_t *report, const json_t *row, const char *nobody)
{
    const char *group = say_member(row, "group"), *by = say_member(report, "by");
    if (!*group) return strcmp(by, "REPORT_BY_AREA") == 0 ? "area" : nobody;
    return strcmp(by, "REPORT_BY_TEAM") == 0 ? team_name(r, group) : group;
}

int report_group_columns(struct run *r, const json_t *report, int least)
{
    size_t i, columns = (size_t)least;
    json_t *row;
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        size_t const len = strlen(report_group(r, report, row, "")) + 2;
        if (len > columns) columns = len;
    }
    return columns < REPORT_GROUP_MOST ? (int)columns : REPORT_GROUP_MOST;
}

// The heads of a table's first columns, which have none.
static void heads_begin(struct run *r, const json_t *report)
{
    printf("%*s", report_group_columns(r, report, GROUP_COLUMNS) + COLOUR_COLUMNS, "");
}

static const char *colour_word(const json_t *row)
{
    static const struct {
        const char *name, *word;
    } words[] = {{"COLOUR_RED", "red"}, {"COLOUR_AMBER", "amber"}, {"COLOUR_GREEN", "green"}};
    const char *colour = say_member(row, "colour");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(colour, words[i].name) == 0) return words[i].word;
    return "all";
}

// "45 min", "7 h 05", "12 d 3 h"; ">" where nobody knows how much longer it would take.
static const char *span(long long minutes, bool reached, char out[SPAN_BYTES])
{
    const char *more = reached ? "" : ">";
    long long const hours = minutes / 60, days = hours / 24;
    if (hours == 0)
        snprintf(out, SPAN_BYTES, "%s%lld min", more, minutes);
    else if (days < 2)
        snprintf(out, SPAN_BYTES, "%s%lld h %02lld", more, hours, minutes % 60);
    else
        snprintf(out, SPAN_BYTES, "%s%lld d %lld h", more, days, hours % 24);
    return out;
}

static const char *percent(long long part, long long whole, char out[SPAN_BYTES])
{
    if (whole == 0)
        snprintf(out, SPAN_BYTES, "-");
    else
        snprintf(out, SPAN_BYTES, "%lld%%", (100 * part + whole / 2) / whole);
    return out;
}

void report_period(const json_t *report)
{
    char from[20], to[20];
    printf("From %s", say_time(json_object_get(report, "from_ms"), from));
    printf(" to %s\n\n", say_time(json_object_get(report, "to_ms"), to));
}

static void row_begin(struct run *r, const json_t *report, const json_t *row)
{
    say_cell(stdout, report_group(r, report, row, "(nobody yet)"),
             report_group_columns(r, report, GROUP_COLUMNS));
    say_colour(stdout, r, colour_word(row), COLOUR_COLUMNS);
}

static void nothing_say(const json_t *report)
{
    if (json_array_size(json_object_get(report, "rows")) == 0)
        puts("There is nothing to count in that period.");
}

// RFC 4180, and nothing that a spreadsheet would take for a formula: ids and our own words only.
static void csv_begin(const json_t *report, const json_t *row)
{
    const char *group = say_member(row, "group");
    bool const area = strcmp(say_member(report, "by"), "REPORT_BY_AREA") == 0;
    printf("%s,%s", area ? "area" : group, colour_word(row));
}

// ---- Timeliness ----

static void wait_show(struct run *r, const json_t *report, const json_t *row, const json_t *w)
{
    char half[SPAN_BYTES], most[SPAN_BYTES], longest[SPAN_BYTES], what[20];
    snprintf(what, sizeof what, "%s", say_member(w, "what"));
    if (strcmp(what, "first_look") == 0) what[5] = ' ';
    row_begin(r, report, row);
    printf("%-11s%6lld%6lld%7lld", what, figure(w, "begun"), figure(w, "over"),
           figure(w, "waiting"));
    printf(" %10s %10s", span(figure(w, "half_minutes"), truth(w, "half_reached"), half),
           span(figure(w, "most_minutes"), truth(w, "most_reached"), most));
    printf(" %10s",
           figure(w, "waiting") ? span(figure(w, "longest_waiting_minutes"), true, longest) : "-");
    if (figure(w, "before")) printf("  +%lld from before", figure(w, "before"));
    putchar('\n');
}

static void wait_csv(const json_t *report, const json_t *row, const json_t *w)
{
    csv_begin(report, row);
    printf(",%s,%lld,%lld,%lld,%lld", say_member(w, "what"), figure(w, "begun"), figure(w, "over"),
           figure(w, "waiting"), figure(w, "before"));
    printf(",%lld,%s,%lld,%s,%lld\r\n", figure(w, "half_minutes"),
           truth(w, "half_reached") ? "yes" : "no", figure(w, "most_minutes"),
           truth(w, "most_reached") ? "yes" : "no", figure(w, "longest_waiting_minutes"));
}

static void late_show(struct run *r, const json_t *report)
{
    size_t i;
    json_t *row;
    char share[SPAN_BYTES];
    bool any = false;
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        // A case that is still waiting past its date is late already.
        long long const late = figure(row, "late") + figure(row, "overdue");
        long long const all = figure(row, "decided") + figure(row, "overdue");
        if (all == 0) continue;
        if (!any) puts("\nDecided by the date given");
        any = true;
        row_begin(r, report, row);
        printf("%s: %lld of %lld (%lld decided late, %lld waiting past their date)\n",
               percent(all - late, all, share), all - late, all, figure(row, "late"),
               figure(row, "overdue"));
    }
}

void report_timeliness(struct run *r, const json_t *report, bool csv)
{
    size_t i, k;
    json_t *row, *w;
    if (csv) {
        fputs("group,colour,what,begun,over,waiting,before,half_minutes,half_reached,"
              "most_minutes,most_reached,longest_waiting_minutes\r\n",
              stdout);
    } else {
        report_period(report);
        heads_begin(r, report);
        printf("%-11s%6s%6s%7s %10s %10s %10s\n", "", "begun", "over", "waits", "half by",
               "9/10 by", "longest");
    }
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        json_array_foreach(json_object_get(row, "waits"), k, w)
        {
            if (csv)
                wait_csv(report, row, w);
            else
                wait_show(r, report, row, w);
        }
    }
    if (csv) return;
    late_show(r, report);
    nothing_say(report);
}

// ---- Backlog ----

static const char *const bands[] = {"<1 d", "1-2", "3-7", "8-28", "29-90", ">90 d"};
enum { BANDS = sizeof bands / sizeof *bands };

static long long band(const json_t *row, size_t i)
{
    return (long long)json_integer_value(json_array_get(json_object_get(row, "waiting_by_age"), i));
}

static double report_weeks(const json_t *report)
{
    int64_t const from = say_time_of(json_object_get(report, "from_ms"));
    int64_t const to = say_time_of(json_object_get(report, "to_ms"));
    return to > from ? (double)(to - from) / (7.0 * 86400000.0) : 0;
}

static void backlog_flow(const json_t *row, double weeks)
{
    double const in = (double)figure(row, "arrived") / weeks;
    double const out = (double)figure(row, "decided") / weeks;
    printf("%7.1f%7.1f", in, out);
    if (figure(row, "waiting") == 0)
        printf("%9s", "-");
    else if (out > 0)
        printf("%7.1f w", (double)figure(row, "waiting") / out);
    else
        printf("%9s", "never");
}

static void backlog_show(struct run *r, const json_t *report, const json_t *row)
{
    row_begin(r, report, row);
    printf("%6lld%6lld ", figure(row, "waiting"), figure(row, "overdue"));
    for (size_t i = 0; i < BANDS; i++) printf("%6lld", band(row, i));
    putchar('\n');
}

static void backlog_csv(const json_t *report, const json_t *row)
{
    csv_begin(report, row);
    printf(",%lld,%lld", figure(row, "waiting"), figure(row, "overdue"));
    for (size_t i = 0; i < BANDS; i++) printf(",%lld", band(row, i));
    const char *oldest = say_member(row, "oldest_received_ms");
    printf(",%lld,%lld,%lld,%lld,%s,%s\r\n", figure(row, "arrived"), figure(row, "decided"),
           figure(row, "unled"), figure(row, "led"), figure(row, "waiting") ? oldest : "",
           figure(row, "unled") ? say_member(row, "unled_since_ms") : "");
}

// The pool behind the decision: how long its oldest has been in it, beside how many there are.
static void backlog_unled(struct run *r, const json_t *report)
{
    size_t i;
    json_t *row;
    char since[20], longest[SPAN_BYTES];
    bool any = false;
    int64_t const to_ms = say_time_of(json_object_get(report, "to_ms"));
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        int64_t const since_ms = say_time_of(json_object_get(row, "unled_since_ms"));
        if (figure(row, "unled") == 0) continue;
        if (!any) puts("\nMet, and nobody leads: no lead is named, or a team has yet to answer");
        any = true;
        row_begin(r, report, row);
        printf("%6lld, the longest %s, since %s\n", figure(row, "unled"),
               span((to_ms - since_ms) / 60000, true, longest), say_time_ms(since_ms, since));
    }
}

static void backlog_table(struct run *r, const json_t *report)
{
    size_t i;
    json_t *row;
    char oldest[20];
    double const weeks = report_weeks(report);
    json_t *rows = json_object_get(report, "rows");
    report_period(report);
    puts("Waiting for a decision at the end, by age");
    heads_begin(r, report);
    printf("%6s%6s ", "waits", "late");
    for (i = 0; i < BANDS; i++) printf("%6s", bands[i]);
    putchar('\n');
    json_array_foreach(rows, i, row) backlog_show(r, report, row);
    puts("\nIn and out, and what stands behind the decision");
    heads_begin(r, report);
    printf("%7s%7s%9s%8s  %s\n", "in/wk", "out/wk", "to clear", "enquiry", "oldest waiting since");
    json_array_foreach(rows, i, row)
    {
        row_begin(r, report, row);
        backlog_flow(row, weeks);
        printf("%8lld  %s\n", figure(row, "led"),
               figure(row, "waiting") ? say_time(json_object_get(row, "oldest_received_ms"), oldest)
                                      : "-");
    }
    backlog_unled(r, report);
    nothing_say(report);
}

void report_backlog(struct run *r, const json_t *report, bool csv)
{
    size_t i;
    json_t *row;
    if (!csv) {
        backlog_table(r, report);
        return;
    }
    fputs("group,colour,waiting,overdue,under_1_day,days_1_2,days_3_7,days_8_28,days_29_90,"
          "over_90_days,arrived,decided,without_lead,enquiries,oldest_received,"
          "without_lead_since\r\n",
          stdout);
    json_array_foreach(json_object_get(report, "rows"), i, row) backlog_csv(report, row);
}

// ---- Notices ----

static const json_t *told_of(const json_t *row)
{
    size_t i;
    json_t *w;
    json_array_foreach(json_object_get(row, "waits"), i, w)
    {
        if (strcmp(say_member(w, "what"), "told") == 0) return w;
    }
    return NULL;
}

static void notices_show(struct run *r, const json_t *report, const json_t *row)
{
    char share[SPAN_BYTES], half[SPAN_BYTES], most[SPAN_BYTES];
    const json_t *told = told_of(row);
    row_begin(r, report, row);
    printf("%9lld%7lld%7s%8lld", figure(row, "notices_owed"), figure(row, "notices_told"),
           percent(figure(row, "notices_told"), figure(row, "notices_owed"), share),
           figure(row, "notices_unread"));
    printf(" %11s %11s\n", span(figure(told, "half_minutes"), truth(told, "half_reached"), half),
           span(figure(told, "most_minutes"), truth(told, "most_reached"), most));
}

static void notices_csv(const json_t *report, const json_t *row)
{
    const json_t *told = told_of(row);
    csv_begin(report, row);
    printf(",%lld,%lld,%lld,%lld,%s,%lld,%s\r\n", figure(row, "notices_owed"),
           figure(row, "notices_told"), figure(row, "notices_unread"), figure(told, "half_minutes"),
           truth(told, "half_reached") ? "yes" : "no", figure(told, "most_minutes"),
           truth(told, "most_reached") ? "yes" : "no");
}

void report_notices(struct run *r, const json_t *report, bool csv)
{
    size_t i;
    json_t *row;
    bool any = false;
    if (csv) {
        fputs("group,colour,decisions,told,unread,half_minutes,half_reached,most_minutes,"
              "most_reached\r\n",
              stdout);
    } else {
        report_period(report);
        heads_begin(r, report);
        printf("%9s%7s%7s%8s %11s %11s\n", "decisions", "told", "", "unread", "half by", "9/10 by");
    }
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        if (figure(row, "notices_owed") == 0) continue;
        any = true;
        if (csv)
            notices_csv(report, row);
        else
            notices_show(r, report, row);
    }
    if (!any && !csv) puts("No decision of that period owed its referrer a notice.");
}

// ---- What they mean ----

void report_figures(void)
{
    fputs(
        "Each report is made of the record's own events, as they stood at the end of the period.\n"
        "Without --from and --to that is the last 91 days. Cases recorded in error, and\n"
        "records about a service as a whole, are left out.\n"
        "A colour is the case's own at the end; by team: the team that has it then; by worker: "
        "who\n"
        "did it or has it to do.\n\n"
        "timeliness, counted by the clock, nights and weekends included\n"
        "  first look  from received until somebody first took it\n"
        "  decision    from received until the first decision, agreed where two must agree\n"
        "  told        from that decision until its notice was safe with the referrer, read, or\n"
        "              told by telephone\n"
        "  lead        from a decision that leads to an enquiry until a named person leads it\n"
        "  enquiry     from then until it was closed\n"
        "  begun       waits that began within the period; over: those that ended; waits: the "
        "rest\n"
        "  half by     by then half of them were over, and 9/10 by: nine in ten. Those still\n"
        "              waiting count: the estimate of Kaplan and Meier, so a backlog cannot "
        "flatter\n"
        "              it. \">\" says that it is longer than anything seen so far\n"
        "  longest     of those still waiting. \"from before\": began before the period, still "
        "wait\n"
        "  by the date given   decided by the date that stood then, of those decided in the "
        "period\n"
        "              and those waiting past their date\n\n"
        "backlog, at the end of the period\n"
        "  waits       received, not yet decided; late: past their date; then by age in days\n"
        "  in/wk, out/wk   received, and first decided, a week of the period\n"
        "  to clear    weeks in which those waiting would be decided if nothing new came\n"
        "  enquiry     under way, with a lead\n"
        "  met, and nobody leads   the duty is met and nobody is named, or the team that it was\n"
        "              offered to has not answered; the longest: since its first decision\n\n"
        "quality: so many of so many; a share from ten on. By provider, rule and decision, too\n"
        "  re-rated    of those received within the period: a person changed the colour\n"
        "  risen       of the same: the rules raised it later\n"
        "  section 42  of the same, without those undecided: an enquiry is a duty, as it stands "
        "now\n"
        "  undecided   of all received: still waiting at the end, or again\n"
        "  reopened, challenged   of those first decided within the period, up to the end\n"
        "  upheld      of the challenged, in part or whole; unanswered: the answer is awaited\n"
        "  asked       of section 42 enquiries that ended within the period: the adult was asked\n"
        "              what they wanted; expressed: of those asked; achieved: of those, in part "
        "or\n"
        "              whole\n"
        "  told        of section 42 enquiries that ended: the lead recorded that the adult was\n"
        "              told of it; advocate: somebody speaks with or for them; risk remains: of\n"
        "              the same; with a plan: of those, a safety plan is on record\n\n"
        "notices, of decisions within the period that owed their referrer one\n"
        "  told        safe with the referrer, read, or told by telephone, by the end\n"
        "  unread      of those told: no person is known to have read it\n"
        "  half by, 9/10 by   from decision to told, as above\n",
        stdout);
}

// report.h - figures as tables, for people and for spreadsheets.
#ifndef TRIAGE_CLI_REPORT_H
#define TRIAGE_CLI_REPORT_H

#include "command.h"

#include <stdint.h>

enum { WHOLE_RECORD_MS = 600000 }; // that is read for it, however long

// `report`: a ReportReply as JSON.
void report_timeliness(struct run *r, const json_t *report, bool csv);
void report_backlog(struct run *r, const json_t *report, bool csv);
void report_notices(struct run *r, const json_t *report, bool csv);
void report_quality(struct run *r, const json_t *report, bool csv);
// Whom a row is about: a team by its name; `nobody` where the group is nobody's.
const char *report_group(struct run *r, const json_t *report, const json_t *row,
                         const char *nobody);
// The columns that those need, from `least` to REPORT_GROUP_MOST.
enum { REPORT_GROUP_MOST = 26 };
int report_group_columns(struct run *r, const json_t *report, int least);
void report_period(const json_t *report); // its first line
// `report returns`: the national return; an exit code.
int report_returns(struct run *r);
// A time given as an option: the day's beginning where the user is, or the instant written out;
// `out` stays when it was not given.  false once it was said what is wrong.
bool report_time(const struct run *r, const char *option, int64_t *out);
// What each figure counts.
void report_figures(void);

#endif

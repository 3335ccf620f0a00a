// commands_council.c - the commands of who runs it, and of who owns its rules.
#include "option_rows.h"
#include "say.h"

static const struct option_row options_keys[] = {
    TEXT("dir", NULL, "DIR", "the daemon's folder of principals/ and workers/ ($TRIAGE_REGISTRY)"),
    TEXT("public-key", NULL, "KEY", "40 characters, from triage enrol"),
    TEXT("role", NULL, "ROLE",
         "provider, partner, police, team, manager, auditor, operator, portal"),
    TEXT("provider-id", NULL, "ID", "the regulator's number of the organisation"),
    TEXT("second-address", NULL, "ID", "whose key hears when nobody there opens a decision"),
    LIST("location", NULL, "ID", "a location that it may speak for; may be repeated"),
    LIST("team", NULL, "TEAM", "a team that it may work for; may be repeated"),
    LIST("acts-for", NULL, "ID", "a principal that it may act for; may be repeated"),
    TEXT("of-worker", NULL, "ID", "the worker, when the key belongs to one person"),
    TEXT("name", NULL, "NAME", "what people call it; for a worker, needed"),
    TEXT("grade", NULL, "GRADE",
         "mash_worker, mash_manager, community_worker, community_manager, out_of_hours, auditor, "
         "operator"),
    FLAG("no-reload", NULL, "do not ask the daemon to read the folder again"),
    END,
};
static const struct option_row options_ledger[] = {
    TEXT("file", NULL, "DIR", "verify: a copy of a ledger, or a stopped daemon's"),
    TEXT("key", NULL, "FILE", "verify --file, restore, drill: the area's master.key"),
    TEXT("checkpoint", NULL, "FILE", "verify --file: what was signed, as kept by a second party"),
    TEXT("signer", NULL, "FILE", "verify --checkpoint: the council's checkpoint.pub"),
    TEXT("out", NULL, "FILE", "checkpoint: write it there"),
    TEXT("to", NULL, "DIR", "restore: an empty folder; drill: where there is room (/tmp)"),
    TEXT("erasures", NULL, "FILE",
         "restore, drill: the newest `erasures` from checkpoints_dir; or none"),
    END,
};
static const struct option_row options_retention[] = {
    TEXT("before", NULL, "DATE", "due: what is due by then (default: now)"),
    TEXT("reason", NULL, "WORDS",
         "sweep, refuse: why, for the record; agree: if there is more to say"),
    END,
};
static const struct option_row options_erase[] = {
    NEED("reason", NULL, "WORDS", "why: it outlives the case"),
    FLAG("on-request", NULL,
         "whom it is about asks for it: no time need have passed; never under a legal hold"),
    END,
};
static const struct option_row options_report[] = {
    TEXT("by", NULL, "WORD",
         "area (the default), team, worker; provider, rule, decision: no waits"),
    TEXT("from", NULL, "DATE", "the period begins (default: 91 days before its end)"),
    TEXT("to", NULL, "DATE", "and ends before this; figures are as of then (default: now)"),
    FLAG("csv", NULL, "for a spreadsheet: times in minutes"),
    TEXT("file", NULL, "DIR", "of a copy of a ledger, or a stopped daemon's"),
    TEXT("key", NULL, "FILE", "with --file: the area's master.key"),
    TEXT("year", NULL, "YEAR", "returns: the year from 1 April, as 2026-27"),
    FLAG("exact", NULL, "returns --csv: not rounded, nothing left out: for the council alone"),
    TEXT("area-key", NULL, "FILE", "returns --file: the area.key, to name cases by reference"),
    TEXT("geography", NULL, "WORDS", "returns --csv: the column GEOGRAPHY"),
    TEXT("council-type", NULL, "WORDS", "returns --csv: the column COUNCIL_TYPE"),
    TEXT("region-code", NULL, "CODE", "returns --csv: the column REGION_CODE"),
    TEXT("region-name", NULL, "NAME", "returns --csv: the column REGION_NAME"),
    TEXT("ons-code", NULL, "CODE", "returns --csv: the column ONS_CODE"),
    TEXT("la-code", NULL, "CODE", "returns --csv: the column LA_CODE"),
    TEXT("la-name", NULL, "NAME", "returns --csv: the column LA_NAME"),
    END,
};
static const struct option_row options_policy[] = {
    TEXT("date", NULL, "DATE", "check: as if on this day, such as 2026-12-25 (default: today)"),
    TEXT("input", NULL, "FILE", "eval, explain: the facts, as JSON (default: stdin)"),
    TEXT("facts", NULL, "FILE", "the same as --input"),
    TEXT("decision", NULL, "NAME", "eval: this decision alone"),
    FLAG("md", NULL, "show: as Markdown (the default)"),
    FLAG("html", NULL, "show: as HTML"),
    FLAG("table", NULL, "tck: a table by folder, in Markdown"),
    TEXT("since", NULL, "DATE", "replay: cases received since then"),
    TEXT("file", NULL, "DIR", "replay: over a copy of a ledger, by the folders of two packs"),
    TEXT("key", NULL, "FILE", "replay --file: the area's master.key"),
    TEXT("against", NULL, "PACK", "replay --file: the pack to compare with"),
    TEXT("reason", NULL, "WORDS", "propose, withdraw, activate: why, for the record"),
    END,
};

const struct command commands_council[] = {
    {"keys", "list | add ID | revoke ID | rotate ID | worker add ID | worker leave ID | make FILE",
     "who may speak to the daemon: keys and workers",
     "triage keys add rose-court --role provider --public-key \"$KEY\" --location 1-123456789\n"
     "triage keys rotate rose-court --public-key \"$KEY\"\n"
     "triage keys worker add w-bell --name \"W Bell\" --grade mash_worker --team mash",
     NULL, options_keys, COMMAND_OPERATOR | COMMAND_OFFLINE, 1, 3, run_keys, NULL},
    {"ledger", "verify | head | checkpoint | backup | restore BACKUP | drill BACKUP",
     "prove, sign, back up and restore the ledger",
     "triage ledger verify --operator ipc:///run/triaged/operator.sock\n"
     "triage ledger verify --file /backup/ledger --key /safe/master.key\n"
     "triage ledger verify --file /backup/ledger --checkpoint kept.checkpoint --signer "
     "checkpoint.pub\n"
     "triage ledger backup\n"
     "triage ledger drill /backup/20260105T020000Z --key /safe/master.key --erasures erasures",
     NULL, options_ledger, COMMAND_OPERATOR, 1, 2, run_ledger, NULL},
    {"retention", "due | sweep | status | agree NUMBER | refuse NUMBER",
     "what is due by the council's schedule; as a MASH manager, have all of it erased; as another, "
     "agree or not",
     "triage retention due\ntriage retention due --before 2031-04-01 --json\n"
     "triage retention sweep --reason \"yearly review of records, board of 3 May\"\n"
     "triage retention status\ntriage retention agree 48211\n"
     "triage retention refuse 48211 --reason \"one is still with the coroner\"",
     NULL, options_retention, 0, 1, 2, run_retention, NULL},
    {"erase", "REF",
     "have one case erased that is due: another MASH manager agrees with triage retention agree",
     "triage erase SC-7K2M-9QX4 --reason \"kept as long as the schedule says\"\n"
     "triage erase SC-7K2M-9QX4 --on-request --reason \"asked for on 3 May; legal agrees\"",
     NULL, options_erase, 0, 1, 1, run_erase, NULL},
    {"overview", "", "figures by team, no content", "triage overview", "overview", NULL,
     COMMAND_OPERATOR, 0, 0, run_request, show_overview},
    {"report", "timeliness | backlog | notices | quality | returns | figures",
     "how long things take, what waits, who was told, what was put right; the national return; "
     "\"figures\" says what each counts",
     "triage report timeliness --by team\ntriage report backlog --from 2026-04-01 --to 2026-07-01\n"
     "triage report notices --by worker --csv\n"
     "triage report quality --by provider\n"
     "triage report timeliness --file /backup/ledger --key /safe/master.key\n"
     "triage report returns --year 2026-27\n"
     "triage report returns --year 2026-27 --csv --la-code 999 --la-name Exampleshire > sac.csv\n"
     "triage report figures",
     NULL, options_report, COMMAND_OPERATOR, 1, 1, run_report, NULL},
    {"reload", "", "have the daemon read registry and settings again: all or nothing",
     "triage reload", "reload", NULL, COMMAND_OPERATOR, 0, 0, run_request, show_reload},
    {"confirm-clock", "", "say that a person looked: the clock is right", "triage confirm-clock",
     "confirm_clock", NULL, COMMAND_OPERATOR, 0, 0, run_request, show_case_brief},
    {"policy",
     "check PACK | test PACK | score PACK SCENARIOS | show PACK | diff OLD NEW | eval PACK | "
     "explain PACK | facts | tck DIR | replay NAME | status | propose NAME | withdraw | activate "
     "DIGEST",
     "work on threshold tables before they go live; which rules are in force, and put others in "
     "force",
     "triage policy check deploy/policy/default\ntriage policy test deploy/policy/default\n"
     "triage policy diff deploy/policy/default next/\n"
     "triage policy explain deploy/policy/default --input facts.json\n"
     "echo '{\"immediate_danger\": true}' | triage policy eval deploy/policy/default --decision "
     "rating\n"
     "triage policy show deploy/policy/default --html\ntriage policy facts\n"
     "triage policy replay autumn-2027 --since 2026-04-01\n"
     "triage policy status\n"
     "triage policy propose autumn-2027 --reason \"falls: the board's decision of 3 May\"\n"
     "triage policy activate 8f1c22d09a41b7e3 --reason \"read, and agreed\"",
     NULL, options_policy, COMMAND_OPERATOR | COMMAND_OFFLINE, 1, 3, run_policy, NULL},
    {"completion", "bash", "completion for your shell", "eval \"$(triage completion bash)\"", NULL,
     NULL, COMMAND_OFFLINE, 1, 1, run_completion, NULL},
    COMMANDS_END,
};

// test_program.c - the program as people run it: what it prints, and with which code it ends.
#include "server.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <triage/triage.h>
#include <unistd.h>

#include <cmocka.h>

static char output[65536];
static struct server server;

// Runs `triage` with these words under the shell; both streams into output.
static int triage(const char *words)
{
    char command[4096];
    snprintf(command, sizeof command,
             "cd %s && unset TRIAGE_OPERATOR TRIAGE_REGISTRY && export LC_ALL=C.UTF-8 "
             "TRIAGE_PROFILE=client.yaml && { %s %s; } 2>&1",
             server.folder, TRIAGE_PROGRAM, words);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t const n = fread(output, 1, sizeof output - 1, f);
    output[n] = '\0';
    int const status = pclose(f);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void ends_with(int code, const char *words, const char *says)
{
    int const got = triage(words);
    if (got != code) fail_msg("triage %s\nended with %d, not %d:\n%s", words, got, code, output);
    if (!strstr(output, says)) fail_msg("triage %s\ndid not say \"%s\":\n%s", words, says, output);
}

static void file_put(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", server.folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

// ---- A desk's day, as the server plays it ----

static bool claim_answer(Triage__V1__Reply *r)
{
    static Triage__V1__Headline headline;
    static Triage__V1__Claimed claimed;
    static Triage__V1__Claimed *list[] = {&claimed};
    static Triage__V1__ClaimReply claim;
    triage__v1__headline__init(&headline);
    headline.reference = "SC-7K2M-9QX4";
    headline.colour = TRIAGE__V1__COLOUR__COLOUR_RED;
    headline.version = 5;
    triage__v1__claimed__init(&claimed);
    claimed.headline = &headline;
    claimed.token = 77;
    claimed.concern = (ProtobufCBinaryData){5, (uint8_t *)(uintptr_t) "\x62\x03\x1b[J"};
    triage__v1__claim_reply__init(&claim);
    claim.n_claimed = 1;
    claim.claimed = list;
    r->body_case = TRIAGE__V1__REPLY__BODY_CLAIM;
    r->claim = &claim;
    return true;
}

static bool brief_answer(Triage__V1__Reply *r, Triage__V1__CaseState state)
{
    static Triage__V1__CaseBrief brief;
    static Triage__V1__CaseReply reply;
    triage__v1__case_brief__init(&brief);
    brief.reference = "SC-7K2M-9QX4";
    brief.state = state;
    brief.version = 6;
    brief.in_words = "An enquiry will be made.";
    triage__v1__case_reply__init(&reply);
    reply.case_ = &brief;
    r->body_case = TRIAGE__V1__REPLY__BODY_CASE_;
    r->case_ = &reply;
    return true;
}

static bool decide_answer(const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    const Triage__V1__Hold *h = q->decide->hold;
    if (h->token != 77 || h->expected_version != 5 || strcmp(q->worker, "w-bell") != 0) {
        static Triage__V1__CaseBrief now;
        triage__v1__case_brief__init(&now);
        now.reference = "SC-7K2M-9QX4";
        now.state = TRIAGE__V1__CASE_STATE__CASE_STATE_QUEUED;
        now.version = 9;
        r->status = TRIAGE__V1__STATUS__STATUS_CONFLICT;
        r->now = &now;
        return true;
    }
    return brief_answer(r, TRIAGE__V1__CASE_STATE__CASE_STATE_DECIDED_MET);
}

static bool actions_answer(Triage__V1__Reply *r)
{
    static Triage__V1__ActionsReply actions;
    triage__v1__actions_reply__init(&actions);
    actions.version = 8;
    r->body_case = TRIAGE__V1__REPLY__BODY_ACTIONS;
    r->actions = &actions;
    return true;
}

static bool queue_answer(Triage__V1__Reply *r)
{
    static Triage__V1__Headline headline;
    static Triage__V1__Headline *list[] = {&headline};
    static Triage__V1__QueueReply queue;
    static uint32_t by[] = {0, 0, 1};
    triage__v1__headline__init(&headline);
    headline.reference = "SC-7K2M-9QX4";
    headline.colour = TRIAGE__V1__COLOUR__COLOUR_RED;
    headline.provider = "rose-court";
    triage__v1__queue_reply__init(&queue);
    queue.n_headlines = queue.total = 1;
    queue.headlines = list;
    queue.n_by_colour = 3;
    queue.by_colour = by;
    r->body_case = TRIAGE__V1__REPLY__BODY_QUEUE;
    r->queue = &queue;
    return true;
}

static uint64_t receipted;
static char reader[32];

// One notice is owed: not met, with its reasons question by question.
static void notices_push(struct server *s, uint64_t after)
{
    static Triage__V1__ThreeQuestions questions;
    static Triage__V1__Notice notice;
    static Triage__V1__Notice *list[] = {&notice};
    static Triage__V1__NoticesPush push;
    triage__v1__three_questions__init(&questions);
    questions.abuse_or_risk = TRIAGE__V1__ANSWER__ANSWER_NO;
    questions.abuse_or_risk_because = "one late dose, \033[31mno harm";
    triage__v1__notice__init(&notice);
    notice.cursor = 1;
    notice.reference = "SC-7K2M-9QX4";
    notice.code = "not_met";
    notice.title = "Not a section 42 enquiry";
    notice.questions = &questions;
    notice.challenge_until_ms = 1783000000000;
    triage__v1__notices_push__init(&push);
    push.n_notices = 1;
    push.notices = list;
    triage__v1__reply__init(&s->push);
    s->push.body_case = TRIAGE__V1__REPLY__BODY_NOTICES;
    s->push.notices = &push;
    s->push_after = after == 0;
}

static bool notices_answer(struct server *s, const Triage__V1__Request *q)
{
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES) {
        notices_push(s, q->follow_notices->after);
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES) {
        receipted = q->receipt_notices->up_to;
    } else {
        snprintf(reader, sizeof reader, "%s", q->read_notice->reader);
    }
    return true;
}

static bool desk_answer(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    switch (q->body_case) {
    case TRIAGE__V1__REQUEST__BODY_CLAIM: return claim_answer(r);
    case TRIAGE__V1__REQUEST__BODY_DECIDE: return decide_answer(q, r);
    case TRIAGE__V1__REQUEST__BODY_ACTIONS: return actions_answer(r);
    case TRIAGE__V1__REQUEST__BODY_QUEUE: return queue_answer(r);
    case TRIAGE__V1__REQUEST__BODY_REOPEN:
        if (q->reopen->hold->expected_version != 8) r->status = TRIAGE__V1__STATUS__STATUS_CONFLICT;
        return brief_answer(r, TRIAGE__V1__CASE_STATE__CASE_STATE_QUEUED);
    case TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES:
    case TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES:
    case TRIAGE__V1__REQUEST__BODY_READ_NOTICE: return notices_answer(s, q);
    case TRIAGE__V1__REQUEST__BODY_STATUS:
        r->status = TRIAGE__V1__STATUS__STATUS_NOT_FOUND;
        return true;
    default: return server_answers(s, q, r);
    }
}

static int desk_open(void **state)
{
    (void)state;
    server_make(&server, desk_answer);
    server_start(&server);
    file_put("one.json", "{\"adults\":[{\"name\":\"Ann Invented\"}],\"what_happened\":\"x\"}");
    file_put("lines.jsonl",
             "{\"what_happened\":\"a\"}\n\n{\"concern\":{\"what_happened\":\"b\"}}\n");
    file_put("array.json", "[{\"what_happened\":\"a\"},\n {\"what_happened\":\"b\"}]");
    file_put("broken.json", "{\"what_happened\":\"a\"}\n{\"what_happened\" \"b\"}");
    file_put("wrong.json", "{\"adults\":[{\"nhs_number\":999}]}");
    file_put("nul.json", "{\"what_happened\":\"a\\u0000b\"}");
    return 0;
}

static int desk_close(void **state)
{
    (void)state;
    server_drop(&server);
    return 0;
}

// ---- Tests ----

static void help_is_there_for_everything(void **state)
{
    (void)state;
    ends_with(0, "--help", "Exit codes: 0 done");
    ends_with(0, "decide --help", "triage decide SC-7K2M-9QX4 --outcome");
    ends_with(0, "help submit", "--outbox DIR");
    ends_with(0, "--version", "triage ");
    ends_with(0, "completion bash | bash -n && echo fine", "fine");
}

static void wrong_words_are_usage(void **state)
{
    (void)state;
    ends_with(2, "", "Usage: triage COMMAND");
    ends_with(2, "explode", "there is no command \"explode\"");
    ends_with(2, "status", "usage: triage status REF");
    ends_with(2, "status A B", "usage: triage status REF");
    ends_with(2, "decide SC-7K2M-9QX4", "--outcome WORD is needed");
    ends_with(2, "ping --timeout 0", "--timeout: expected a whole number from 1 to 86400");
    ends_with(2, "ping --explode", "unrecognized option");
    ends_with(2, "second SC-7K2M-9QX4 --reason x", "say --agree or --disagree");
    ends_with(2, "case SC-7K2M-9QX4", "a look is recorded with its reason");
    ends_with(2, "submit none.json", "none.json: cannot be read");
    ends_with(2, "decide SC-7K2M-9QX4 --outcome purple --reason x",
              "outcome: unknown value \"purple\"; one of: met, not_met, other_enquiry, forward");
}

static void a_ping_says_each_thing(void **state)
{
    (void)state;
    ends_with(0, "ping", "ok    keys     you are \"rose-court\"");
    ends_with(0, "ping --json", "\"council_telephone\":\"01632 960000\"");
}

static void concerns_are_read_in_every_form(void **state)
{
    (void)state;
    ends_with(0, "submit one.json", "SC-7K2M-9QX4  amber  decide by");
    ends_with(0, "submit lines.jsonl --json | wc -l", "2");
    ends_with(0, "submit array.json one.json --json | wc -l", "3");
    ends_with(0, "submit - < one.json", "SC-7K2M-9QX4");
    ends_with(0, "submit < one.json --json", "\"result\":\"ok\"");
    ends_with(3, "submit broken.json", "broken.json: line 2, column 20:");
    ends_with(3, "submit wrong.json",
              "wrong.json: concern 1: adults[0].nhs_number: expected a string");
    ends_with(3, "submit nul.json", "what_happened: text may not hold a NUL character");
    ends_with(2, "submit array.json --key 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "for one concern");
    ends_with(0, "submit one.json --json --key 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
              "\"key\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\"");
}

static void what_is_not_received_says_whom_to_ring_and_stays_in_the_outbox(void **state)
{
    (void)state;
    ends_with(0, "ping", "ok");
    server_stop(&server);
    ends_with(4, "submit one.json --outbox box --timeout 1",
              "NOT RECEIVED - ring Exampleton Council on 01632 960000");
    ends_with(4, "ping", "Cannot reach tcp://127.0.0.1:");
    server_start(&server);
    ends_with(0, "submit --outbox box < /dev/null", "SC-7K2M-9QX4");
    ends_with(0, "submit --outbox box < /dev/null; ls box | grep -c done", "1");
}

static void a_desk_takes_and_decides_without_typing_tokens(void **state)
{
    (void)state;
    ends_with(0, "queue mash", "1 waiting: 1 red, 0 amber, 0 green");
    ends_with(0, "queue mash --json", "{\"headlines\":[{\"reference\":\"SC-7K2M-9QX4\"");
    ends_with(0, "take --team mash --worker w-bell", "what happened: ?[J"); // never as it was sent
    ends_with(3, "decide SC-7K2M-9QX4 --outcome met --reason x --worker w-other",
              "now: SC-7K2M-9QX4 is queued (version 9)");
    ends_with(0, "decide sc-7k2m-9qx4 --outcome met --needs yes --reason x --worker w-bell --json",
              "\"state\":\"CASE_STATE_DECIDED_MET\"");
    // The lease went with it; a command now is about the version that the daemon tells.
    ends_with(0, "reopen SC-7K2M-9QX4 --reason \"it goes on\"", "An enquiry will be made.");
    ends_with(6, "status SC-0000-0000", "not_found");
}

static void notices_are_told_question_by_question_and_receipted(void **state)
{
    (void)state;
    receipted = 0;
    ends_with(0, "notices --keep",
              "abuse or neglect, or at risk of it: no - one late dose, ?[31mno");
    assert_non_null(strstr(output, "you may challenge this until 2026-"));
    assert_int_equal(receipted, 0);
    ends_with(0, "notices --json --read 'Duty manager'", "\"code\":\"not_met\"");
    assert_int_equal(receipted, 1);
    assert_string_equal(reader, "Duty manager");
    ends_with(0, "notices --after 1 | wc -c", "0");
    ends_with(2, "notices --after x", "is not a notice's cursor");
    receipted = 0;
    ends_with(0, "submit one.json --wait", "SC-7K2M-9QX4 not_met: Not a section 42 enquiry");
    assert_int_equal(receipted, 0); // still owed to whoever follows them
}

static int hellos_before;

static bool program_is_connected(void)
{
    return server.hellos > hellos_before;
}

static bool concern_is_kept(void)
{
    char command[128];
    snprintf(command, sizeof command, "ls %s/box2/*.box >/dev/null 2>&1", server.folder);
    return system(command) == 0;
}

// Runs `triage` beside us, interrupts it once it is where the test wants it; its exit code.
static int interrupted(const char *words, bool (*ready)(void))
{
    char command[512];
    int status = 0;
    hellos_before = server.hellos;
    snprintf(command, sizeof command,
             "cd %s && export TRIAGE_PROFILE=client.yaml && exec %s %s > interrupted.txt 2>&1",
             server.folder, TRIAGE_PROGRAM, words);
    pid_t const child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (!ready() && waitpid(child, &status, WNOHANG) == 0) usleep(1000);
    kill(child, SIGINT);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ctrl_c_ends_a_wait_in_good_order(void **state)
{
    (void)state;
    assert_int_equal(interrupted("notices --follow", program_is_connected), 0);
    server_stop(&server);
    assert_int_equal(interrupted("submit one.json --outbox box2", concern_is_kept), 1);
    server_start(&server);
    ends_with(0, "ping && cat interrupted.txt",
              "interrupted: 0 of 1 received. The rest is in the outbox.");
    ends_with(0, "submit --outbox box2 < /dev/null", "SC-7K2M-9QX4");
}

static void policy_packs_are_checked_and_facts_listed(void **state)
{
    (void)state;
    ends_with(0, "policy check " TRIAGE_PACK, "0 refused");
    ends_with(0, "policy facts", "immediate_danger");
    ends_with(2, "policy check /nonexistent", "no folder that can be read");
    ends_with(2, "policy explode", "usage: triage policy check PACK");
    ends_with(2, "policy check", "usage: triage policy check PACK");
    ends_with(2, "policy diff " TRIAGE_PACK, "usage: triage policy diff OLD NEW");
    ends_with(0, "policy diff " TRIAGE_PACK " " TRIAGE_PACK, "nothing changed");
    ends_with(2, "policy check " TRIAGE_PACK " --html", "--html is not for triage policy check");
    ends_with(2, "policy check " TRIAGE_PACK " --date friday", "no date is written 'friday'");
    ends_with(1, "policy check " TRIAGE_PACK " --date 2999-01-01", "less than 90 days away");
    file_put("facts.json", "{\"harm_actual\": \"low\", \"mitigation_in_place\": true}");
    ends_with(0, "policy explain " TRIAGE_PACK " --input facts.json", "What was missing");
    ends_with(0, "policy eval " TRIAGE_PACK " --facts facts.json --decision tier", "below");
    ends_with(2, "policy eval " TRIAGE_PACK " --facts a --input b", "give one of them");
    file_put("facts.json", "{\"harm_actual\": \"lwo\"}");
    ends_with(2, "policy explain " TRIAGE_PACK " --input facts.json", "write null or one of");
    ends_with(2, "policy tck /nonexistent", "no folder with test cases");
    ends_with(2, "policy score " TRIAGE_PACK " /nonexistent", "the file is missing");
}

static void a_stranger_is_told_to_send_the_key(void **state)
{
    (void)state;
    server.refuse_keys = true;
    ends_with(5, "ping", server.client_key);
    ends_with(5, "submit one.json", "key_unknown");
    server.refuse_keys = false;
    ends_with(5, "ping --profile none.yaml", "make one with: triage enrol");
}

static void keys_are_enrolled_revoked_and_rotated(void **state)
{
    (void)state;
    char words[512];
    char key[41];
    char secret[41];
    triage_keypair(key, secret);
    snprintf(words, sizeof words,
             "enrol --profile new/a.yaml --endpoint tcp://h:1 --server-key '%s'", key);
    ends_with(0, words, "Profile written to new/a.yaml");
    ends_with(5, words, "there is a profile already");
    ends_with(2, "keys list", "--dir DIR (or $TRIAGE_REGISTRY) is needed");
    snprintf(words, sizeof words, "keys add rose-court --dir reg --role provider --public-key '%s'",
             key);
    ends_with(0, words, "rose-court: added");
    ends_with(1, words, "is there already");
    ends_with(0, "keys list --dir reg", key);
    ends_with(0, "keys revoke rose-court --dir reg", "rose-court: revoked");
    ends_with(0, "keys list --dir reg --json", "\"status\":\"revoked\"");
    triage_keypair(key, secret);
    snprintf(words, sizeof words, "keys rotate rose-court --dir reg --public-key '%s'", key);
    ends_with(0, words, "rose-court: rotated");
    ends_with(0, "keys list --dir reg", key);
    ends_with(6, "keys revoke nobody --dir reg", "No such file");
    ends_with(2, "keys revoke ../x --dir reg", "no such id");
    ends_with(2, "keys add A --dir reg", "an id is a-z, 0-9 and -");
    ends_with(0, "keys worker add w-bell --dir reg --name 'W Bell' --grade mash_worker --team mash",
              "w-bell: added");
    ends_with(0, "keys worker leave w-bell --dir reg", "w-bell: left");
    ends_with(0, "keys make server.key && stat -c %a server.key", "600");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_is_there_for_everything),
        cmocka_unit_test(wrong_words_are_usage),
        cmocka_unit_test(a_ping_says_each_thing),
        cmocka_unit_test(concerns_are_read_in_every_form),
        cmocka_unit_test(what_is_not_received_says_whom_to_ring_and_stays_in_the_outbox),
        cmocka_unit_test(a_desk_takes_and_decides_without_typing_tokens),
        cmocka_unit_test(notices_are_told_question_by_question_and_receipted),
        cmocka_unit_test(ctrl_c_ends_a_wait_in_good_order),
        cmocka_unit_test(policy_packs_are_checked_and_facts_listed),
        cmocka_unit_test(a_stranger_is_told_to_send_the_key),
        cmocka_unit_test(keys_are_enrolled_revoked_and_rotated),
    };
    return cmocka_run_group_tests(tests, desk_open, desk_close);
}

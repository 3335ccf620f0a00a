// The door, against real CURVE clients: who gets in, who is heard, who is cut.
#include "house.h"
#include "selftest.h"
#include "zsock.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ENDLESS "triaged_connections_cut_total{reason=\"endless_message\"}"

static struct house house;
static struct identity home, home_b, mash, vendor, gone;

static int open_house(void **state)
{
    (void)state;
    home = identity_make();
    home_b = identity_make();
    mash = identity_make();
    vendor = identity_make();
    gone = identity_make();
    const char *const settings[] = {"connection_bytes_max=2097152", "send_queue_max=50"};
    house_make(&house, settings, 2);
    house_enrol(&house, "rose-court", "provider", &home, "active");
    house_enrol(&house, "holly-house", "provider", &home_b, "active");
    house_enrol(&house, "mash-desk", "team", &mash, "active");
    house_enrol(&house, "vendor", "portal", &vendor, "active");
    house_enrol(&house, "closed-home", "provider", &gone, "revoked");
    house_start(&house);
    return 0;
}

static int close_house(void **state)
{
    (void)state;
    int const code = house_stop(&house);
    house_remove(&house);
    return code;
}

static void an_enrolled_key_is_heard_and_answered_in_a_box(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    char text[200];
    assert_true(client_echoes(&house, &c));
    client_say(&c, "figures");
    assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 0);
    assert_non_null(strstr(text, "as rose-court"));
    client_close(&c);
}

static void expect_refused(struct client *c, int event, int status)
{
    int value = 0;
    int const seen = client_event(c, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | event, &value);
    assert_int_equal(seen & event, seen);
    assert_true(seen != 0);
    if (status) assert_int_equal(value, status);
    client_close(c);
}

static void a_key_that_is_not_enrolled_is_refused_at_the_handshake(void **state)
{
    (void)state;
    struct identity const stranger = identity_make();
    struct client c = client_open(&house, house.intake, &stranger, NULL, NULL);
    expect_refused(&c, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
    assert_true(house_metric_reaches(&house, "triaged_zap_total{answer=\"stranger\"}", 1));
}

static void a_revoked_key_is_refused_at_the_handshake(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &gone, NULL, NULL);
    expect_refused(&c, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
    assert_true(house_metric_reaches(&house, "triaged_zap_total{answer=\"revoked\"}", 1));
}

static void a_connection_without_encryption_is_refused(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.desk, NULL, NULL, NULL);
    expect_refused(&c, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
                   0);
    assert_true(
        house_metric_reaches(&house, "triaged_handshakes_failed_total{reason=\"protocol\"}", 1));
}

static void a_client_with_the_wrong_server_key_gets_nowhere(void **state)
{
    (void)state;
    struct identity const other = identity_make();
    struct client c = client_open(&house, house.intake, &home, other.public, NULL);
    expect_refused(&c, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
                   0);
}

static void a_role_gets_in_only_where_it_belongs(void **state)
{
    (void)state;
    struct client a = client_open(&house, house.desk, &home, NULL, NULL);
    expect_refused(&a, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
    struct client b = client_open(&house, house.intake, &mash, NULL, NULL);
    expect_refused(&b, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
    struct client c = client_open(&house, house.intake, &vendor, NULL, NULL);
    struct client d = client_open(&house, house.desk, &vendor, NULL, NULL);
    struct client e = client_open(&house, house.desk, &mash, NULL, NULL);
    assert_true(client_echoes(&house, &c) && client_echoes(&house, &d) &&
                client_echoes(&house, &e));
    client_close(&c);
    client_close(&d);
    client_close(&e);
}

static void a_routing_id_of_the_peers_own_is_cut(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &home, NULL, "holly-house");
    client_say(&c, "echo mine");
    assert_int_equal(client_event(&c, ZMQ_EVENT_DISCONNECTED, NULL), ZMQ_EVENT_DISCONNECTED);
    client_close(&c);
    assert_true(
        house_metric_reaches(&house, "triaged_dropped_total{reason=\"forged_routing_id\"}", 1));
}

static void a_message_of_two_frames_is_malformed_and_the_connection_goes_on(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    char text[200];
    zmq_send(c.socket, "echo", 4, ZMQ_SNDMORE);
    client_say(&c, "more");
    assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 2);
    assert_memory_equal(text, "\x10\x6a", 2); // Reply.status = STATUS_MALFORMED
    assert_true(client_echoes(&house, &c));
    client_close(&c);
}

static void a_message_a_little_too_long_is_told_so_and_one_far_too_long_is_cut(void **state)
{
    (void)state;
    static char much[3000000];
    char text[200];
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    zmq_send(c.socket, much, 1048577, 0);
    assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 2);
    assert_memory_equal(text, "\x10\x68", 2); // STATUS_TOO_LARGE
    assert_true(client_echoes(&house, &c));
    zmq_send(c.socket, much, sizeof much, 0);
    assert_int_equal(client_event(&c, ZMQ_EVENT_DISCONNECTED, NULL), ZMQ_EVENT_DISCONNECTED);
    client_close(&c);
}

static void a_message_that_never_ends_is_cut(void **state)
{
    (void)state;
    static char part[65536];
    struct client c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    double const cut = house_metric(&house, ENDLESS);
    // libzmq as a client sends whole messages only, so the last frame must come for the first to
    // leave; 200 MB of them take the listener longer than the guard sleeps.
    for (int i = 0; i < 3000; i++)
        assert_true(zmq_send(c.socket, part, sizeof part, ZMQ_SNDMORE) > 0);
    zmq_send(c.socket, part, 1, 0);
    assert_true(house_metric_reaches(&house, ENDLESS, cut < 0 ? 1 : cut + 1));
    client_close(&c);
}

static void many_long_messages_of_one_connection_are_not_taken_for_an_endless_one(void **state)
{
    (void)state;
    static char echo[60000] = "drop";
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    // 18 MB in all, never more than 2 MB that we have not taken yet.
    for (int round = 0; round < 15; round++) {
        for (int i = 0; i < 20; i++) assert_true(zmq_send(c.socket, echo, sizeof echo, 0) >= 0);
        assert_true(client_echoes(&house, &c));
    }
    client_close(&c);
}

static void a_revoked_key_is_not_heard_again_and_is_cut(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    house_enrol(&house, "holly-house", "provider", &home_b, "revoked");
    assert_int_equal(client_event(&c, ZMQ_EVENT_DISCONNECTED, NULL), ZMQ_EVENT_DISCONNECTED);
    expect_refused(&c, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
    house_enrol(&house, "holly-house", "provider", &home_b, "active");
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"done\"}", 2));
}

static void a_replaced_key_ends_the_connection_that_the_old_one_opened(void **state)
{
    (void)state;
    struct client c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    struct identity const fresh = identity_make();
    house_enrol(&house, "holly-house", "provider", &fresh, "active");
    assert_int_equal(client_event(&c, ZMQ_EVENT_DISCONNECTED, NULL), ZMQ_EVENT_DISCONNECTED);
    client_close(&c);
    home_b = fresh;
    c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_close(&c);
}

static void a_broken_registry_file_is_refused_and_the_old_registry_stays(void **state)
{
    (void)state;
    house_write(&house, "principals/rose-court.yaml", "id: rose-court\nrole: wizard\n");
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"refused\"}", 1));
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_close(&c);
    house_enrol(&house, "rose-court", "provider", &home, "active");
}

static void operators_come_by_the_local_socket_without_box(void **state)
{
    (void)state;
    char text[200];
    struct client c = client_open(&house, house.operators, NULL, NULL, NULL);
    client_say(&c, "figures");
    assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 0);
    assert_non_null(strstr(text, "as operator"));
    client_close(&c);
}

static void a_peer_that_leaves_is_told_to_the_desk(void **state)
{
    (void)state;
    char text[200];
    unsigned before = 0, after = 0;
    struct client watcher = client_open(&house, house.operators, NULL, NULL, NULL);
    client_say(&watcher, "figures");
    assert_true(client_hear(&house, &watcher, text, sizeof text, 5000) > 0);
    sscanf(text, "messages %*u gone %u", &before);
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_close(&c);
    for (int i = 0; i < 1000 && after <= before; i++) {
        client_say(&watcher, "figures");
        assert_true(client_hear(&house, &watcher, text, sizeof text, 5000) > 0);
        sscanf(text, "messages %*u gone %u", &after);
    }
    assert_true(after > before);
    client_close(&watcher);
}

static void a_peer_that_does_not_read_is_held_back_and_loses_nothing(void **state)
{
    (void)state;
    enum { REPLIES = 20000 };
    char text[2000];
    int const small = 10;
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    zmq_setsockopt(c.socket, ZMQ_RCVHWM, &small, sizeof small);
    client_say(&c, "flood 20000");
    assert_true(house_metric_reaches(&house, "triaged_send_busy_total{listener=\"intake\"}", 1));
    for (unsigned i = 0; i < REPLIES; i++) {
        unsigned got;
        assert_int_equal(client_hear(&house, &c, text, sizeof text, 10000), 1024);
        memcpy(&got, text, sizeof got);
        assert_int_equal(got, i);
    }
    client_close(&c);
}

static void twenty_thousand_round_trips_with_timers_lose_no_edge(void **state)
{
    (void)state;
    enum { TRIPS = 20000, OUTSTANDING = 16 };
    char text[200];
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    for (int i = 0; i < OUTSTANDING; i++) client_say(&c, "echo ping");
    for (int i = 0; i < TRIPS; i++) {
        assert_int_equal(client_hear(&house, &c, text, sizeof text, 5000), 9);
        if (i + OUTSTANDING < TRIPS) client_say(&c, "echo ping");
    }
    client_close(&c);
}

static void a_desk_that_wants_no_more_keeps_the_loop_asleep_and_goes_on_later(void **state)
{
    (void)state;
    char text[200];
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    double const before = house_metric(&house, "triaged_turns_total");
    client_say(&c, "pause 500");
    for (int i = 0; i < 40; i++) client_say(&c, "echo waiting");
    for (int i = 0; i < 40; i++) assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 0);
    double const turns = house_metric(&house, "triaged_turns_total") - before;
    assert_true(turns < 2000); // a loop that does not sleep turns some 100,000 times in this
    client_close(&c);
}

static void two_thousand_quick_connections_leave_nothing_behind(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        void *s = zmq_socket(test_context(), ZMQ_DEALER);
        int const linger = 0;
        zmq_setsockopt(s, ZMQ_LINGER, &linger, sizeof linger);
        zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, house.server_public, 32);
        zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, home.public, 32);
        zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, home.secret, 32);
        zmq_connect(s, house.intake);
        if (i % 10 == 0) zmq_send(s, "echo", 4, 0);
        zmq_close(s);
    }
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    double open = 2;
    for (int i = 0; i < 1000 && (int)open != 1; i++)
        open = house_metric(&house, "triaged_connections{listener=\"intake\"}");
    assert_int_equal((int)open, 1);
    client_close(&c);
}

static void pump_nothing(void *ctx)
{
    (void)ctx;
}

static void the_self_test_sees_an_open_door(void **state)
{
    (void)state;
    struct identity const server = identity_make();
    struct zsock z;
    char endpoint[200], why[300];
    size_t size = sizeof endpoint;
    assert_int_equal(zsock_open(&z, test_context(), ZMQ_ROUTER), OK);
    zsock_set(&z, ZMQ_CURVE_SERVER, 1);
    zmq_setsockopt(z.socket, ZMQ_CURVE_SECRETKEY, server.secret, 32);
    zmq_setsockopt(z.socket, ZMQ_ZAP_DOMAIN, "intake", 6); // and no doorman answers
    assert_int_equal(zmq_bind(z.socket, "tcp://127.0.0.1:*"), 0);
    zmq_getsockopt(z.socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
    assert_int_equal(
        selftest_door(test_context(), endpoint, server.public, pump_nothing, NULL, why, sizeof why),
        ERR_FORBIDDEN);
    assert_non_null(strstr(why, "was let in"));
    zsock_close(&z);
}

// A port where connections are dropped until `drops` is used up; then an open door stands there.
struct flaky {
    int fd, drops;
    unsigned dropped;
    char endpoint[64];
    struct zsock open_door;
};

static void flaky_pump(void *ctx)
{
    struct flaky *f = ctx;
    if (f->fd < 0) return;
    int const got = accept4(f->fd, NULL, NULL, SOCK_NONBLOCK);
    if (got < 0) return;
    close(got);
    f->dropped++;
    if (--f->drops != 0) return;
    close(f->fd);
    f->fd = -1;
    assert_int_equal(zmq_bind(f->open_door.socket, f->endpoint), 0);
}

static void flaky_open(struct flaky *f, const struct identity *server, int drops)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int const yes = 1;
    *f = (struct flaky){.drops = drops};
    f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(f->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    assert_int_equal(bind(f->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(f->fd, 16), 0);
    getsockname(f->fd, (struct sockaddr *)&at, &size);
    snprintf(f->endpoint, sizeof f->endpoint, "tcp://127.0.0.1:%u", ntohs(at.sin_port));
    assert_int_equal(zsock_open(&f->open_door, test_context(), ZMQ_ROUTER), OK);
    zsock_set(&f->open_door, ZMQ_CURVE_SERVER, 1);
    zmq_setsockopt(f->open_door.socket, ZMQ_CURVE_SECRETKEY, server->secret, 32);
}

static void the_self_test_does_not_take_a_dropped_connection_for_a_refusal(void **state)
{
    (void)state;
    struct identity const server = identity_make();
    struct flaky f;
    char why[300];
    flaky_open(&f, &server, 2);
    assert_int_equal(
        selftest_door(test_context(), f.endpoint, server.public, flaky_pump, &f, why, sizeof why),
        ERR_FORBIDDEN);
    assert_non_null(strstr(why, "was let in"));
    assert_int_equal(f.dropped, 2);
    zsock_close(&f.open_door);
}

static void the_self_test_tries_again_but_not_for_ever(void **state)
{
    (void)state;
    struct identity const server = identity_make();
    struct flaky f;
    char why[300];
    flaky_open(&f, &server, 0);
    assert_int_equal(
        selftest_door(test_context(), f.endpoint, server.public, flaky_pump, &f, why, sizeof why),
        ERR_FORBIDDEN);
    assert_non_null(strstr(why, "was not seen to be turned away"));
    assert_in_range(f.dropped, 3, 40);
    close(f.fd);
    zsock_close(&f.open_door);
}

int main(int argc, char **argv)
{
    if (argc > 1) cmocka_set_test_filter(argv[1]); // a pattern, to run a few alone
    const struct CMUnitTest inside[] = {
        cmocka_unit_test(an_enrolled_key_is_heard_and_answered_in_a_box),
        cmocka_unit_test(a_key_that_is_not_enrolled_is_refused_at_the_handshake),
        cmocka_unit_test(a_revoked_key_is_refused_at_the_handshake),
        cmocka_unit_test(a_connection_without_encryption_is_refused),
        cmocka_unit_test(a_client_with_the_wrong_server_key_gets_nowhere),
        cmocka_unit_test(a_role_gets_in_only_where_it_belongs),
        cmocka_unit_test(a_routing_id_of_the_peers_own_is_cut),
        cmocka_unit_test(a_message_of_two_frames_is_malformed_and_the_connection_goes_on),
        cmocka_unit_test(a_message_a_little_too_long_is_told_so_and_one_far_too_long_is_cut),
        cmocka_unit_test(a_message_that_never_ends_is_cut),
        cmocka_unit_test(many_long_messages_of_one_connection_are_not_taken_for_an_endless_one),
        cmocka_unit_test(a_revoked_key_is_not_heard_again_and_is_cut),
        cmocka_unit_test(a_replaced_key_ends_the_connection_that_the_old_one_opened),
        cmocka_unit_test(a_broken_registry_file_is_refused_and_the_old_registry_stays),
        cmocka_unit_test(operators_come_by_the_local_socket_without_box),
        cmocka_unit_test(a_peer_that_leaves_is_told_to_the_desk),
        cmocka_unit_test(a_peer_that_does_not_read_is_held_back_and_loses_nothing),
        cmocka_unit_test(twenty_thousand_round_trips_with_timers_lose_no_edge),
        cmocka_unit_test(a_desk_that_wants_no_more_keeps_the_loop_asleep_and_goes_on_later),
        cmocka_unit_test(two_thousand_quick_connections_leave_nothing_behind),
    };
    const struct CMUnitTest outside[] = {
        cmocka_unit_test(the_self_test_sees_an_open_door),
        cmocka_unit_test(the_self_test_does_not_take_a_dropped_connection_for_a_refusal),
        cmocka_unit_test(the_self_test_tries_again_but_not_for_ever),
    };
    int failed = cmocka_run_group_tests_name("door", inside, open_house, close_house);
    failed += cmocka_run_group_tests_name("self-test", outside, NULL, NULL);
    if (!failed) test_context_end(); // It would wait for ever for a socket that a failed test left.
    return failed;
}

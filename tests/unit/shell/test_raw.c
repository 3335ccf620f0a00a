// An enrolled peer that turned bad and speaks ZMTP by hand.
#include "raw.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ENDLESS "triaged_connections_cut_total{reason=\"endless_message\"}"

static struct house house;
static struct identity home, home_b;

static int open_house(void **state)
{
    (void)state;
    home = identity_make();
    home_b = identity_make();
    const char *const settings[] = {"connection_bytes_max=4194304"};
    house_make(&house, settings, 1);
    house_enrol(&house, "rose-court", "provider", &home, "active");
    house_enrol(&house, "holly-house", "provider", &home_b, "active");
    house_start(&house);
    return 0;
}

static int close_house(void **state)
{
    (void)state;
    int const code = house_stop(&house);
    house_remove(&house);
    test_context_end();
    return code;
}

static long house_memory_kb(void)
{
    char path[64], text[4000] = "";
    snprintf(path, sizeof path, "/proc/%d/status", house.pid);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = 0;
    fclose(in);
    return strtol(strstr(text, "VmRSS:") + 6, NULL, 10);
}

// Sends frames that never end until the connection is cut; how many bytes went.
static size_t send_without_end(size_t frame_bytes)
{
    static uint8_t part[65536];
    struct raw r;
    size_t const most = 2000000000;
    size_t sent = 0;
    raw_open(&r, house.intake, &home, house.server_public, NULL, 0);
    while (sent < most && raw_send(&r, part, frame_bytes, true)) sent += frame_bytes + 42;
    raw_close(&r);
    return sent;
}

static void an_endless_message_of_long_frames_is_cut_before_it_costs_much(void **state)
{
    (void)state;
    long const before_kb = house_memory_kb();
    assert_true(send_without_end(65536) < 500000000);
    assert_true(house_metric_reaches(&house, ENDLESS, 1));
    print_message("memory %ld -> %ld KiB\n", before_kb, house_memory_kb());
}

static void an_endless_message_of_empty_frames_is_cut_before_it_costs_much(void **state)
{
    (void)state;
    double const before = house_metric(&house, ENDLESS);
    assert_true(send_without_end(0) < 100000000);
    assert_true(house_metric_reaches(&house, ENDLESS, before + 1));
}

static void a_routing_id_out_of_the_servers_range_gets_nothing_of_anothers(void **state)
{
    (void)state;
    char text[200];
    struct raw r;
    struct client c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    raw_open(&r, house.intake, &home, house.server_public, (const uint8_t *)"\0abcd", 5);
    assert_true(raw_send(&r, (const uint8_t *)"figures", 7, false));
    assert_true(client_echoes(&house, &c));
    client_say(&c, "figures");
    assert_true(client_hear(&house, &c, text, sizeof text, 5000) > 0);
    assert_non_null(strstr(text, "as holly-house"));
    raw_close(&r);
    client_close(&c);
}

// Bytes that are no ZMTP at all, and ZMTP that breaks off, in many shapes.
static void noise_at_the_port_harms_nobody(void **state)
{
    (void)state;
    uint8_t noise[600];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)atoi(strrchr(house.intake, ':') + 1));
    for (unsigned i = 0; i < 2000; i++) {
        size_t const len = randombytes_uniform(sizeof noise);
        randombytes_buf(noise, sizeof noise);
        if (i % 2) memcpy(noise, "\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE", 17);
        if (i % 4 == 3) memset(noise + 17, 0, 47);
        int const fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
        if (send(fd, noise, len, MSG_NOSIGNAL) < 0) assert_true(len == 0);
        close(fd);
    }
    struct client c = client_open(&house, house.intake, &home_b, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_close(&c);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endless_message_of_long_frames_is_cut_before_it_costs_much),
        cmocka_unit_test(an_endless_message_of_empty_frames_is_cut_before_it_costs_much),
        cmocka_unit_test(a_routing_id_out_of_the_servers_range_gets_nothing_of_anothers),
        cmocka_unit_test(noise_at_the_port_harms_nobody),
    };
    if (argc > 1) cmocka_set_test_filter(argv[1]); // a pattern, to run a few alone
    return cmocka_run_group_tests(tests, open_house, close_house);
}

// The life of the process: starting, reloading, draining, halting.
#include "fake_desk.h"
#include "house.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct house house;
static struct identity home;

static int open_house(void **state)
{
    (void)state;
    home = identity_make();
    house_make(&house, NULL, 0);
    house_enrol(&house, "rose-court", "provider", &home, "active");
    house_start(&house);
    return 0;
}

static int remove_house(void **state)
{
    (void)state;
    if (house.pid) house_stop(&house);
    house_remove(&house);
    test_context_end(); // the next house forks
    return 0;
}

static void sigterm_ends_with_zero_once_the_desk_is_done(void **state)
{
    (void)state;
    assert_int_equal(house_stop(&house), 0);
}

static void a_halt_ends_with_its_code_and_nothing_more_is_said(void **state)
{
    (void)state;
    char text[200];
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_say(&c, "halt");
    assert_int_equal(house_wait(&house), FAKE_HALT_CODE);
    assert_int_equal(client_hear(&house, &c, text, sizeof text, 200), -1);
    client_close(&c);
}

static void sighup_reloads_all_or_nothing(void **state)
{
    (void)state;
    static char config[20000];
    char path[300];
    snprintf(path, sizeof path, "%s/triaged.yaml", house.dir);
    FILE *in = fopen(path, "r");
    config[fread(config, 1, sizeof config - 200, in)] = 0;
    fclose(in);
    kill(house.pid, SIGHUP);
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"done\"}", 1));
    size_t const end = strlen(config);
    strcpy(config + end, "backlog: 99\n"); // changes only by a restart
    house_write(&house, "triaged.yaml", config);
    kill(house.pid, SIGHUP);
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"refused\"}", 1));
    strcpy(config + end, "drain_seconds: nonsense\n");
    house_write(&house, "triaged.yaml", config);
    kill(house.pid, SIGHUP);
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"refused\"}", 2));
    strcpy(config + end, "drain_seconds: 5\n");
    house_write(&house, "triaged.yaml", config);
    kill(house.pid, SIGHUP);
    assert_true(house_metric_reaches(&house, "triaged_reloads_total{result=\"done\"}", 2));
    struct client c = client_open(&house, house.intake, &home, NULL, NULL);
    assert_true(client_echoes(&house, &c));
    client_close(&c);
}

static void the_operators_socket_is_for_its_owner_alone(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(stat(house.operators + 6, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    *strrchr(house.operators, '/') = 0;
    assert_int_equal(stat(house.operators + 6, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

static void ops_answers_only_what_it_knows(void **state)
{
    (void)state;
    static char text[300000];
    assert_int_equal(house_http(&house, "/healthz", text, sizeof text), 200);
    assert_int_equal(house_http(&house, "/readyz", text, sizeof text), 200);
    assert_int_equal(house_http(&house, "/../etc/passwd", text, sizeof text), 404);
    assert_int_equal(house_http(&house, "/metrics", text, sizeof text), 200);
    assert_non_null(strstr(text, "triaged_queue_depth{team=\"mash\",colour=\"red\"} 2\n"));
    assert_non_null(strstr(text, "triaged_commit_seconds_bucket{le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(text, "triaged_cases_open 3\n"));
}

static void the_service_manager_hears_ready_watchdog_and_stopping(void **state)
{
    (void)state;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char text[200] = "";
    home = identity_make();
    house_make(&house, NULL, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/notify", house.dir);
    int const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    setenv("NOTIFY_SOCKET", at.sun_path, 1);
    setenv("WATCHDOG_USEC", "100000", 1);
    house_start(&house);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_non_null(strstr(text, "READY=1"));
    memset(text, 0, sizeof text);
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_string_equal(text, "WATCHDOG=1");
    kill(house.pid, SIGTERM);
    while (!strstr(text, "STOPPING=1")) {
        memset(text, 0, sizeof text);
        assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    }
    assert_int_equal(house_wait(&house), 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sigterm_ends_with_zero_once_the_desk_is_done, open_house,
                                        remove_house),
        cmocka_unit_test_setup_teardown(a_halt_ends_with_its_code_and_nothing_more_is_said,
                                        open_house, remove_house),
        cmocka_unit_test_setup_teardown(sighup_reloads_all_or_nothing, open_house, remove_house),
        cmocka_unit_test_setup_teardown(the_operators_socket_is_for_its_owner_alone, open_house,
                                        remove_house),
        cmocka_unit_test_setup_teardown(ops_answers_only_what_it_knows, open_house, remove_house),
        cmocka_unit_test_teardown(the_service_manager_hears_ready_watchdog_and_stopping,
                                  remove_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* libweft-serve used from C: routes are checked, handlers see what a request brought and answer what they like, many
 * clients ask while the project is read anew, and another thread ends it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/directory.h"
#include "support/tap.h"
#include "weft/serve.h"

#define CLIENTS  8
#define REQUESTS 40

static weft_server *open_server(const char *directory)
{
    weft_server_options options = WEFT_SERVER_OPTIONS_INIT;
    options.engine.directory = directory;
    options.engine.project = "stores: { default: 'sqlite:test.db' }\n";
    options.address = "127.0.0.1:0";
    options.log = WEFT_SERVER_LOG_NOTHING;
    weft_server *server = NULL;
    weft_error error = {0};
    const weft_code code = weft_server_open(&options, &server, &error);
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error.message, error.detail, error.where);
    }
    return server;
}

/* Everything that a request brought, given back. */
static weft_code echo(weft_call *call, void *ctx, weft_error *error)
{
    size_t len = 0;
    const char *body = weft_call_body(call, &len);
    const char *query = weft_call_query_value(call, "q");
    const char *header = weft_call_header(call, "X-Given");
    const char *id = weft_call_path_value(call, "id");
    char text[512];
    assert_non_null(weft_call_engine(call));
    assert_null(weft_call_path_value(call, "none"));
    const int written = snprintf(text,
                                 sizeof(text),
                                 "%s %s %s %s %s %zu %s",
                                 (const char *)ctx,
                                 weft_call_method(call),
                                 id ? id : "-",
                                 query ? query : "-",
                                 header ? header : "-",
                                 len,
                                 body);
    weft_code code = weft_call_set_header(call, "X-Mine", "yes", error);
    if (code == WEFT_OK) {
        code = weft_call_set_header(call, "X-Bad", "a\r\nb", error) == WEFT_MISUSE ? WEFT_OK : WEFT_MISUSE;
    }
    return code == WEFT_OK ? weft_call_answer(call, 202, "text/plain", text, (size_t)written, error) : code;
}

static weft_code fail_always(weft_call *call, void *ctx, weft_error *error)
{
    (void)call;
    (void)ctx;
    *error = (weft_error){.code = WEFT_RESTRICTED};
    (void)snprintf(error->message, sizeof(error->message), "not \"today\"");
    return WEFT_RESTRICTED;
}

static weft_code answer_nothing(weft_call *call, void *ctx, weft_error *error)
{
    (void)call;
    (void)ctx;
    (void)error;
    return WEFT_OK;
}

static void test_routes_are_checked(void **state)
{
    weft_server *server = open_server(*state);
    weft_error error = {0};
    char first[] = "first";
    const weft_route good = {"GET", "/things/[id]", echo, first};
    const weft_route same = {"GET", "/things/[other]", echo, first};
    const weft_route bad = {"GET", "things", echo, first};
    const weft_route none = {"GET", "/x", NULL, NULL};
    assert_int_equal(weft_server_route(server, &good, &error), WEFT_OK);
    assert_int_equal(weft_server_route(server, &same, &error), WEFT_NAME_CLASH);
    assert_int_equal(weft_server_route(server, &bad, &error), WEFT_INVALID_DEFINITION);
    assert_int_equal(weft_server_route(server, &none, &error), WEFT_MISUSE);
    assert_true(weft_server_port(server) > 0);
    assert_int_equal(weft_server_admin_port(server), 0);
    weft_server_close(server);
    weft_server_close(NULL);
}

/* Ask on a connection of its own, and read to its end. */
static void ask(unsigned port, const char *request, char *answer, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0;
    answer[0] = '\0';
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, request, strlen(request), MSG_NOSIGNAL) > 0) {
        ssize_t got = 1;
        while (got > 0 && len < size - 1) {
            got = recv(fd, answer + len, size - 1 - len, 0);
            len += got > 0 ? (size_t)got : 0;
        }
        answer[len] = '\0';
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

typedef struct client {
    pthread_t thread;
    unsigned port;
    int number;
    int right;
} client;

static void *ask_often(void *ctx)
{
    client *one = ctx;
    char request[256];
    char expected[64];
    char answer[4096];
    for (int i = 0; i < REQUESTS; i++) {
        (void)snprintf(request,
                       sizeof(request),
                       "POST /things/%d-%d?q=%%41 HTTP/1.1\r\nHost: localhost\r\nX-Given: h\r\nContent-Length: "
                       "3\r\nConnection: close\r\n\r\nabc",
                       one->number,
                       i);
        (void)snprintf(expected, sizeof(expected), "\r\n\r\nmine POST %d-%d A h 3 abc", one->number, i);
        ask(one->port, request, answer, sizeof(answer));
        one->right += strstr(answer, expected) && strstr(answer, "HTTP/1.1 202 ") && strstr(answer, "X-Mine: yes");
    }
    return NULL;
}

static void check_answer(unsigned port, const char *path, const char *status, const char *part)
{
    char request[256];
    char answer[4096];
    (void)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    ask(port, request, answer, sizeof(answer));
    if (!strstr(answer, status) || !strstr(answer, part)) {
        fail_msg("%s answered %s", path, answer);
    }
}

typedef struct visit {
    weft_server *server;
    client clients[CLIENTS];
} visit;

/* The other side: asks, has the project read anew meanwhile, and ends the server. */
static void *visit_server(void *ctx)
{
    visit *all = ctx;
    for (int i = 0; i < CLIENTS; i++) {
        all->clients[i] = (client){.port = weft_server_port(all->server), .number = i};
        (void)pthread_create(&all->clients[i].thread, NULL, ask_often, &all->clients[i]);
    }
    for (int i = 0; i < 5; i++) {
        (void)kill(getpid(), SIGHUP);
        (void)nanosleep(&(const struct timespec){.tv_nsec = 20000000}, NULL);
    }
    for (int i = 0; i < CLIENTS; i++) {
        (void)pthread_join(all->clients[i].thread, NULL);
    }
    const unsigned port = weft_server_port(all->server);
    check_answer(port, "/fails", "HTTP/1.1 409 ", "\"message\":\"not \\\"today\\\"\"");
    check_answer(port, "/nothing", "HTTP/1.1 204 ", "");
    check_answer(port, "/things/static", "HTTP/1.1 202 ", "static GET - - - 0 ");
    check_answer(port, "/things/5", "HTTP/1.1 404 ", "\"code\":\"not_found\"");
    weft_server_stop(all->server);
    weft_server_stop(all->server);
    return NULL;
}

static void test_many_are_answered_and_another_thread_ends_it(void **state)
{
    visit all = {.server = open_server(*state)};
    weft_error error = {0};
    pthread_t visitor;
    sigset_t signals;
    char mine[] = "mine";
    char fixed[] = "static";
    const weft_route routes[] = {{"POST", "/things/[id]", echo, mine},
                                 {"GET", "/things/static", echo, fixed},
                                 {"GET", "/fails", fail_always, NULL},
                                 {"GET", "/nothing", answer_nothing, NULL}};
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        assert_int_equal(weft_server_route(all.server, &routes[i], &error), WEFT_OK);
    }
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    assert_int_equal(pthread_create(&visitor, NULL, visit_server, &all), 0);
    assert_int_equal(weft_server_run(all.server, &error), WEFT_OK);
    (void)pthread_join(visitor, NULL);
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(all.clients[i].right, REQUESTS);
    }
    assert_int_equal(weft_server_run(all.server, &error), WEFT_MISUSE);
    weft_server_close(all.server);
}

static int make_directory(void **state)
{
    static char path[256];
    *state = path;
    return test_directory_temporary(path, sizeof(path)) ? 0 : -1;
}

static int remove_directory(void **state)
{
    test_directory_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_are_checked),
        cmocka_unit_test(test_many_are_answered_and_another_thread_ends_it),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

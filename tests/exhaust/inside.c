/* What handlers call. Each is tried twice: again and again in one handler until it has memory enough, so that a failed
 * attempt leaves the call as it was; and once a request, with nothing given back before the answer is made. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exhaust/serving.h"
#include "exhaust/starve.h"
#include "support/tap.h"

#define BODY_BYTES 4000

/* What the handler is to do, and what it saw; one request is under way at a time. */
static struct work {
    const inside_entry *entry;
    size_t nth; /* 0: again and again */
    size_t requests;
    char wrong[400];
} work;

static void note_wrong(const char *what, size_t nth, const weft_error *error)
{
    (void)snprintf(
        work.wrong, sizeof(work.wrong), "request %zu for memory failing: %s (%.200s)", nth, what, error->message);
}

static weft_code call_often(weft_call *call)
{
    for (size_t nth = 1; nth < SERVING_REQUESTS_MAX; nth++) {
        weft_error error = {0};
        starve_from(nth);
        const weft_code code = work.entry->call(call, &error);
        starve_end();
        work.requests = starve_asked();
        if (!starve_has_failed()) {
            if (code != WEFT_OK) {
                note_wrong("it failed with memory enough", nth, &error);
            }
            return WEFT_OK;
        }
        if (code != WEFT_NO_MEMORY || error.code != code || !error.message[0]) {
            note_wrong(weft_code_name(code), nth, &error);
            return WEFT_OK;
        }
    }
    return WEFT_OK;
}

/* The server's way to libmicrohttpd, which sends nothing without memory: from here on the thread has some again. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) struct MHD_Response *MHD_create_response_from_buffer(
    size_t len, void *data, enum MHD_ResponseMemoryMode mode)
{
    (void)mode;
    starve_end();
    return MHD_create_response_from_buffer_with_free_callback_cls(len, data, NULL, NULL);
}

static weft_code handle(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    if (work.nth == 0) {
        return call_often(call);
    }
    starve_from(work.nth);
    return work.entry->call(call, error);
}

/* Ask on a connection of its own, and read to its end. */
static void ask(unsigned port, const char *request, char *answer, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) > 0);
    size_t len = 0;
    for (ssize_t got = 1; got > 0 && len<size - 1; len += got> 0 ? (size_t)got : 0) {
        got = recv(fd, answer + len, size - 1 - len, 0);
    }
    answer[len] = '\0';
    (void)close(fd);
}

static void ask_thing(unsigned port, char *answer, size_t size)
{
    ask(port,
        "POST /things/Product%201?q=%41 HTTP/1.1\r\nHost: localhost\r\nX-Given: h\r\nAccept-Encoding: gzip\r\n"
        "Content-Length: 3\r\nConnection: close\r\n\r\nabc",
        answer,
        size);
}

static bool is_answered(const inside_entry *entry, const char *answer)
{
    return strstr(answer, entry->answered[0]) || (entry->answered[1] && strstr(answer, entry->answered[1]));
}

static void check_whole(weft_server *server, const inside_entry *entry)
{
    static char answer[64 * 1024];
    work.nth = 0;
    ask_thing(weft_server_port(server), answer, sizeof(answer));
    if (work.wrong[0] || !is_answered(entry, answer)) {
        fail_msg("%s, %s: %s", entry->function, work.wrong, answer);
    }
    if (entry->allocates_nothing != (work.requests == 0)) {
        fail_msg("%s asked for memory %zu times", entry->function, work.requests);
    }
}

/* An answer is right, or a whole 503. */
static void check_starved_answers(weft_server *server, const inside_entry *entry)
{
    static char answer[64 * 1024];
    bool has_failed = true;
    for (size_t nth = 1; has_failed && nth < SERVING_REQUESTS_MAX; nth++) {
        work.nth = nth;
        ask_thing(weft_server_port(server), answer, sizeof(answer));
        has_failed = starve_has_failed();
        starve_end_elsewhere();
        const bool is_refused = has_failed && strstr(answer, "HTTP/1.1 503 ");
        if (!is_refused && !is_answered(entry, answer)) {
            fail_msg("%s, request %zu for memory failing: answered %s", entry->function, nth, answer);
        }
        const char *body = strstr(answer, "\r\n\r\n");
        if (is_refused && body[4] && (body[4] != '{' || answer[strlen(answer) - 1] != '}')) {
            fail_msg("%s, request %zu for memory failing: half a text: %s", entry->function, nth, answer);
        }
    }
    assert_false(has_failed);
}

static void *run(void *ctx)
{
    static weft_error error;
    return weft_server_run(ctx, &error) == WEFT_OK ? NULL : &error;
}

void serving_try_inside(void **state)
{
    static char answer[64 * 1024];
    const inside_entry *entry = *state;
    const weft_route route = {"POST", "/things/[id]", handle, NULL};
    weft_error error = {0};
    pthread_t runner;
    void *failure = NULL;
    work = (struct work){.entry = entry};
    weft_server *server = serving_open(serving_directory, &error);
    assert_non_null(server);
    assert_int_equal(weft_server_route(server, &route, &error), WEFT_OK);
    assert_int_equal(pthread_create(&runner, NULL, run, server), 0);
    check_starved_answers(server, entry);
    check_whole(server, entry);
    ask(weft_server_port(server),
        "GET /products HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        answer,
        sizeof(answer));
    if (!strstr(answer, "HTTP/1.1 200 ") || !strstr(answer, "Product 1")) {
        fail_msg("after %s: %s", entry->function, answer);
    }
    weft_server_stop(server);
    assert_int_equal(pthread_join(runner, &failure), 0);
    assert_null(failure);
    weft_server_close(server);
    printf("# %s: %zu requests for memory\n", entry->function, work.requests);
    assert_int_equal(starve_live(), 0);
}

static weft_code call_engine(weft_call *call, weft_error *error)
{
    (void)error;
    return weft_call_engine(call) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_method(weft_call *call, weft_error *error)
{
    (void)error;
    return !strcmp(weft_call_method(call), "POST") ? WEFT_OK : WEFT_MISUSE;
}

static weft_code expect(const char *value, const char *wanted)
{
    return value && !strcmp(value, wanted) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_path_value(weft_call *call, weft_error *error)
{
    (void)error;
    return expect(weft_call_path_value(call, "id"), "Product 1");
}

static weft_code call_query_value(weft_call *call, weft_error *error)
{
    (void)error;
    return expect(weft_call_query_value(call, "q"), "A");
}

static weft_code call_header(weft_call *call, weft_error *error)
{
    (void)error;
    return expect(weft_call_header(call, "x-given"), "h");
}

static weft_code call_body(weft_call *call, weft_error *error)
{
    size_t len = 0;
    (void)error;
    return expect(weft_call_body(call, &len), "abc");
}

static weft_code call_set_header(weft_call *call, weft_error *error)
{
    return weft_call_set_header(call, "X-Mine", "mine", error);
}

/* Long enough to be compressed; the status is one that a problem answer would keep, were it left behind. */
static weft_code call_answer(weft_call *call, weft_error *error)
{
    char body[BODY_BYTES];
    memset(body, 'x', sizeof(body));
    return weft_call_answer(call, 404, "text/plain", body, sizeof(body), error);
}

static weft_code call_answer_graph(weft_call *call, weft_error *error)
{
    return weft_call_answer_graph(call,
                                  "product",
                                  "{\"entity\":\"product\",\"fields\":[\"title\",\"variants.sku\",\"posts.title\"],"
                                  "\"filters\":{\"title\":\"[id]\"}}",
                                  error);
}

const inside_entry inside_entries[] = {
    {"weft_call_engine", true, call_engine, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_method", true, call_method, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_path_value", true, call_path_value, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_query_value", true, call_query_value, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_header", true, call_header, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_body", true, call_body, {"HTTP/1.1 204 ", NULL}},
    {"weft_call_set_header", false, call_set_header, {"X-Mine: mine", NULL}},
    {"weft_call_answer", false, call_answer, {"Content-Encoding: gzip", "xxxxxxxx"}},
    {"weft_call_answer_graph", false, call_answer_graph, {"{\"product\":{\"title\":\"Product 1\"", NULL}},
};
const size_t inside_entry_count = sizeof(inside_entries) / sizeof(inside_entries[0]);

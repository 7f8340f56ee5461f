/* A server written by hand for just two routes, that tools/bench-http measures weft serve against: libmicrohttpd, a few
 * threads that each have their own connection and prepared statements, no thought for anything that weft does besides.
 *
 *     GET /products/{id}?fields=*,blog_posts.*
 *     GET /products?fields=id,title,handle,blog_posts.id,blog_posts.title&limit=50&offset=N
 *
 * usage: weft-bench-http make FOLDER PROGRAM PRODUCTS URL        the project and its rows
 *        weft-bench-http serve PROGRAM URL THREADS ONE PAGE      serves until SIGTERM; prints its port
 *
 * PROGRAM is sqlite or postgres; ONE and PAGE are styles of the hand-written programs. The bodies are weft's, byte for
 * byte; whatever goes wrong ends the program. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define DATA_HEAD "{\"data\":["
#define ONE_HEAD  "{\"product\":"
#define PAGE_HEAD "{\"products\":["
#define PATH      "/products/"

/* What a thread has of its own, made by its first request. */
typedef struct worker {
    void *one, *page;
    bench_text out;
} worker;

/* What all threads serve. */
typedef struct site {
    const bench_hand *hand;
    const char *urls[1];
    const bench_style *one, *page;
} site;

static worker *find_worker(const site *served)
{
    static _Thread_local worker *mine;
    if (!mine) {
        mine = calloc(1, sizeof(*mine));
        if (!mine) {
            bench_fail("memory", "there is none left");
        }
        void *hand = served->hand->open(served->urls);
        mine->one = served->one->prepare(hand, &bench_http_one);
        mine->page = served->page->prepare(hand, &bench_http_page);
        if (!mine->one || !mine->page) {
            bench_fail("style", "it has no answer to that");
        }
    }
    return mine;
}

/* The styles write `{"data":[…]}`: they begin far enough behind the start for the longer head to fit over it. */
static size_t begin_answer(bench_text *out, const char *head)
{
    const size_t shift = strlen(head) - strlen(DATA_HEAD);
    out->len = 0;
    bench_add(out, head, shift);
    return shift;
}

static bool answer_one(worker *w, const site *served, const char *id)
{
    const size_t shift = begin_answer(&w->out, ONE_HEAD);
    served->one->answer(w->one, id, &w->out);
    const bool is_found = w->out.len > shift + strlen(DATA_HEAD "]}");
    memcpy(w->out.data, ONE_HEAD, strlen(ONE_HEAD));
    w->out.len -= strlen("]}");
    bench_add(&w->out, "}", 1);
    return is_found;
}

static void answer_page(worker *w, const site *served, const char *offset)
{
    (void)begin_answer(&w->out, PAGE_HEAD);
    served->page->answer(w->page, offset, &w->out);
    memcpy(w->out.data, PAGE_HEAD, strlen(PAGE_HEAD));
    w->out.len -= 1;
    bench_add_word(&w->out, ",\"offset\":");
    bench_add_word(&w->out, offset);
    bench_add_word(&w->out, ",\"limit\":50}");
}

static bool is_same(struct MHD_Connection *connection, const char *name, const char *wanted)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    return value && !strcmp(value, wanted);
}

/* The status of the answer, which is in `w->out`. */
static unsigned answer(worker *w, const site *served, struct MHD_Connection *connection, const char *url)
{
    const char *offset = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "offset");
    if (!strncmp(url, PATH, strlen(PATH)) && is_same(connection, "fields", "*,blog_posts.*")) {
        return answer_one(w, served, url + strlen(PATH)) ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND;
    }
    if (!strcmp(url, "/products") && offset && *offset && strspn(offset, "0123456789") == strlen(offset) &&
        is_same(connection, "fields", "id,title,handle,blog_posts.id,blog_posts.title") &&
        is_same(connection, "limit", "50")) {
        answer_page(w, served, offset);
        return MHD_HTTP_OK;
    }
    w->out.len = 0;
    return MHD_HTTP_BAD_REQUEST;
}

/* NOLINTNEXTLINE(readability-function-size): libmicrohttpd calls it with these eight */
static enum MHD_Result handle(void *ctx,
                              struct MHD_Connection *connection,
                              const char *url,
                              const char *method,
                              const char *version,
                              const char *data,
                              size_t *data_len,
                              void **state)
{
    static int begun;
    (void)method;
    (void)version;
    (void)data;
    (void)data_len;
    if (!*state) {
        *state = &begun;
        return MHD_YES;
    }
    worker *w = find_worker(ctx);
    const unsigned status = answer(w, ctx, connection, url);
    struct MHD_Response *response = MHD_create_response_from_buffer(w->out.len, w->out.data, MHD_RESPMEM_MUST_COPY);
    (void)MHD_add_response_header(response, "Content-Type", "application/json");
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static const bench_hand *find_hand(const char *name)
{
    const bool is_postgres = !strcmp(name, "postgres");
    if (!is_postgres && strcmp(name, "sqlite") != 0) {
        bench_fail("no such program", name);
    }
    return is_postgres ? &bench_hand_postgres : &bench_hand_sqlite;
}

static const bench_style *find_style(const bench_hand *hand, const char *name)
{
    for (int i = 0; i < hand->style_count; i++) {
        if (!strcmp(hand->styles[i].name, name)) {
            return &hand->styles[i];
        }
    }
    bench_fail("no such style", name);
    return NULL;
}

static int make(char **argv)
{
    const char *folder = argv[2];
    const char *url = argv[5];
    char path[4200];
    bench_write_project(folder, (const char *const *)(argv + 5), 1);
    const bench_hand *hand = find_hand(argv[3]);
    const bool is_postgres = hand == &bench_hand_postgres;
    bench_stand stand = {.engine = bench_open_weft(folder, true), .hand = hand, .products = atoi(argv[4])};
    (void)snprintf(path, sizeof(path), "%s/%s", folder, is_postgres ? "" : url + strlen("sqlite:"));
    const char *urls[] = {is_postgres ? url : path};
    stand.h = hand->open(urls);
    bench_fill(&stand, &is_postgres, 1);
    hand->close(stand.h);
    weft_close(stand.engine);
    return 0;
}

static int serve(char **argv)
{
    sigset_t ends;
    int number = 0;
    const bench_hand *hand = find_hand(argv[2]);
    site served = {hand, {argv[3]}, find_style(hand, argv[5]), find_style(hand, argv[6])};
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    const struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC,
                                                 0,
                                                 NULL,
                                                 NULL,
                                                 handle,
                                                 &served,
                                                 MHD_OPTION_SOCK_ADDR,
                                                 &loopback,
                                                 MHD_OPTION_THREAD_POOL_SIZE,
                                                 (unsigned)atoi(argv[4]),
                                                 MHD_OPTION_END);
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) {
        bench_fail("libmicrohttpd", "it could not start");
        return 1;
    }
    printf("%u\n", (unsigned)info->port);
    (void)fflush(stdout);
    (void)sigwait(&ends, &number);
    MHD_stop_daemon(daemon);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 6 && !strcmp(argv[1], "make")) {
        return make(argv);
    }
    if (argc == 7 && !strcmp(argv[1], "serve")) {
        return serve(argv);
    }
    bench_fail("usage", "weft-bench-http make FOLDER PROGRAM PRODUCTS URL | serve PROGRAM URL THREADS ONE PAGE");
    return 2;
}

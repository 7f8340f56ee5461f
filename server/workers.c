/* The set and the threads that wait for it. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/workers.h"

#define STACK_BYTES ((size_t)512 * 1024)

/* One at a time: what a thread cannot begin at once is another's. The bell is told of with no item. */
static void *work(void *ctx)
{
    server_workers *workers = ctx;
    for (;;) {
        struct epoll_event ready = {0};
        const int count = epoll_wait(workers->set, &ready, 1, -1);
        if (count == 1 && !ready.data.ptr) {
            return NULL;
        }
        if (count == 1) {
            workers->take_turn(workers->server, ready.data.ptr);
        }
    }
}

static bool control(server_workers *workers, int what, int fd, server_wish wish, void *item)
{
    struct epoll_event event = {.events = (wish == SERVER_WISH_ROOM ? EPOLLOUT : EPOLLIN) | EPOLLONESHOT,
                                .data = {.ptr = item}};
    return epoll_ctl(workers->set, what, fd, &event) == 0;
}

bool server_workers_add(server_workers *workers, int fd, server_wish wish, void *item)
{
    return control(workers, EPOLL_CTL_ADD, fd, wish, item);
}

void server_workers_await(server_workers *workers, int fd, server_wish wish, void *item)
{
    (void)control(workers, EPOLL_CTL_MOD, fd, wish, item);
}

static void close_set(server_workers *workers)
{
    if (workers->set >= 0) {
        (void)close(workers->set);
    }
    if (workers->bell >= 0) {
        (void)close(workers->bell);
    }
    free(workers->threads);
    *workers = (server_workers){.set = -1, .bell = -1};
}

/* The bell stays rung, so that every thread hears it. */
void server_workers_stop(server_workers *workers)
{
    (void)eventfd_write(workers->bell, 1);
    for (size_t i = 0; i < workers->count; i++) {
        (void)pthread_join(workers->threads[i], NULL);
    }
    close_set(workers);
}

static bool open_set(server_workers *workers)
{
    struct epoll_event event = {.events = EPOLLIN};
    workers->set = epoll_create1(EPOLL_CLOEXEC);
    workers->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return workers->set >= 0 && workers->bell >= 0 &&
           epoll_ctl(workers->set, EPOLL_CTL_ADD, workers->bell, &event) == 0;
}

static void start_threads(server_workers *workers, size_t count)
{
    pthread_attr_t attributes;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (workers->count < count &&
           pthread_create(&workers->threads[workers->count], &attributes, work, workers) == 0) {
        workers->count++;
    }
    (void)pthread_attr_destroy(&attributes);
}

weft_code server_workers_start(
    server_workers *workers, size_t count, server_turn take_turn, weft_server *server, weft_error *error)
{
    *workers = (server_workers){.set = -1, .bell = -1, .take_turn = take_turn, .server = server};
    workers->threads = calloc(count, sizeof(pthread_t));
    if (!workers->threads || !open_set(workers)) {
        close_set(workers);
        return server_fail_no_memory(error);
    }
    start_threads(workers, count);
    if (workers->count < count) {
        server_workers_stop(workers);
        return server_fail(error, WEFT_NO_MEMORY, "could not start a thread");
    }
    return WEFT_OK;
}

/* Talking with the server: libpq in non-blocking pipeline mode, and a queue of what each answer is for.
 *
 * Whoever sends puts an entry into the queue; answers come in the same order. A call that needs an answer collects from
 * the front until it has it, so that answers to others are handed out on the way.
 *
 *      waiting ──answer──▶ collected
 *         │ deadline passed, or cancelled
 *         ▼
 *      stopping: the server was asked to cancel ──answer──▶ collected (the statement failed, or was faster)
 *         │ no answer within the grace period
 *         ▼
 *      lost
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "store/postgres.h"

#define CANCEL_POLL_US INT64_C(10000)   /* how late a flag that another thread set may be noticed */
#define STOP_GRACE_US  INT64_C(2000000) /* for the server to answer a request to cancel */
#define PENDING_FIRST  32

static weft_postgres_pending *pending_at(const weft_postgres *pg, size_t index)
{
    return &pg->pending[(pg->pending_first + index) % pg->pending_capacity];
}

static bool grow_pending(weft_postgres *pg)
{
    const size_t capacity = pg->pending_capacity ? pg->pending_capacity * 2 : PENDING_FIRST;
    weft_postgres_pending *items =
        weft_resize(pg->base.config->allocator, NULL, 0, capacity * sizeof(weft_postgres_pending));
    if (items == NULL) {
        return false;
    }
    for (size_t i = 0; i < pg->pending_count; i++) {
        items[i] = *pending_at(pg, i);
    }
    weft_free(pg->base.config->allocator, pg->pending, pg->pending_capacity * sizeof(weft_postgres_pending));
    pg->pending = items;
    pg->pending_capacity = capacity;
    pg->pending_first = 0;
    return true;
}

weft_code weft_postgres_expect(weft_postgres *pg, weft_postgres_pending pending, weft_error *error)
{
    if (pg->pending_count == pg->pending_capacity && !grow_pending(pg)) {
        /* Something was sent that nobody would wait for: the order of answers is lost. */
        pg->base.is_lost = true;
        return weft_fail_no_memory(error);
    }
    *pending_at(pg, pg->pending_count++) = pending;
    return WEFT_OK;
}

/* Every answer that is waited for will never come. */
static weft_code lose(weft_postgres *pg, weft_error *error)
{
    weft_error failure = {.code = WEFT_OK};
    if (pg->is_stopping) {
        pg->base.is_lost = true;
        (void)weft_connection_fail_stopped(&pg->base, &failure);
    } else {
        (void)weft_postgres_fail_lost(pg, &failure);
    }
    while (pg->pending_count > 0) {
        const weft_postgres_pending pending = *pending_at(pg, 0);
        pg->pending_first = (pg->pending_first + 1) % pg->pending_capacity;
        pg->pending_count--;
        if (pending.wait == WEFT_POSTGRES_WAIT_ROWS && pending.rows != NULL) {
            pending.rows->awaited--;
            weft_postgres_take_failure(pending.rows, &failure);
        }
    }
    if (error != NULL) {
        *error = failure;
    }
    return failure.code;
}

weft_code weft_postgres_sent(weft_postgres *pg, int is_sent, weft_error *error)
{
    return is_sent == 1 ? WEFT_OK : lose(pg, error);
}

weft_code weft_postgres_sync(weft_postgres *pg, weft_error *error)
{
    WEFT_TRY(weft_postgres_sent(pg, PQpipelineSync(pg->conn), error));
    return weft_postgres_expect(pg, (weft_postgres_pending){.wait = WEFT_POSTGRES_WAIT_SYNC}, error);
}

/* Ask the server, over a connection of its own, to end what it is doing. */
static void stop(weft_postgres *pg)
{
    char why[256];
    pg->is_stopping = true;
    pg->stop_until_us = weft_clock_monotonic_us(NULL) + STOP_GRACE_US;
    (void)PQcancel(pg->canceller, why, (int)sizeof(why));
}

static int64_t wait_us(const weft_postgres *pg, int64_t now_us)
{
    if (pg->is_stopping) {
        return pg->stop_until_us - now_us;
    }
    int64_t left_us = INT64_C(60000000);
    if (pg->base.cancel != NULL) {
        left_us = CANCEL_POLL_US;
    }
    if (pg->base.deadline_us != 0 && pg->base.deadline_us - now_us < left_us) {
        left_us = pg->base.deadline_us - now_us;
    }
    return left_us;
}

/* Wait until the socket can be read (or written, if asked), the deadline comes or the flag is looked at again. */
static weft_code wait_socket(weft_postgres *pg, bool is_writing, weft_error *error)
{
    struct pollfd socket = {.fd = PQsocket(pg->conn), .events = is_writing ? POLLIN | POLLOUT : POLLIN};
    if (!pg->is_stopping && weft_connection_check(&pg->base, NULL) != WEFT_OK) {
        stop(pg);
    }
    const int64_t left_us = wait_us(pg, weft_clock_monotonic_us(NULL));
    if (pg->is_stopping && left_us <= 0) {
        return lose(pg, error);
    }
    const int count = poll(&socket, 1, left_us > 0 ? (int)((left_us + 999) / 1000) : 0);
    if (count < 0 && errno != EINTR) {
        return lose(pg, error);
    }
    if (count > 0 && (socket.revents & ~POLLOUT) != 0 && PQconsumeInput(pg->conn) != 1) {
        return lose(pg, error);
    }
    return WEFT_OK;
}

weft_code weft_postgres_flush(weft_postgres *pg, weft_error *error)
{
    int left = PQflush(pg->conn);
    while (left == 1) {
        WEFT_TRY(wait_socket(pg, true, error));
        left = PQflush(pg->conn);
    }
    return left == 0 ? WEFT_OK : lose(pg, error);
}

static void keep_control_failure(weft_postgres *pg, const weft_error *failure)
{
    if (pg->control_failure.code == WEFT_OK) {
        pg->control_failure = *failure;
    }
}

static void describe(weft_postgres_prepared *prepared, const PGresult *result)
{
    const int count = PQnfields(result);
    prepared->format = 1;
    prepared->is_described = true;
    for (int i = 0; i < count; i++) {
        if (!weft_postgres_has_binary(PQftype(result, i))) {
            prepared->format = 0;
        }
    }
}

static void take_error(weft_postgres *pg, const weft_postgres_pending *pending, const PGresult *result)
{
    weft_error failure = {.code = WEFT_OK};
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED && pg->control_failure.code != WEFT_OK) {
        failure = pg->control_failure;
    } else if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        (void)weft_connection_fail_skipped(&pg->base, &failure);
    } else {
        (void)weft_postgres_fail_result(pg, result, &failure);
    }
    if (pending->wait == WEFT_POSTGRES_WAIT_ROWS) {
        pg->has_failed = pg->has_failed || pg->base.in_transaction;
        if (pending->rows != NULL) {
            weft_postgres_take_failure(pending->rows, &failure);
        }
    } else if (pending->wait != WEFT_POSTGRES_WAIT_IGNORED) {
        keep_control_failure(pg, &failure);
    }
}

/* Rows are taken one by one where they are asked for so, and where nobody wants them any more: then libpq holds one of
 * them, and the server waits for its reader. It can be said only before anything of the answer was looked at. */
static bool is_busy(weft_postgres *pg)
{
    weft_postgres_pending *front = pending_at(pg, 0);
    if (!front->is_begun) {
        front->is_begun = true;
        if (front->wait == WEFT_POSTGRES_WAIT_ROWS && (front->rows == NULL || front->rows->is_by_row)) {
            (void)PQsetSingleRowMode(pg->conn);
        }
    }
    return PQisBusy(pg->conn) == 1;
}

/* Takes `result` over. */
static void take_answer(weft_postgres *pg, const weft_postgres_pending *pending, PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    const bool is_fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE ||
                         status == PGRES_EMPTY_QUERY;
    if (!is_fine) {
        take_error(pg, pending, result);
    } else if (pending->wait == WEFT_POSTGRES_WAIT_ROWS && pending->rows != NULL) {
        weft_postgres_take_result(pending->rows, result);
        return;
    } else if (pending->wait == WEFT_POSTGRES_WAIT_DESCRIBE) {
        describe(pending->prepared, result);
    } else if (pending->wait == WEFT_POSTGRES_WAIT_CONTROL) {
        pg->is_rolled_back = strcmp(PQcmdStatus(result), "ROLLBACK") == 0;
    }
    PQclear(result);
}

static void pop_pending(weft_postgres *pg)
{
    const weft_postgres_pending *pending = pending_at(pg, 0);
    if (pending->wait == WEFT_POSTGRES_WAIT_ROWS && pending->rows != NULL) {
        pending->rows->awaited--;
    }
    pg->pending_first = (pg->pending_first + 1) % pg->pending_capacity;
    pg->pending_count--;
    if (pg->pending_count == 0) {
        pg->is_stopping = false;
    }
}

/* One step with what libpq has read already; the front of the queue goes when it is done with. */
static void take_one(weft_postgres *pg)
{
    const weft_postgres_pending *pending = pending_at(pg, 0);
    PGresult *result = PQgetResult(pg->conn);
    if (pending->wait == WEFT_POSTGRES_WAIT_SYNC) {
        const bool is_sync = result != NULL && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        PQclear(result);
        if (is_sync) {
            pop_pending(pg);
        }
    } else if (result != NULL) {
        take_answer(pg, pending, result);
    } else {
        pop_pending(pg);
    }
}

static weft_code wait_answer(weft_postgres *pg, weft_error *error)
{
    weft_code code = WEFT_OK;
    while (code == WEFT_OK && is_busy(pg)) {
        code = wait_socket(pg, false, error);
    }
    return code;
}

/* One row of the answer at the front is there, and more may come. */
static bool has_row(const weft_postgres *pg)
{
    const weft_postgres_rows *rows = pending_at(pg, 0)->rows;
    return rows != NULL && rows->is_by_row && PQresultStatus(rows->ready) == PGRES_SINGLE_TUPLE;
}

weft_code weft_postgres_collect_one(weft_postgres *pg, weft_error *error)
{
    const size_t count = pg->pending_count;
    bool is_taken = count == 0;
    while (!is_taken) {
        WEFT_TRY(wait_answer(pg, error));
        take_one(pg);
        if (pg->base.is_lost || PQstatus(pg->conn) == CONNECTION_BAD) {
            return lose(pg, error);
        }
        is_taken = pg->pending_count < count || has_row(pg);
    }
    return WEFT_OK;
}

weft_code weft_postgres_collect_all(weft_postgres *pg, weft_error *error)
{
    while (pg->pending_count > 0) {
        WEFT_TRY(weft_postgres_collect_one(pg, error));
    }
    return WEFT_OK;
}

/* A closed socket can always be read, so that what the server said last and the end behind it are both met. */
bool weft_postgres_collect_ready(weft_postgres *pg)
{
    for (int i = 0; i < 8 && !pg->base.is_lost; i++) {
        struct pollfd socket = {.fd = PQsocket(pg->conn), .events = POLLIN};
        if (poll(&socket, 1, 0) <= 0) {
            break;
        }
        if (PQconsumeInput(pg->conn) != 1 || PQstatus(pg->conn) == CONNECTION_BAD) {
            (void)lose(pg, NULL);
        }
    }
    while (!pg->base.is_lost && pg->pending_count > 0 && !is_busy(pg)) {
        take_one(pg);
        if (pg->base.is_lost || PQstatus(pg->conn) == CONNECTION_BAD) {
            (void)lose(pg, NULL);
        }
    }
    return !pg->base.is_lost;
}

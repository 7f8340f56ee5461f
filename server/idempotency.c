/* A small table looked through in order; only writes with a key come here. */
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/idempotency.h"

static bool is_same(const server_hash *left, const server_hash *right)
{
    return left->halves[0] == right->halves[0] && left->halves[1] == right->halves[1];
}

static void forget(server_kept *kept)
{
    free(kept->location);
    server_text_done(&kept->body);
    *kept = (server_kept){0};
}

static server_kept *find(server_keeper *keeper, const server_hash *key)
{
    for (size_t i = 0; i < SERVER_KEPT_MAX; i++) {
        if (is_same(&keeper->kept[i].claim.key, key)) {
            return &keeper->kept[i];
        }
    }
    return NULL;
}

/* A free place, or that of the oldest answer; NULL: all are under way. */
static server_kept *make_place(server_keeper *keeper)
{
    server_kept *oldest = NULL;
    for (size_t i = 0; i < SERVER_KEPT_MAX; i++) {
        server_kept *kept = &keeper->kept[i];
        if (kept->since_us == 0) {
            return kept;
        }
        if (kept->status != 0 && (!oldest || kept->since_us < oldest->since_us)) {
            oldest = kept;
        }
    }
    if (oldest) {
        forget(oldest);
    }
    return oldest;
}

static weft_code copy_kept(const server_kept *kept, server_kept *ret_kept, weft_error *error)
{
    *ret_kept = (server_kept){.status = kept->status};
    server_text_add(&ret_kept->body, kept->body.data, kept->body.len);
    ret_kept->location = kept->location ? strdup(kept->location) : NULL;
    return ret_kept->body.failed || (kept->location && !ret_kept->location) ? server_fail_no_memory(error) : WEFT_OK;
}

/* It is not run twice, and who may see less now is not shown what it was answered. */
static weft_code fail_other_rights(weft_error *error)
{
    (void)server_fail(error, WEFT_FORBIDDEN, "the request was answered before, to a caller with other rights");
    server_error_detail(error, "It is not run again, and its answer is not told.");
    server_error_hint(error, "Read what it was to change; a request that shall run needs a new key.");
    return WEFT_FORBIDDEN;
}

static weft_code begin(server_keeper *keeper, const server_claim *claim, server_kept *ret_kept, weft_error *error)
{
    server_kept *kept = find(keeper, &claim->key);
    if (kept && kept->status != 0 && server_now_us() - kept->since_us > SERVER_KEPT_US) {
        forget(kept);
        kept = NULL;
    }
    if (kept && !is_same(&kept->claim.fingerprint, &claim->fingerprint)) {
        (void)server_fail(error, WEFT_INVALID_REQUEST, "the idempotency key was used for another request");
        server_error_hint(error, "Every request that is not a repetition needs a key of its own.");
        return WEFT_INVALID_REQUEST;
    }
    if (kept && kept->status == 0) {
        return server_fail(error, WEFT_STORE_BUSY, "the request with this idempotency key is still under way");
    }
    if (kept && !is_same(&kept->claim.rights, &claim->rights)) {
        return fail_other_rights(error);
    }
    if (kept && kept->is_dropped) {
        return server_fail(
            error, WEFT_LIMIT_EXCEEDED, "the request was done before, and its answer was too large to be kept");
    }
    if (kept) {
        return copy_kept(kept, ret_kept, error);
    }
    kept = make_place(keeper);
    if (!kept) {
        return server_fail(error, WEFT_STORE_BUSY, "too many requests with idempotency keys are under way");
    }
    *kept = (server_kept){.claim = *claim, .since_us = server_now_us()};
    return WEFT_OK;
}

weft_code server_keeper_begin(server_keeper *keeper,
                              const server_claim *claim,
                              server_kept *ret_kept,
                              weft_error *error)
{
    *ret_kept = (server_kept){0};
    (void)pthread_mutex_lock(&keeper->lock);
    const weft_code code = begin(keeper, claim, ret_kept, error);
    (void)pthread_mutex_unlock(&keeper->lock);
    return code;
}

void server_keeper_end(
    server_keeper *keeper, const server_hash *key, int status, const server_text *body, const char *location)
{
    (void)pthread_mutex_lock(&keeper->lock);
    server_kept *kept = find(keeper, key);
    if (kept) {
        kept->status = status;
        kept->is_dropped = body->len > SERVER_KEPT_BYTES_MAX;
        server_text_add(&kept->body, body->data, kept->is_dropped ? 0 : body->len);
        kept->location = location ? strdup(location) : NULL;
        kept->is_dropped = kept->is_dropped || kept->body.failed || (location && !kept->location);
        if (status >= 500 || status == MHD_HTTP_FORBIDDEN) {
            forget(kept);
        }
    }
    (void)pthread_mutex_unlock(&keeper->lock);
}

void server_keeper_done(server_keeper *keeper)
{
    for (size_t i = 0; i < SERVER_KEPT_MAX; i++) {
        forget(&keeper->kept[i]);
    }
    (void)pthread_mutex_destroy(&keeper->lock);
}

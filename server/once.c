/* Writes with an Idempotency-Key are run once; who repeats one is given the answer of the first. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/once.h"
#include "server/rights.h"
#include "server/server.h"

#define KEY_BYTES_MAX 255

bool server_is_write(const weft_call *call)
{
    static const char *const reading[] = {"GET", "HEAD", "OPTIONS"};
    for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++) {
        if (!strcmp(call->method, reading[i])) {
            return false;
        }
    }
    return strncmp(call->route, "/graph", 6) != 0;
}

static void add_words(server_hash *hash, const char *words)
{
    server_hash_add(hash, words, strlen(words));
}

/* Give the kept answer as the call's own; takes it over. */
static weft_code replay(weft_call *call, server_kept *kept, weft_error *error)
{
    const char *type = kept->status >= 400 ? "application/problem+json" : "application/json";
    weft_code code = weft_call_answer(call, kept->status, type, kept->body.data, kept->body.len, error);
    if (code == WEFT_OK && kept->location) {
        code = weft_call_set_header(call, "Location", kept->location, error);
    }
    call->is_replayed = true;
    server_text_done(&kept->body);
    free(kept->location);
    return code;
}

/* What the principal may do is no part of whose key it is: when it changes, the key still says that the request came
 * before. */
static weft_code make_claim(const weft_call *call, const char *key, server_claim *claim, weft_error *error)
{
    add_words(&claim->key, call->principal.name);
    add_words(&claim->key, call->principal.tenant);
    add_words(&claim->key, key);
    add_words(&claim->fingerprint, call->method);
    add_words(&claim->fingerprint, call->sent);
    server_hash_add(&claim->fingerprint, weft_call_body(call, NULL), call->body.len);
    return server_rights_add(call, &claim->rights, error);
}

static enum MHD_Result count_header(
    void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value, size_t value_len)
{
    static const char wanted[] = "Idempotency-Key";
    (void)kind;
    (void)value;
    (void)value_len;
    *(size_t *)ctx += name_len == sizeof(wanted) - 1 && !strncasecmp(name, wanted, name_len);
    return MHD_YES;
}

/* Which of two keys is meant, nobody could say. */
static weft_code check_key(const weft_call *call, const char *key, weft_error *error)
{
    size_t count = 0;
    (void)MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, count_header, &count);
    if (count > 1) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the request has %zu idempotency keys", count);
    }
    return *key && strlen(key) <= KEY_BYTES_MAX
               ? WEFT_OK
               : server_fail(error, WEFT_INVALID_REQUEST, "an idempotency key has 1 to %d bytes", KEY_BYTES_MAX);
}

static int status_of(weft_code code)
{
    return code == WEFT_STORE_BUSY  ? MHD_HTTP_CONFLICT
           : code == WEFT_FORBIDDEN ? MHD_HTTP_FORBIDDEN
                                    : MHD_HTTP_UNPROCESSABLE_CONTENT;
}

weft_code server_once_begin(weft_call *call, weft_error *error)
{
    const char *key = weft_call_header(call, "Idempotency-Key");
    if (!key || !server_is_write(call)) {
        return WEFT_OK;
    }
    SERVER_TRY(check_key(call, key, error));
    server_claim claim = {0};
    server_kept kept;
    SERVER_TRY(make_claim(call, key, &claim, error));
    call->kept_key = claim.key;
    const weft_code code = server_keeper_begin(&call->server->keeper, &claim, &kept, error);
    if (code != WEFT_OK) {
        call->answer.status = status_of(code);
        return code;
    }
    call->is_kept = kept.status == 0;
    return call->is_kept ? WEFT_OK : replay(call, &kept, error);
}

void server_once_end(weft_call *call)
{
    if (!call->is_kept) {
        return;
    }
    const char *location = NULL;
    for (size_t i = 0; i < call->answer.header_count; i++) {
        location = !strcmp(call->answer.headers[i].name, "Location") ? call->answer.headers[i].value : location;
    }
    server_keeper_end(&call->server->keeper, &call->kept_key, call->answer.status, &call->answer.body, location);
}

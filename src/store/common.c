/* What the drivers share. Nothing here allocates; the only failures are the errors that are made here. */
#include "store/common.h"

#include <stdatomic.h>
#include <string.h>

#include "base/utf8.h"
#include "model/operand.h"

_Static_assert(sizeof(atomic_int) == sizeof(int), "the cancel flag is read as an atomic int");

bool weft_connection_is_cancelled(const weft_connection_base *base)
{
    return base->cancel != NULL &&
           atomic_load_explicit((const volatile atomic_int *)base->cancel, memory_order_relaxed) != 0;
}

static bool is_past_deadline(const weft_connection_base *base)
{
    return base->deadline_us != 0 && weft_clock_monotonic_us(NULL) >= base->deadline_us;
}

weft_code weft_connection_check(const weft_connection_base *base, weft_error *error)
{
    if (weft_connection_is_cancelled(base) || is_past_deadline(base)) {
        return weft_connection_fail_stopped(base, error);
    }
    return WEFT_OK;
}

weft_code weft_connection_fail_stopped(const weft_connection_base *base, weft_error *error)
{
    if (weft_connection_is_cancelled(base)) {
        (void)weft_fail(error, WEFT_CANCELLED, "the statement was cancelled");
        weft_error_set_store(error, base->config->name);
        return WEFT_CANCELLED;
    }
    (void)weft_fail(error, WEFT_TIMEOUT, "the statement did not end before the deadline");
    weft_error_set_detail(error, "The limit is time_ms.");
    weft_error_set_hint(error, "Ask for less at a time, or raise time_ms under limits in weft.yaml.");
    weft_error_set_store(error, base->config->name);
    return WEFT_TIMEOUT;
}

weft_code weft_connection_fail_skipped(const weft_connection_base *base, weft_error *error)
{
    const weft_code code =
        weft_fail(error, WEFT_STORE_ERROR, "the statement did not run because one before it in the same call failed");
    weft_error_set_store(error, base->config->name);
    return code;
}

weft_code weft_connection_fail_doomed(const weft_connection_base *base, weft_error *error)
{
    const weft_code code =
        weft_fail(error, WEFT_STORE_ERROR, "a statement of the transaction failed: it can only be rolled back");
    weft_error_set_store(error, base->config->name);
    return code;
}

weft_code weft_connection_fail_read_only(const weft_connection_base *base, weft_error *error)
{
    const weft_code code = weft_fail(error, WEFT_STORE_ERROR, "cannot write in a transaction that only reads");
    weft_error_set_store(error, base->config->name);
    return code;
}

weft_code weft_connection_misuse(const weft_connection_base *base, const char *message, weft_error *error)
{
    const weft_code code = weft_fail(error, WEFT_MISUSE, "%s", message);
    weft_error_set_store(error, base->config->name);
    return code;
}

int64_t weft_connection_started(const weft_connection_base *base)
{
    return base->config->observer.notify ? weft_clock_monotonic_us(NULL) : 0;
}

void weft_connection_notify_statement(const weft_connection_base *base,
                                      const weft_statement *statement,
                                      uint64_t rows,
                                      int64_t started_us)
{
    const weft_observer *observer = &base->config->observer;
    if (!observer->notify) {
        return;
    }
    char store[64] = "";
    const weft_str name = weft_utf8_cut(base->config->name, sizeof(store) - 1);
    if (name.len > 0) {
        memcpy(store, name.data, name.len);
    }
    const weft_event event = {.kind = WEFT_EVENT_STATEMENT,
                              .store = store,
                              .text = statement->sql,
                              .rows = rows,
                              .duration_us = (uint64_t)(weft_clock_monotonic_us(NULL) - started_us)};
    observer->notify(observer->ctx, &event);
}

const char *weft_value_kind_name(weft_value_kind kind)
{
    static const char *const names[] = {
        "null", "boolean", "integer", "double", "text", "time", "decimal", "JSON", "array"};
    return (size_t)kind < WEFT_COUNT_OF(names) ? names[kind] : "value";
}

weft_code weft_connection_fail_value(
    const weft_connection_base *base, const char *name, weft_value_kind kind, const char *found, weft_error *error)
{
    const weft_code code = weft_fail(error,
                                     WEFT_STORE_ERROR,
                                     "cannot read column \"%s\" as %s: it holds %s",
                                     name ? name : "",
                                     weft_value_kind_name(kind),
                                     found);
    weft_error_set_store(error, base->config->name);
    return code;
}

bool weft_store_is_utf8(const char *data, size_t len)
{
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    uint64_t word = 0;
    size_t at = 0;
    for (; at + sizeof(word) <= len; at += sizeof(word)) {
        memcpy(&word, data + at, sizeof(word));
        if (word & high_bits) {
            break;
        }
    }
    if (at + sizeof(word) > len && len >= sizeof(word)) { /* the last eight bytes, of which some were looked at */
        memcpy(&word, data + len - sizeof(word), sizeof(word));
        at = word & high_bits ? at : len;
    }
    while (at < len && (unsigned char)data[at] < 0x80) {
        at++;
    }
    return at == len || weft_utf8_is_valid((weft_str){data + at, len - at});
}

static size_t count_digits(weft_str text, size_t from)
{
    size_t at = from;
    while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9') {
        at++;
    }
    return at - from;
}

bool weft_decimal_is_normal(weft_str text)
{
    const size_t sign = text.len > 0 && text.data[0] == '-';
    const size_t whole = count_digits(text, sign);
    size_t at = sign + whole;
    const bool is_zero = whole == 1 && text.data[sign] == '0';
    if (whole == 0 || (whole > 1 && text.data[sign] == '0')) {
        return false;
    }
    if (at == text.len) {
        return !(sign && is_zero);
    }
    if (text.data[at++] != '.') {
        return false;
    }
    const size_t fraction = count_digits(text, at);
    return fraction > 0 && at + fraction == text.len && text.data[text.len - 1] != '0';
}

weft_code weft_decimal_read(weft_str digits, weft_arena *keep, weft_str *ret_digits, weft_error *error)
{
    if (weft_decimal_is_normal(digits)) {
        *ret_digits = digits;
        return WEFT_OK;
    }
    if (weft_decimal_normalize(digits, keep, ret_digits)) {
        return WEFT_OK;
    }
    /* Normalising does not say why it failed: when there is room for a copy, it was not for want of memory. */
    return weft_arena_alloc(keep, digits.len + 1) == NULL ? weft_fail_arena(error, keep) : WEFT_TYPE_MISMATCH;
}

bool weft_statement_prefix(const weft_statement *statement,
                           const char *prefix,
                           const weft_value_kind *columns,
                           size_t column_count,
                           weft_arena *keep,
                           weft_statement *ret_statement)
{
    const weft_str sql = weft_str_format(keep, "%s%.*s", prefix, WEFT_STR_ARG(statement->sql));
    *ret_statement = *statement;
    ret_statement->sql = sql;
    ret_statement->columns = columns;
    ret_statement->column_count = column_count;
    ret_statement->is_incremental = false;
    ret_statement->is_once = true;
    ret_statement->hash = 0;
    return sql.data != NULL;
}

/* FNV-1a over the text eight bytes at a time, then over how its parameters are bound, because the same text prepared
 * for other types is another statement. */
uint64_t weft_statement_hash(const weft_statement *statement)
{
    if (statement->hash != 0) {
        return statement->hash;
    }
    const uint64_t prime = UINT64_C(0x100000001b3);
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ statement->sql.len;
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= statement->sql.len; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, statement->sql.data + at, sizeof(word));
        hash = (hash ^ word) * prime;
        hash ^= hash >> 29;
    }
    for (; at < statement->sql.len; at++) {
        hash = (hash ^ (unsigned char)statement->sql.data[at]) * prime;
    }
    for (size_t i = 0; i < statement->param_count; i++) {
        hash = (hash ^ (uint64_t)(statement->params[i].kind * 16U + statement->params[i].type)) * prime;
    }
    return (hash ^ hash >> 32) | 1;
}

/* Calls: made, read by handlers, answered, freed. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/prefer.h"
#include "server/server.h"

/* Answers up to this size are whole before the first byte is sent: they get a length and an entity tag, and their
 * connections to the stores are free before the client reads. */
#define WHOLE_BYTES_MAX ((size_t)256 * 1024)
#define HEADER_NAME_MAX 48

int64_t server_now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

weft_call *server_call_new(server_client *client, const char *sent)
{
    weft_call *call = calloc(1, sizeof(*call));
    char *copy = call ? strdup(sent) : NULL;
    if (!copy) {
        free(call);
        return NULL;
    }
    call->client = client;
    call->server = client->server;
    call->sent = copy;
    call->begun_us = server_now_us();
    return call;
}

/* Those who watch the connection must not find a reply that is gone. */
static void watch_reply(weft_call *call, weft_reply *reply)
{
    server_watch_reply(call->client, reply);
}

void server_call_close_source(weft_call *call)
{
    if (call->answer.source.reply) {
        watch_reply(call, NULL);
    }
    server_source_close(&call->answer.source);
    if (call->is_stream) {
        atomic_fetch_sub(&call->server->streams_open, 1);
        call->is_stream = false;
    }
}

void server_call_drop_body(weft_call *call)
{
    server_call_close_source(call);
    server_text_done(&call->answer.body);
}

void server_answer_done(server_answer *answer)
{
    server_gzip_free(answer->gzip);
    server_text_done(&answer->plain);
    server_text_done(&answer->body);
    for (size_t i = 0; i < answer->header_count; i++) {
        free(answer->headers[i].owned);
    }
    *answer = (server_answer){0};
}

void server_call_free(weft_call *call)
{
    server_call_close_source(call);
    server_answer_done(&call->answer);
    server_target_done(&call->target);
    server_text_done(&call->body);
    server_lines_done(call->client);
    weft_text_free(&call->refused);
    weft_close(call->scoped);
    if (call->project) {
        server_seat_leave(&call->server->seat, call->project);
    }
    free(call->sent);
    free(call);
}

const char *weft_call_method(const weft_call *call)
{
    return call->method;
}

const char *weft_call_path_value(const weft_call *call, const char *name)
{
    return server_route_value(call->route, &call->target, name);
}

const char *weft_call_query_value(const weft_call *call, const char *name)
{
    return server_target_param(&call->target, name);
}

const char *weft_call_header(const weft_call *call, const char *name)
{
    return server_lines_value(call, name);
}

const char *weft_call_body(const weft_call *call, size_t *ret_len)
{
    if (ret_len) {
        *ret_len = call->body.len;
    }
    return call->body.data ? call->body.data : "";
}

static bool is_header_name(const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i]) && !strchr("!#$%&'*+-.^_`|~", name[i])) {
            return false;
        }
    }
    return len > 0 && len < HEADER_NAME_MAX;
}

static bool is_header_value(const char *value)
{
    while (*value && ((unsigned char)*value >= ' ' || *value == '\t') && *value != 0x7F) {
        value++;
    }
    return !*value;
}

/* The place of the header called `name`, emptied; NULL: there are too many. */
static server_header *make_place(server_answer *answer, const char *name)
{
    size_t at = 0;
    while (at < answer->header_count && strcmp(answer->headers[at].name, name) != 0) {
        at++;
    }
    if (at == SERVER_HEADERS_MAX) {
        return NULL;
    }
    server_header *header = &answer->headers[at];
    answer->header_count += at == answer->header_count;
    free(header->owned);
    *header = (server_header){.name = name};
    return header;
}

bool server_answer_put(server_answer *answer, const char *name, const char *value)
{
    server_header *header = make_place(answer, name);
    if (header) {
        header->value = value;
    }
    return header != NULL;
}

/* Both in one piece; NULL: no memory. */
static char *copy_header(const char *name, const char *value, size_t *ret_name_size)
{
    const size_t name_size = strlen(name) + 1;
    const size_t value_size = strlen(value) + 1;
    char *copy = malloc(name_size + value_size);
    if (copy) {
        memcpy(copy, name, name_size);
        memcpy(copy + name_size, value, value_size);
        *ret_name_size = name_size;
    }
    return copy;
}

weft_code server_answer_header(server_answer *answer, const char *name, const char *value, weft_error *error)
{
    size_t name_size = 0;
    if (!is_header_name(name) || !is_header_value(value)) {
        return server_fail(error, WEFT_MISUSE, "\"%.40s\" cannot be a header with that value", name);
    }
    char *copy = copy_header(name, value, &name_size);
    if (!copy) {
        return server_fail_no_memory(error);
    }
    server_header *header = make_place(answer, copy);
    if (!header) {
        free(copy);
        return server_fail(error, WEFT_LIMIT_EXCEEDED, "the answer has more than %d headers", SERVER_HEADERS_MAX);
    }
    *header = (server_header){.name = copy, .value = copy + name_size, .owned = copy};
    return WEFT_OK;
}

weft_code weft_call_set_header(weft_call *call, const char *name, const char *value, weft_error *error)
{
    if (!call || !name || !value) {
        return server_fail(error, WEFT_MISUSE, "a call, a name and a value must be given");
    }
    return server_answer_header(&call->answer, name, value, error);
}

weft_code weft_call_answer(
    weft_call *call, int status, const char *content_type, const char *data, size_t len, weft_error *error)
{
    if (!call || status < 200 || status > 599 || !content_type || (!data && len > 0)) {
        return server_fail(error, WEFT_MISUSE, "a call, a status from 200 to 599, a type and bytes must be given");
    }
    server_answer *answer = &call->answer;
    server_text body = {0};
    server_text_add(&body, data, len);
    weft_code code = body.failed ? server_fail_no_memory(error) : WEFT_OK;
    if (code == WEFT_OK) {
        code = server_answer_header(answer, "Content-Type", content_type, error);
    }
    if (code != WEFT_OK) {
        server_text_done(&body);
        return code;
    }
    server_call_close_source(call);
    server_text_done(&answer->body);
    answer->body = body;
    answer->status = status;
    return WEFT_OK;
}

/* A large answer holds its connections to the stores for as long as its client reads, so there are only so many. */
static weft_code take_stream(weft_call *call, weft_error *error)
{
    weft_server *server = call->server;
    call->is_stream = true;
    if (atomic_fetch_add(&server->streams_open, 1) >= server->options.streams_max) {
        (void)server_fail(error, WEFT_STORE_BUSY, "too many large answers are being sent");
        server_error_detail(error, "At most %zu are at a time.", server->options.streams_max);
        server_error_hint(error, "Try again in a moment, or ask for less at a time.");
        return WEFT_STORE_BUSY;
    }
    return WEFT_OK;
}

/* Read until the answer is whole or too large to be. */
static weft_code read_beginning(weft_call *call, weft_error *error)
{
    server_answer *answer = &call->answer;
    while (!answer->source.is_ended && answer->body.len <= WHOLE_BYTES_MAX) {
        SERVER_TRY(server_source_read(&answer->source, &answer->body, error));
    }
    if (!answer->source.is_ended) {
        return take_stream(call, error);
    }
    server_call_close_source(call);
    return WEFT_OK;
}

static weft_code stream(
    weft_call *call, const server_text *request, server_shape shape, const char *name, weft_error *error)
{
    const char *accept = weft_call_header(call, "Accept");
    const bool is_ndjson = shape != SERVER_SHAPE_ONE && shape != SERVER_SHAPE_INNER &&
                           server_accepts(accept, "application/x-ndjson", "application/json");
    server_answer *answer = &call->answer;
    SERVER_TRY(server_source_open(
        &answer->source, weft_call_engine(call), request, is_ndjson ? WEFT_FORMAT_NDJSON : WEFT_FORMAT_JSON, error));
    watch_reply(call, answer->source.reply);
    answer->source.shape = is_ndjson ? SERVER_SHAPE_PLAIN : shape;
    server_source_name(&answer->source, name ? name : "");
    SERVER_TRY(read_beginning(call, error));
    answer->status = 200;
    (void)server_answer_put(answer, "Content-Type", is_ndjson ? "application/x-ndjson" : "application/json");
    return WEFT_OK;
}

/* The request as its principal may have it run: itself, or what `narrowed` then holds. */
static weft_code permit_query(weft_call *call, const server_text *request, server_text *narrowed, weft_error *error)
{
    if (request->failed) {
        return server_fail_no_memory(error);
    }
    const server_work work = {.kind = SERVER_WORK_QUERY, .request = request->data, .request_len = request->len};
    return server_permit(call, &work, narrowed, error);
}

weft_code server_call_ask(weft_call *call, const server_text *request, weft_text *ret_answer, weft_error *error)
{
    server_text narrowed = {0};
    weft_code code = permit_query(call, request, &narrowed, error);
    if (code == WEFT_OK) {
        const server_text *asked = narrowed.len > 0 ? &narrowed : request;
        code = weft_query_json(weft_call_engine(call), asked->data, asked->len, ret_answer, error);
    }
    server_text_done(&narrowed);
    return code;
}

weft_code server_call_stream(
    weft_call *call, const server_text *request, server_shape shape, const char *name, weft_error *error)
{
    server_text narrowed = {0};
    weft_code code = permit_query(call, request, &narrowed, error);
    if (code == WEFT_OK) {
        server_call_drop_body(call); /* of an answer before this one */
        code = stream(call, narrowed.len > 0 ? &narrowed : request, shape, name, error);
        if (code != WEFT_OK) {
            server_call_drop_body(call);
        }
    }
    server_text_done(&narrowed);
    return code;
}

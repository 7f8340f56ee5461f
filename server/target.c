/* Reads a target in place: split at its separators first, then decode each piece, so that an escaped separator is no
 * separator. Decoding never grows a text. */
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/target.h"
#include "server/text.h"

static int hex(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    const char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_utf8(const char *text)
{
    for (size_t len = 0; *text; text += len) {
        len = server_utf8_len(text);
        if (len == 0) {
            return false;
        }
    }
    return true;
}

/* Decode `text` in place. */
static weft_code decode(char *text, bool is_form, weft_error *error)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '%') {
            const int high = hex(from[1]);
            const int low = high < 0 ? -1 : hex(from[2]);
            if (low < 0 || high * 16 + low == 0) {
                return server_fail(error, WEFT_INVALID_REQUEST, "the address holds a percent sign that is no escape");
            }
            *to++ = (char)(high * 16 + low);
            from += 2;
        } else {
            *to++ = is_form && *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return is_utf8(text) ? WEFT_OK : server_fail(error, WEFT_INVALID_REQUEST, "the address is not UTF-8 text");
}

static weft_code read_path(server_target *target, char *path, weft_error *error)
{
    while (*path == '/') {
        path++;
    }
    while (*path) {
        char *slash = strchr(path, '/');
        if (slash) {
            *slash = '\0';
        }
        if (target->segment_count == SERVER_SEGMENTS_MAX) {
            return server_fail(error, WEFT_LIMIT_EXCEEDED, "the address has more than %d parts", SERVER_SEGMENTS_MAX);
        }
        SERVER_TRY(decode(path, false, error));
        if (!*path) {
            return server_fail(error, WEFT_INVALID_REQUEST, "the address has an empty part");
        }
        target->segments[target->segment_count++] = path;
        path = slash ? slash + 1 : path + strlen(path);
    }
    return WEFT_OK;
}

static size_t count_params(const char *query)
{
    size_t count = 1;
    for (; *query; query++) {
        count += *query == '&';
    }
    return count;
}

static weft_code fail_params(weft_error *error)
{
    (void)server_fail(
        error, WEFT_LIMIT_EXCEEDED, "the address has more than %d parameters, or is too long", SERVER_PARAMS_MAX);
    server_error_hint(error, "Send a graph request in a body: POST /graph.");
    return WEFT_LIMIT_EXCEEDED;
}

/* The line takes a quarter of libmicrohttpd's room for a head, or as much as it is long; a parameter takes 64 bytes of
 * the rest. */
weft_code server_target_fits(const char *sent, weft_error *error)
{
    const char *query = strchr(sent, '?');
    const size_t count = query ? count_params(query) : 0;
    const size_t len = strlen(sent);
    const size_t line = len < SERVER_HEAD_MAX / 4 ? SERVER_HEAD_MAX / 4 : len;
    const bool fits = count <= SERVER_PARAMS_MAX && line + count * 64 + 1024 <= SERVER_HEAD_MAX;
    return fits ? WEFT_OK : fail_params(error);
}

static weft_code read_query(server_target *target, char *query, weft_error *error)
{
    const size_t count = count_params(query);
    if (count > SERVER_PARAMS_MAX) {
        return fail_params(error);
    }
    target->params = calloc(count, sizeof(*target->params));
    if (!target->params) {
        return server_fail_no_memory(error);
    }
    while (query) {
        char *next = strchr(query, '&');
        if (next) {
            *next++ = '\0';
        }
        char *value = strchr(query, '=');
        if (value) {
            *value++ = '\0';
        }
        if (*query || value) {
            SERVER_TRY(decode(query, true, error));
            SERVER_TRY(value ? decode(value, true, error) : WEFT_OK);
            target->params[target->param_count++] = (server_param){query, value ? value : query + strlen(query)};
        }
        query = next;
    }
    return WEFT_OK;
}

weft_code server_target_read(server_target *target, const char *sent, weft_error *error)
{
    const size_t len = strlen(sent);
    *target = (server_target){.bytes = malloc(len + 1)};
    if (!target->bytes) {
        return server_fail_no_memory(error);
    }
    memcpy(target->bytes, sent, len + 1);
    char *query = strchr(target->bytes, '?');
    if (query) {
        *query++ = '\0';
    }
    target->path_len = strlen(target->bytes);
    if (target->bytes[0] != '/' && strcmp(target->bytes, "*") != 0) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the address does not begin with a slash");
    }
    SERVER_TRY(read_path(target, target->bytes, error));
    return query ? read_query(target, query, error) : WEFT_OK;
}

void server_target_done(server_target *target)
{
    free(target->bytes);
    free(target->params);
    *target = (server_target){0};
}

const char *server_target_param(const server_target *target, const char *name)
{
    for (size_t i = 0; i < target->param_count; i++) {
        if (!strcmp(target->params[i].name, name)) {
            return target->params[i].value;
        }
    }
    return NULL;
}

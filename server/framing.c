/* Counts and looks at the headers that say how long a request is. Stricter than RFC 9112 has to be where that costs no
 * client anything: two equal lengths, or a length beside a transfer coding, are refused too. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/fail.h"
#include "server/framing.h"

static void find_wrong(server_framing *framing, const char *name, size_t name_len, const char *why)
{
    if (framing->why) {
        return;
    }
    framing->why = why;
    for (size_t i = 0; i < name_len && i + 1 < sizeof(framing->wrong); i++) {
        framing->wrong[i] = name[i] > ' ' && name[i] <= '~' ? name[i] : '?';
    }
}

static bool is_name(const char *name, size_t len)
{
    static const char allowed[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < len; i++) {
        if (!name[i] || !strchr(allowed, name[i])) {
            return false;
        }
    }
    return len > 0;
}

static bool is_digits(const char *value, size_t len)
{
    return len > 0 && len <= 18 && strspn(value, "0123456789") >= len;
}

static bool is_called(const char *name, size_t len, const char *wanted)
{
    return len == strlen(wanted) && !strncasecmp(name, wanted, len);
}

void server_framing_add(server_framing *framing, const char *name, size_t name_len, const char *value, size_t value_len)
{
    if (!is_name(name, name_len)) {
        find_wrong(framing, name, name_len, "its name has bytes that no name of a header has");
    }
    for (size_t i = 0; i < value_len; i++) {
        if (value[i] == '\0' || value[i] == '\r' || value[i] == '\n') {
            find_wrong(framing, name, name_len, "its value has the end of a line or a text inside");
        }
    }
    if (is_called(name, name_len, "Content-Length")) {
        framing->lengths++;
        if (!is_digits(value, value_len)) {
            find_wrong(framing, name, name_len, "it is no number of bytes");
        }
    } else if (is_called(name, name_len, "Transfer-Encoding")) {
        framing->encodings++;
        if (!is_called(value, value_len, "chunked")) {
            find_wrong(framing, name, name_len, "only \"chunked\" is understood");
        }
    } else if (is_called(name, name_len, "Host")) {
        framing->hosts++;
    }
}

weft_code server_framing_end(const server_framing *framing, bool needs_host, weft_error *error)
{
    if (framing->why) {
        (void)server_fail(
            error, WEFT_INVALID_REQUEST, "the header \"%s\" cannot stand: %s", framing->wrong, framing->why);
        return WEFT_INVALID_REQUEST;
    }
    if (framing->lengths + framing->encodings > 1) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the length of the request is told more than once");
    }
    if (framing->hosts > 1 || (needs_host && framing->hosts == 0)) {
        return server_fail(error, WEFT_INVALID_REQUEST, "a request names one host, not %u", framing->hosts);
    }
    return WEFT_OK;
}

bool server_is_loopback_host(const char *host)
{
    static const char *const names[] = {"localhost", "[::1]"};
    const size_t digits = strspn(host, "0123456789.");
    const char *end = !strncmp(host, "127.", 4) ? host + digits : NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        end = !strncasecmp(host, names[i], strlen(names[i])) ? host + strlen(names[i]) : end;
    }
    return end && (*end == '\0' || (*end == ':' && strspn(end + 1, "0123456789") == strlen(end + 1)));
}

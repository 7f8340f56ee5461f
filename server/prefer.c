/* Reads the headers that choose between answers: lists of items with parameters, "a;q=0.5, b". */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/prefer.h"

/* One item of a header: its words and its quality. */
typedef struct item {
    const char *words;
    size_t len;
    double quality;
} item;

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static double read_quality(const char *at, const char *end)
{
    while (at < end) {
        at = skip_blanks(at + 1);
        if (end - at > 2 && (*at == 'q' || *at == 'Q') && at[1] == '=') {
            return strtod(at + 2, NULL);
        }
        at += strcspn(at, ";,");
    }
    return 1.0;
}

/* Take the next item off the list; false at its end. */
static bool next_item(const char **list, item *ret_item)
{
    *list += strspn(*list, ", \t");
    if (!**list) {
        return false;
    }
    const char *end = *list + strcspn(*list, ",");
    ret_item->words = *list;
    ret_item->len = strcspn(*list, ",;");
    ret_item->quality = read_quality(*list + ret_item->len, end);
    while (ret_item->len > 0 && isspace((unsigned char)ret_item->words[ret_item->len - 1])) {
        ret_item->len--;
    }
    *list = end;
    return true;
}

static bool is_item(const item *one, const char *words)
{
    return strlen(words) == one->len && !strncasecmp(one->words, words, one->len);
}

bool server_prefers_no_count(const char *header)
{
    item one;
    while (header && next_item(&header, &one)) {
        if (is_item(&one, "count=none") || is_item(&one, "count=\"none\"")) {
            return true;
        }
    }
    return false;
}

bool server_accepts(const char *header, const char *type, const char *otherwise)
{
    double wanted = 0;
    double other = 0;
    item one;
    while (header && next_item(&header, &one)) {
        if (is_item(&one, type)) {
            wanted = one.quality;
        } else if (is_item(&one, otherwise)) {
            other = one.quality;
        }
    }
    return wanted > other;
}

bool server_accepts_gzip(const char *header)
{
    double gzip = -1;
    double any = 0;
    item one;
    while (header && next_item(&header, &one)) {
        if (is_item(&one, "gzip")) {
            gzip = one.quality;
        } else if (is_item(&one, "*")) {
            any = one.quality;
        }
    }
    return gzip >= 0 ? gzip > 0 : any > 0;
}

bool server_has_tag(const char *header, const char *tag)
{
    item one;
    const char *strong = strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
    while (header && next_item(&header, &one)) {
        if (is_item(&one, "*") || is_item(&one, tag) || is_item(&one, strong)) {
            return true;
        }
    }
    return false;
}

static size_t count_hex(const char *at)
{
    return strspn(at, "0123456789abcdef");
}

bool server_is_traceparent(const char *header)
{
    static const size_t lens[] = {2, 32, 16, 2};
    const char *at = header;
    for (size_t i = 0; at && i < 4; i++) {
        const size_t len = count_hex(at);
        const bool is_zero = (i == 1 || i == 2) && strspn(at, "0") == len;
        const bool is_end = i == 3 ? at[len] == '\0' : at[len] == '-';
        if (len != lens[i] || is_zero || !is_end || (i == 0 && !strncmp(at, "ff", 2))) {
            return false;
        }
        at += len + 1;
    }
    return header != NULL;
}

bool server_is_request_id(const char *header)
{
    size_t len = 0;
    while (header && (isalnum((unsigned char)header[len]) || (header[len] && strchr("-_.:", header[len])))) {
        len++;
    }
    return len > 0 && len < 80 && !header[len];
}

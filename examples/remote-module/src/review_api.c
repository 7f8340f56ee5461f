/* A review API that lives in this file. */
#include "review_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct review {
    const char *id;
    const char *author;
    int rating;
    const char *body; /* JSON */
} review;

static const review reviews[] = {
    {"r1", "Ada", 5, "\"Bright.\""},
    {"r2", "Bob", 2, "\"Too bright.\""},
    {"r3", "Cleo", 4, "null"},
    {"r4", "Dan", 5, "\"As described.\""},
    {"r5", "Eve", 1, "\"Broke at once.\""},
};

/* What stands behind `name` in the path, up to the next "&"; NULL when it is not there. */
static const char *parameter(const char *path, const char *name)
{
    const char *at = strstr(path, name);
    return at ? at + strlen(name) : NULL;
}

static int is_listed(const char *list, const char *id)
{
    const size_t len = strlen(id);
    while (list) {
        if (strncmp(list, id, len) == 0 && (list[len] == ',' || list[len] == '\0')) {
            return 1;
        }
        list = strchr(list, ',');
        list = list ? list + 1 : NULL;
    }
    return 0;
}

static int is_asked_for(const char *path, const review *r)
{
    const char *ids = parameter(path, "ids=");
    const char *after = parameter(path, "after=");
    const char *rating = parameter(path, "rating=");
    if (ids) {
        return is_listed(ids, r->id);
    }
    const size_t len = after ? strcspn(after, "&") : 0;
    const int is_later = len == 0 || strncmp(r->id, after, len) > 0;
    return is_later && (!rating || atoi(rating) == r->rating);
}

int review_api_get(const char *path, uint32_t timeout_ms, char *body, size_t size)
{
    const char *limit = parameter(path, "limit=");
    size_t left = limit ? (size_t)atoi(limit) : sizeof(reviews) / sizeof(*reviews);
    size_t len = (size_t)snprintf(body, size, "[");
    if (getenv("REVIEW_API_LOG")) {
        (void)fprintf(stderr, "GET %s\n", path);
    }
    if (getenv("REVIEW_API_DOWN") || timeout_ms == 0) {
        return 503;
    }
    for (size_t i = 0; i < sizeof(reviews) / sizeof(*reviews) && left > 0; i++) {
        const review *r = &reviews[i];
        if (is_asked_for(path, r)) {
            len += (size_t)snprintf(body + len,
                                    size - len,
                                    "%s{\"id\":\"%s\",\"author\":\"%s\",\"rating\":%d,\"body\":%s}",
                                    len > 1 ? "," : "",
                                    r->id,
                                    r->author,
                                    r->rating,
                                    r->body);
            left--;
        }
    }
    (void)snprintf(body + len, size - len, "]");
    return 200;
}

int review_api_last(const char *body, char last[REVIEW_ID_BYTES])
{
    static const char start[] = "{\"id\":\"";
    int count = 0;
    last[0] = '\0';
    for (const char *at = strstr(body, start); at; at = strstr(at + 1, start)) {
        const char *id = at + sizeof(start) - 1;
        (void)snprintf(last, REVIEW_ID_BYTES, "%.*s", (int)strcspn(id, "\""), id);
        count++;
    }
    return count;
}

/* Rewrites the envelope of a streamed answer and lets the records through untouched.
 *
 * The engine writes what comes after the records in one piece, in its last chunk. So each chunk is held until the next
 * one is there; the one that has no next is cut at its end. Fails as reading a reply does. */
#include <string.h>

#include "server/fail.h"
#include "server/source.h"

#define DATA_HEAD "{\"data\":["
#define META_HEAD "],\"metadata\":{"

weft_code server_source_open(
    server_source *source, weft_engine *engine, const server_text *request, weft_format format, weft_error *error)
{
    weft_reply *reply = NULL;
    if (request->failed) {
        return server_fail_no_memory(error);
    }
    SERVER_TRY(weft_query_open(engine, request->data, request->len, format, &reply, error));
    *source = (server_source){.reply = reply};
    return WEFT_OK;
}

void server_source_name(server_source *source, const char *name)
{
    const size_t len = strnlen(name, sizeof(source->name) - 1);
    memcpy(source->name, name, len);
    source->name[len] = '\0';
}

void server_source_close(server_source *source)
{
    weft_reply_close(source->reply);
    server_text_done(&source->held);
    *source = (server_source){0};
}

/* The place of the last META_HEAD in `text`, or NULL. Nothing in the metadata can look like it: its texts are JSON, so
 * that a quote inside one is escaped. */
static const char *find_metadata(const server_text *text)
{
    const size_t len = strlen(META_HEAD);
    for (size_t at = text->len; at >= len; at--) {
        if (!memcmp(text->data + at - len, META_HEAD, len)) {
            return text->data + at - len;
        }
    }
    return NULL;
}

static void add_number(server_text *text, const char *name, const char *metadata, const char *member)
{
    const char *at = strstr(metadata, member);
    if (at) {
        at += strlen(member);
        server_text_format(text, ",\"%s\":%.*s", name, (int)strspn(at, "0123456789"), at);
    }
}

/* ],"metadata":{"skip":0,"take":20,"count":3,"next":…}} → ],"count":3,"offset":0,"limit":20,"next":…} */
static void add_list_end(server_text *text, const server_text *held)
{
    const char *metadata = find_metadata(held);
    if (!metadata) {
        server_text_add(text, held->data, held->len);
        return;
    }
    server_text_add(text, held->data, (size_t)(metadata - held->data) + 1);
    const char *cursors = strstr(metadata, ",\"next\":");
    add_number(text, "count", metadata, "\"count\":");
    if (!cursors) {
        add_number(text, "offset", metadata, "\"skip\":");
    }
    add_number(text, "limit", metadata, "\"take\":");
    if (cursors) {
        server_text_add(text, cursors, (size_t)(held->data + held->len - cursors) - 1);
    } else {
        server_text_put(text, "}");
    }
}

static void add_member_head(server_text *text, const char *name)
{
    server_text_put(text, "{");
    server_text_json(text, name);
    server_text_put(text, ":");
}

/* Drop from the first chunk what the shape replaces, and put the shape's own words before it. */
static void add_start(server_source *source, server_text *text)
{
    size_t skip = 0;
    if (source->shape == SERVER_SHAPE_LIST) {
        skip = strlen(DATA_HEAD) - 1;
        add_member_head(text, source->name);
    } else if (source->shape == SERVER_SHAPE_ONE) {
        skip = strlen(DATA_HEAD);
        add_member_head(text, source->name);
    } else if (source->shape == SERVER_SHAPE_INNER) {
        skip = strlen(DATA_HEAD);
    }
    memmove(source->held.data, source->held.data + skip, source->held.len - skip + 1);
    source->held.len -= skip;
}

static void add_end(const server_source *source, server_text *text)
{
    const server_text *held = &source->held;
    if (source->shape == SERVER_SHAPE_LIST) {
        add_list_end(text, held);
    } else if (source->shape == SERVER_SHAPE_ONE) {
        server_text_add(text, held->data, held->len - 2); /* without "]}" … */
        server_text_put(text, "}");
    } else if (source->shape == SERVER_SHAPE_INNER) {
        server_text_add(text, held->data, held->len - 2);
    } else if (held->len > 0) {
        server_text_add(text, held->data, held->len);
    }
}

static bool is_empty_answer(const server_source *source)
{
    return (source->shape == SERVER_SHAPE_ONE || source->shape == SERVER_SHAPE_INNER) &&
           !strcmp(source->held.data, DATA_HEAD "]}");
}

/* Hold the next chunk; what was held before goes to `text`. */
static weft_code advance(server_source *source, server_text *text, weft_error *error)
{
    const char *data = NULL;
    size_t len = 0;
    SERVER_TRY(weft_reply_read(source->reply, &data, &len, error));
    source->is_ended = len == 0;
    if (source->is_ended) {
        return WEFT_OK;
    }
    if (source->is_started) {
        server_text_add(text, source->held.data, source->held.len);
    }
    server_text_clear(&source->held);
    server_text_add(&source->held, data, len);
    return source->held.failed ? server_fail_no_memory(error) : WEFT_OK;
}

weft_code server_source_read(server_source *source, server_text *text, weft_error *error)
{
    SERVER_TRY(advance(source, text, error));
    if (!source->is_started && !source->is_ended) {
        source->is_started = true;
        if (is_empty_answer(source)) {
            return server_fail(error, WEFT_NOT_FOUND, "no live record has that key");
        }
        add_start(source, text);
    }
    if (source->is_ended) {
        add_end(source, text);
    }
    return text->failed ? server_fail_no_memory(error) : WEFT_OK;
}

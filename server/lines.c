/* Most requests send no name twice, and are answered from libmicrohttpd's own first line. Where one may have, lists are
 * made when they are asked for, and kept. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/call.h"
#include "server/lines.h"

void server_lines_note(server_lines_seen *seen, const char *name, size_t len)
{
    unsigned hash = (unsigned)len;
    for (size_t i = 0; i < len; i++) {
        hash = hash * 31 + ((unsigned char)name[i] | 0x20U);
    }
    const uint64_t bit = (uint64_t)1 << ((hash ^ hash >> 16) & 63);
    seen->may_repeat = seen->may_repeat || (seen->names & bit);
    seen->names |= bit;
}

typedef struct gathering {
    const char *name;
    size_t count;
    server_text text;
} gathering;

static enum MHD_Result count_line(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    gathering *g = ctx;
    (void)kind;
    (void)value;
    g->count += !strcasecmp(name, g->name);
    return MHD_YES;
}

static enum MHD_Result add_line(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    gathering *g = ctx;
    (void)kind;
    if (!strcasecmp(name, g->name)) {
        server_text_put(&g->text, g->text.len > 0 ? ", " : "");
        server_text_put(&g->text, value ? value : "");
    }
    return MHD_YES;
}

/* Keep what was gathered; false when there is no memory. */
static bool keep(server_client *client, gathering *g)
{
    const size_t size = strlen(g->name) + 1;
    server_line_list *list = g->text.failed ? NULL : malloc(sizeof(*list) + size);
    if (!list) {
        server_text_done(&g->text);
        return false;
    }
    memcpy(list->name, g->name, size);
    list->value = g->text.data;
    list->next = client->lists;
    client->lists = list;
    return true;
}

/* Empty lines make an empty list, for which there is no memory. */
static const char *text_of(const server_line_list *list)
{
    return list->value ? list->value : "";
}

const char *server_lines_value(const weft_call *call, const char *name)
{
    const char *first = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
    if (!first || !call->lines_seen.may_repeat) {
        return first;
    }
    for (const server_line_list *list = call->client->lists; list; list = list->next) {
        if (!strcasecmp(list->name, name)) {
            return text_of(list);
        }
    }
    gathering g = {.name = name};
    (void)MHD_get_connection_values(call->connection, MHD_HEADER_KIND, count_line, &g);
    if (g.count < 2) {
        return first;
    }
    (void)MHD_get_connection_values(call->connection, MHD_HEADER_KIND, add_line, &g);
    return keep(call->client, &g) ? text_of(call->client->lists) : "";
}

void server_lines_done(server_client *client)
{
    while (client->lists) {
        server_line_list *list = client->lists;
        client->lists = list->next;
        free(list->value);
        free(list);
    }
}

/* Where the bytes of a large answer come from: a reply of the engine, its envelope changed on the way.
 *
 *     {"data":[ … ],"metadata":{"skip":0,"take":20,"count":3}}   the engine's
 *     {"products":[ … ],"count":3,"offset":0,"limit":20}         a list's
 *     {"product": … }                                            a record's
 */
#ifndef SERVER_SOURCE_H
#define SERVER_SOURCE_H

#include "server/text.h"
#include "weft/weft.h"

typedef enum server_shape {
    SERVER_SHAPE_PLAIN = 0, /* as the engine gives it, JSON or NDJSON */
    SERVER_SHAPE_LIST,
    SERVER_SHAPE_ONE,  /* the only record, under its name; WEFT_NOT_FOUND when there is none */
    SERVER_SHAPE_INNER /* the only member of the only record; WEFT_NOT_FOUND when there is no record */
} server_shape;

typedef struct server_source {
    weft_reply *reply;
    server_shape shape;
    char name[128];   /* the member that holds the data */
    server_text held; /* the last chunk, until it is known whether another follows */
    bool is_started;
    bool is_ended;
} server_source;

/* Begin to answer `request`. The source is zeroed by a failure; server_source_close is due after a success. */
weft_code server_source_open(
    server_source *source, weft_engine *engine, const server_text *request, weft_format format, weft_error *error);

/* Call the member that holds the data `name`, as much of it as there is room for. */
void server_source_name(server_source *source, const char *name);

/* Append the next bytes to `text`; `source->is_ended` says that these were the last. Fails as the engine does. */
weft_code server_source_read(server_source *source, server_text *text, weft_error *error);

void server_source_close(server_source *source);

#endif

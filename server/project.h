/* An open project: engine, schema and document. Shared by calls that count themselves in, so that a new one can take
 * its place while old requests end on the old one. */
#ifndef SERVER_PROJECT_H
#define SERVER_PROJECT_H

#include <pthread.h>

#include "server/jwt.h"
#include "server/schema.h"
#include "weft/access.h"

typedef struct server_project {
    weft_engine *engine;
    server_schema schema;
    json_t *access;                       /* what weft_describe_access tells */
    server_jwt *jwt;                      /* whose tokens are taken; NULL: nobody's */
    char *openapi;                        /* the document of GET /openapi.json */
    unsigned long number;                 /* of all that were opened; from 1 on */
    unsigned uses;                        /* guarded by the seat's lock, as what is below */
    struct server_project *next, **place; /* among the open ones */
} server_project;

/* Where the present project sits, and those before it that are in use still. */
typedef struct server_seat {
    pthread_mutex_t lock;
    server_project *project;
    server_project *open;  /* all of them, the newest first */
    unsigned long numbers; /* given to projects so far */
} server_seat;

/* Open the project and let it take the seat; the one before is closed when its last user has left. A failure changes
 * nothing. Fails as weft_open does. */
weft_code server_seat_open(server_seat *seat, const weft_options *options, weft_error *error);
/* The role called `name` as weft_describe_access tells it: {"name", "tenant", "rows": [{"entity", "field"}], "shared":
 * [entity…]}. NULL: there is none. */
const json_t *server_project_role(const server_project *project, const char *name);
/* The present project, held until it is left. */
server_project *server_seat_hold(server_seat *seat);
void server_seat_leave(server_seat *seat, server_project *project);
/* weft_stop for every project that is open, the replaced ones that calls still run on too. */
void server_seat_stop(server_seat *seat);
/* Empty the seat; a project in use is closed by its last user. */
void server_seat_done(server_seat *seat);

#endif

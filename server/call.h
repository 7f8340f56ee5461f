/* One request and its answer. Made when its first line has come, freed when the answer is sent; one thread's at a time,
 * as its client is. */
#ifndef SERVER_CALL_H
#define SERVER_CALL_H

#include <microhttpd.h>
#include <time.h>

#include "server/client.h"
#include "server/gzip.h"
#include "server/lines.h"
#include "server/principal.h"
#include "server/project.h"
#include "server/source.h"
#include "server/tag.h"
#include "server/target.h"
#include "server/text.h"
#include "weft/serve.h"

#define SERVER_HEADERS_MAX 24

typedef struct server_header {
    const char *name, *value;
    char *owned; /* both of them; NULL: they are somebody else's */
} server_header;

/* What goes back. The body is in `body`, or begins there and goes on in `source`. */
typedef struct server_answer {
    int status; /* 0: nothing was answered yet */
    server_text body;
    size_t body_at;       /* what of it was sent, while it goes on in `source` */
    server_gzip *gzip;    /* NULL: as it is */
    server_text plain;    /* on its way through gzip */
    server_source source; /* its reply is NULL for an answer that is whole */
    server_header headers[SERVER_HEADERS_MAX];
    size_t header_count;
    char tag[SERVER_TAG_BYTES]; /* for the header of that name */
    char timing[128];           /* likewise */
} server_answer;

/* What a request cost in the stores; added to by the observer. */
struct server_cost {
    unsigned long statements;
    unsigned long long rows;
    unsigned long long duration_us;
};
typedef struct server_cost server_cost;

struct weft_call {
    weft_server *server;
    server_project *project; /* held */
    struct MHD_Connection *connection;
    server_client *client;
    const char *method, *version;
    char *sent; /* the target as it came */
    server_target target;
    server_lines_seen lines_seen;
    server_text body;
    server_principal principal;
    weft_engine *scoped; /* for which only the principal's records exist; NULL: all do */
    const char *route;   /* the path of the route that answers, "/[plural]/[id]"; NULL: none */
    char request_id[80];
    char traceparent[56]; /* "" without a valid one */
    server_answer answer;
    server_cost cost;
    weft_error failure; /* of the handler, or of the stream */
    weft_text refused;  /* with a failure WEFT_FORBIDDEN: the names that are not the principal's, as a JSON array */
    int64_t begun_us, received_us, sending_us; /* 0: not yet */
    size_t body_bytes;                         /* that came, kept or not */
    unsigned long long sent_bytes;
    bool is_checked;  /* rights were looked at */
    bool is_begun;    /* its headers were seen */
    bool has_failed;  /* the answer broke while it was sent */
    bool must_close;  /* the connection is no good for another request */
    bool is_stream;   /* counted among the large answers */
    bool is_kept;     /* `kept_key` is taken for it */
    bool is_replayed; /* the answer is one that was kept */
    server_hash kept_key;
};

/* A fresh call for the target; NULL: no memory. */
weft_call *server_call_new(server_client *client, const char *sent);
void server_call_free(weft_call *call);

/* The clock of durations, in microseconds. */
int64_t server_now_us(void);

/* scoped.c: give the call an engine for which only its principal's records exist, where its role has a rule for rows.
 * weft_call_engine answers it from then on, and whatever is run for the call is run on that. Fails as weft_open_scoped
 * does; WEFT_FORBIDDEN: the project has no such role any more, or it needs a tenant. */
weft_code server_scope_rows(weft_call *call, weft_error *error);

/* Close what the answer reads from, so that nobody cancels it any more. */
void server_call_close_source(weft_call *call);
/* Forget what the answer has of a body, and that there was no memory for it. */
void server_call_drop_body(weft_call *call);

/* Begin the answer: a graph request in some shape. Small answers are whole afterwards, others go on in the source. */
weft_code server_call_stream(
    weft_call *call, const server_text *request, server_shape shape, const char *name, weft_error *error);

/* Ask a graph request of the server's own, whole. */
weft_code server_call_ask(weft_call *call, const server_text *request, weft_text *ret_answer, weft_error *error);

/* Set a header of the answer, in place of one of the same name; a copy, where it is fit to be one. */
weft_code server_answer_header(server_answer *answer, const char *name, const char *value, weft_error *error);
/* The same for what is fit and lives as long as the answer, without a copy. False: there are too many. */
bool server_answer_put(server_answer *answer, const char *name, const char *value);
void server_answer_done(server_answer *answer);

#endif

/* libweft-serve: a project over HTTP, with routes of your own beside those every model has.
 *
 *     weft_server_open ▶ weft_server_route … ▶ weft_server_run ▶ weft_server_close
 *
 * An application that is its own weft (weft/main.h) only lists its routes.
 *
 * docs/serving.md describes the routes. Link with libweft-serve; `weft serve` is a program over this header.
 *
 * Parameters: `call` is the one that the handler was given. */
#ifndef WEFT_SERVE_H
#define WEFT_SERVE_H

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A project that is served, or will be. */
typedef struct weft_server weft_server;

/* One request while it is answered. Belongs to the thread that calls the handler, until the handler returns. */
typedef struct weft_call weft_call;

/* What the server writes to its log. */
typedef enum weft_server_log {
    WEFT_SERVER_LOG_ALL = 0, /* a JSON line on stderr for every request, and for what happens to the server */
    WEFT_SERVER_LOG_ERRORS,  /* only requests answered with a status of 500 and above, and what happens to the server */
    WEFT_SERVER_LOG_NOTHING  /* nothing at all */
} weft_server_log;

/* How a project is served. Start from WEFT_SERVER_OPTIONS_INIT; zero means the default. */
typedef struct weft_server_options {
    weft_options engine; /* how the project is opened, now and on SIGHUP; its observer is told by many threads */
    const char *address; /* "HOST:PORT" or "PORT"; port 0: any that is free. Default 127.0.0.1:8080. Only a project
                            with keys or tokens is served at other addresses than
                            loopback ones */
    const char *admin_address; /* of /live, /ready, /metrics, /schema; default: none */
    const char *cors_origin;   /* whom browsers may let read answers: an origin, or "*"; default: nobody */
    size_t connections_max;    /* clients connected at a time, two descriptors each; default 512 */
    size_t body_bytes_max;     /* of a request's body; default 32 MiB */
    uint32_t receive_ms;       /* a request must have arrived whole within; default 30000 */
    uint32_t idle_ms;          /* a connection without traffic is closed after; default 30000 */
    uint32_t send_ms;          /* an answer must have been taken within; default 60000 */
    size_t streams_max;      /* answers beyond 256 KiB sent at a time; each holds connections to stores; default half of
                                these */
    uint32_t drain_ms;       /* after SIGTERM, requests under way may take; default 10000 */
    uint32_t recover_ms;     /* between two looks for deletions that were cut off; default 60000 */
    uint32_t wrong_keys_max; /* wrong keys and tokens from one address in a minute, before what comes from there is
                                looked at only if it was right lately; default 20 */
    weft_server_log log;
} weft_server_options;
#define WEFT_SERVER_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        0                                                                                                              \
    }

/* Open the project and take the addresses; nobody is answered before weft_server_run. When systemd hands sockets over
 * (LISTEN_FDS), the first is served, and the one it calls "admin" is the admin listener, instead of the addresses.
 *
 * Errors: WEFT_USAGE: an address that is none; WEFT_REFUSED_UNSAFE: an address that is not loopback, and no keys;
 * WEFT_STORE_UNAVAILABLE: it is taken; as weft_open; as weft_key_list.
 * Ownership: what `options` points to is borrowed until weft_server_close; `*ret_server` is the caller's, for that. */
WEFT_API weft_code weft_server_open(const weft_server_options *options, weft_server **ret_server, weft_error *error);

/* The port that `server` serves, and that of its admin listener.
 *
 * Returns: the port; 0 without one, or on a Unix socket. */
WEFT_API unsigned weft_server_port(const weft_server *server);
WEFT_API unsigned weft_server_admin_port(const weft_server *server);

/* Answers the request `call`; `ctx` is that of its route. What it returns other than WEFT_OK becomes a problem+json
 * answer with that code's HTTP status. Called by several threads at once. */
typedef weft_code (*weft_handler)(weft_call *call, void *ctx, weft_error *error);

/* A route of the program's own; see weft_server_route. */
typedef struct weft_route {
    const char *method;   /* "GET" */
    const char *path;     /* "/products/[id]/blog-posts" */
    weft_handler handler; /* never NULL */
    void *ctx;            /* for the handler */
} weft_route;

/* Have requests of the method of `route` at its path answered by its handler. A part of the path in brackets is a
 * parameter: "/products/[id]/blog-posts". Own routes come before those of models; of two own routes the one with fewer
 * parameters does.
 *
 * Errors: WEFT_INVALID_DEFINITION: the path has no leading slash, an empty part, or a parameter twice; WEFT_NAME_CLASH:
 * another own route has it.
 * Ownership: the texts of `route` must outlive the server.
 * Threads: one at a time, before weft_server_run. */
WEFT_API weft_code weft_server_route(weft_server *server, const weft_route *route, weft_error *error);

/* Finish deletions that were cut off, then serve `server` until SIGTERM, SIGINT or weft_server_stop; SIGHUP reads the
 * project anew and keeps the old one when the new is bad. The three signals are taken by this call while it runs.
 *
 * Errors: WEFT_MISUSE: it has run already; WEFT_STORE_UNAVAILABLE: the listeners could not be started.
 * Threads: the main one, before others are made; or block the signals in these. */
WEFT_API weft_code weft_server_run(weft_server *server, weft_error *error);

/* Make weft_server_run of `server` drain and return; before it runs, as soon as it does.
 *
 * Threads: any, until weft_server_close. */
WEFT_API void weft_server_stop(weft_server *server);

/* Close the listeners and the engine of `server`. weft_server_run must have returned. NULL is fine.
 *
 * Threads: one, when no other uses the server any more. */
WEFT_API void weft_server_close(weft_server *server);

/* A new API key. Zeroed members mean what stands in brackets. */
typedef struct weft_key_options {
    const char *directory;      /* of the project ["."] */
    const char *name;           /* what it is for; at most 100 bytes [none] */
    const char *scope;          /* "read", "write" or "admin" ["read"] */
    const char *role;           /* of weft.yaml: it touches no more than the role's lists [everything] */
    const char *const *modules; /* names of modules it is kept to, at most 16 [every module] */
    size_t module_count;        /* of `modules` */
    const char *tenant;         /* whose rows it sees, where its role has a rule for rows; at most 255 bytes [none] */
} weft_key_options;

/* Make a key as `options` say: {"id", "name", "scope", "role", "tenant", "modules", "created_at", "key"}, those that it
 * has. It is nowhere else: the file weft.keys of the project holds its SHA-256. As soon as there is a file, servers of
 * the project answer nobody without a key.
 *
 * Errors: WEFT_USAGE: a name or scope that is none, a role or module that the project has not, a tenant without a role,
 * a role that needs one; WEFT_STORE_BUSY: another call changes the keys; WEFT_LIMIT_EXCEEDED: more than 1000 keys;
 * WEFT_FILE_ERROR: weft.keys could not be read or written; with a role or modules, as weft_open. */
WEFT_API weft_code weft_key_create(const weft_key_options *options, weft_text *ret_json, weft_error *error);

/* All keys of the project in `directory` without what makes them keys: [{"id", "name", "scope", "role", "tenant",
 * "modules", "created_at"}].
 *
 * Errors: WEFT_FILE_ERROR: weft.keys could not be read, or is none. */
WEFT_API weft_code weft_key_list(const char *directory, weft_text *ret_json, weft_error *error);

/* Forget the key `id` of the project in `directory`; running servers refuse it from the next request on.
 *
 * Errors: WEFT_NOT_FOUND: no key has the id; WEFT_STORE_BUSY: another call changes the keys; WEFT_FILE_ERROR: weft.keys
 * could not be read or written. */
WEFT_API weft_code weft_key_revoke(const char *directory, const char *id, weft_error *error);

/* The engine of the project as it was when the request came. For a caller whose role has a rule for rows it is one for
 * which only the caller's records exist (weft_open_scoped).
 *
 * Returns: the engine.
 * Ownership: the server's, until the handler returns; do not close it.
 * Threads: the handler's. */
WEFT_API weft_engine *weft_call_engine(weft_call *call);

/* The method of the request.
 *
 * Returns: "GET" or another.
 * Ownership: the call's, until the handler returns.
 * Threads: the handler's. */
WEFT_API const char *weft_call_method(const weft_call *call);

/* The part of the address that stood for [`name`], decoded; the parameter `name` after "?", decoded; the header `name`,
 * whatever its case: where it came in several lines they are one list, "a, b" (RFC 9110, 5.3).
 *
 * Returns: the text; NULL: there is none.
 * Ownership: the call's, until the handler returns.
 * Threads: the handler's. */
WEFT_API const char *weft_call_path_value(const weft_call *call, const char *name);
WEFT_API const char *weft_call_query_value(const weft_call *call, const char *name);
WEFT_API const char *weft_call_header(const weft_call *call, const char *name);

/* The body of the request, of `*ret_len` bytes.
 *
 * Returns: the bytes, NUL-terminated; never NULL.
 * Ownership: the call's, until the handler returns.
 * Threads: the handler's. */
WEFT_API const char *weft_call_body(const weft_call *call, size_t *ret_len);

/* Set the header `name` of the answer to `value`.
 *
 * Errors: WEFT_LIMIT_EXCEEDED: more than 24 headers; WEFT_MISUSE: a name or value HTTP does not allow.
 * Ownership: both are copied.
 * Threads: the handler's. */
WEFT_API weft_code weft_call_set_header(weft_call *call, const char *name, const char *value, weft_error *error);

/* Answer with the HTTP `status`, a `content_type` ("text/plain") and the `len` bytes of `data`.
 *
 * Errors: none but the common ones.
 * Ownership: all is copied.
 * Threads: the handler's. */
WEFT_API weft_code weft_call_answer(
    weft_call *call, int status, const char *content_type, const char *data, size_t len, weft_error *error);

/* Answer with the records of the graph `request`, streamed. Where a text of the request is just "[id]", the path's
 * parameter of that name stands in its place, quoted as JSON. With a `name`, the answer is {"name": the first record};
 * with NULL it is {"data":[…]}.
 *
 * Errors: WEFT_NOT_FOUND: a `name`, and no record; WEFT_MISUSE: a parameter that the path has not; as weft_query_open;
 * as weft_reply_read.
 * Ownership: both are copied.
 * Threads: the handler's. */
WEFT_API weft_code weft_call_answer_graph(weft_call *call, const char *name, const char *request, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif

/* libweft: module links. The whole public face; see docs/ for the concepts and README.md for a first run.
 *
 * An engine is made from a project on disk, is immutable after opening and may be shared by threads. A reply belongs to
 * the thread that opened it.
 *
 * What holds for every function, here and in the other headers, that does not say otherwise:
 *
 * Parameters: `engine` is an open one. `error` is filled when the code is not WEFT_OK, and may be NULL. `x_len` counts
 * the bytes of `x`, which is UTF-8 and needs no NUL at its end; texts without a length end with NUL. `ret_x` is set
 * with WEFT_OK and untouched otherwise; it may be NULL only where that is said. `ctx` is handed to the function beside
 * it. `entity` is "product", "product.product" or the name of a link. `ret_json` and `ret_text` are freed with
 * weft_text_free.
 * Errors: WEFT_NO_MEMORY: the allocator had none; WEFT_MISUSE: an argument that must be given is NULL or out of its
 * range.
 * Store errors: WEFT_STORE_UNAVAILABLE: a store cannot be reached; WEFT_STORE_BUSY: another writer holds it;
 * WEFT_STORE_ERROR: it refused a statement, `sqlstate` has its code; WEFT_SCHEMA_MISSING: a table or column is not
 * there, migrate first; WEFT_TIMEOUT: limits.time_ms have passed; WEFT_CANCELLED: weft_reply_cancel was called.
 * Ownership: arguments are borrowed until the function returns; a weft_text that it answers belongs to the caller.
 * Threads: any number at once, with one engine. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "weft/define.h"
#include "weft/error.h"
#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An open project: its definitions, and pools of connections to its stores. */
typedef struct weft_engine weft_engine;

/* The answer to one graph request, while it is read. */
typedef struct weft_reply weft_reply;

/* The library's version.
 *
 * Returns: "0.1.0"; static. */
WEFT_API const char *weft_version(void);

/* Text owned by the caller. */
typedef struct weft_text {
    char *data;                      /* NUL-terminated UTF-8 */
    size_t len;                      /* without the NUL */
    const weft_allocator *allocator; /* that weft_text_free gives it back to; must live until then */
} weft_text;

/* Give the memory of `text` back and zero it. NULL and zeroed texts are fine.
 *
 * Threads: one at a time with one text. */
WEFT_API void weft_text_free(weft_text *text);

/* How an engine is opened. Start from WEFT_OPTIONS_INIT. All pointers must outlive the engine. */
typedef struct weft_options {
    const char *directory;                  /* of the project (holds weft.yaml); default "." */
    const char *project;                    /* the text of a weft.yaml instead: then no file of the project is read, and
                                               `directory` is only where relative paths of SQLite files begin; default NULL */
    const weft_definition_set *definitions; /* modules and links in C, added to those of files; default none */
    const weft_allocator *allocator;        /* default the C library's */
    weft_observer observer;                 /* default none */
    weft_limits limits;                     /* what is zero comes from weft.yaml, then from the defaults */
    size_t connections_max;                 /* a store; default 8 */
    uint32_t deterministic; /* for tests: 0 off; n: ids and times count up from the nth second of 2026 instead of being
                               random and real. Two engines with one number make the same ids, those of deletions too:
                               which of them is second on a store fails with WEFT_UNIQUE_VIOLATION */
} weft_options;
#define WEFT_OPTIONS_INIT                                                                                              \
    {                                                                                                                  \
        0                                                                                                              \
    }

/* Read and check the project's definitions. No store is touched before it is needed.
 *
 * Errors: WEFT_FILE_ERROR: weft.yaml is missing or unreadable; WEFT_INVALID_DEFINITION: a definition breaks a rule;
 * WEFT_UNKNOWN_KEY: a key is none; WEFT_DUPLICATE_KEY: a key stands twice; WEFT_NAME_CLASH: two definitions claim one
 * name. `where` is file:line:column. It is the first problem; weft_check lists all.
 * Ownership: what `options` points to is borrowed until weft_close; `*ret_engine` is the caller's, for weft_close. */
WEFT_API weft_code weft_open(const weft_options *options, weft_engine **ret_engine, weft_error *error);

/* The same engine for a caller for whom only some records exist: every function that takes an engine takes it, and
 * behaves as if there were no others, wherever in a request they might show (docs/rows.md). It is a light handle that
 * shares everything with `engine`; open one a caller, or one a request, with the caller's `rules`. What is not about
 * the records of one caller (migrating, the doctor, recovering …) refuses it with WEFT_FORBIDDEN, as does a request
 * that speaks of a model no rule speaks of and that is not open.
 *
 * Errors: WEFT_UNKNOWN_ENTITY: no model is called so; WEFT_AMBIGUOUS_NAME: several are; WEFT_UNKNOWN_FIELD: the model
 * has no such field; WEFT_TYPE_MISMATCH: the value is not of its type; WEFT_REQUIRED_VALUE: a value is empty;
 * WEFT_INVALID_REQUEST: there is no rule, or a link among the open.
 * Ownership: `*ret_engine` is the caller's, for weft_close; `engine` must outlive it. `rules` are copied. */
WEFT_API weft_code weft_open_scoped(weft_engine *engine,
                                    const weft_row_rules *rules,
                                    weft_engine **ret_engine,
                                    weft_error *error);

/* Close the connections and free the engine. Its replies must have been closed. NULL is fine. Of
 * a scoped engine the handle alone.
 *
 * Threads: one, when no other uses the engine any more. */
WEFT_API void weft_close(weft_engine *engine);

/* Make every call under way on the engine but open replies (weft_reply_cancel) end with WEFT_CANCELLED, and later ones
 * too: changes are rolled back, and a deletion that is cut off is finished by weft_recover when the project is opened
 * again. For a program that must end now. NULL is fine.
 *
 * Threads: any, until the engine is closed. */
WEFT_API void weft_stop(weft_engine *engine);

/* Check the definitions that `options` speak of and tell `problem` (may be NULL) every problem, in order of files. No
 * store is touched.
 *
 * Errors: as weft_open: the code is that of the first problem.
 * Ownership: what `problem` is given lives until it returns.
 * Threads: any; `problem` is called on the caller's. */
WEFT_API weft_code weft_check(const weft_options *options,
                              void (*problem)(void *ctx, const weft_error *problem),
                              void *ctx,
                              weft_error *error);

/* The form of an answer. Each function says which it knows; another one is WEFT_MISUSE. */
typedef enum weft_format {
    WEFT_FORMAT_JSON = 0, /* one JSON text */
    WEFT_FORMAT_NDJSON,   /* one record a line, without metadata */
    WEFT_FORMAT_TEXT,     /* for people */
    WEFT_FORMAT_DOT,      /* for Graphviz */
    WEFT_FORMAT_MERMAID,  /* for Mermaid, as Markdown viewers draw it */
    WEFT_FORMAT_RECORDS   /* typed, one by one: weft/record.h */
} weft_format;

/* Answer a graph request (JSON, docs/queries.md). The reply streams: nothing is read before the first weft_reply_read
 * or weft_reply_next. `format` is JSON, NDJSON or RECORDS.
 *
 * Errors: WEFT_INVALID_JSON: `request` is no JSON; WEFT_INVALID_REQUEST: a part has another shape than it should;
 * WEFT_UNKNOWN_KEY: a key is none; WEFT_UNKNOWN_ENTITY: no model or link is called so; WEFT_UNKNOWN_FIELD: no field or
 * edge is; WEFT_UNKNOWN_OPERATOR: no operator is; WEFT_AMBIGUOUS_NAME: several are; WEFT_TYPE_MISMATCH: a value is not
 * of its field's type; WEFT_EMPTY_FILTER: a condition is empty; WEFT_LIMIT_EXCEEDED: a limit, named in `detail`, was
 * passed; WEFT_UNSUPPORTED: understood, but not possible. `where` points into the request.
 * Ownership: `request` is not needed after the call; `*ret_reply` is the caller's, for weft_reply_close.
 * Source: MedusaJS 2, query.graph: entity, fields, filters, pagination, context. */
WEFT_API weft_code weft_query_open(weft_engine *engine,
                                   const char *request,
                                   size_t request_len,
                                   weft_format format,
                                   weft_reply **ret_reply,
                                   weft_error *error);

/* The next bytes of the answer; `*ret_len` is 0 at the end. After an error every later call answers it again.
 *
 * Errors: those of stores; WEFT_LIMIT_EXCEEDED: limits.memory_bytes_max or limits.rows_max was passed; WEFT_MISUSE: a
 * reply of RECORDS.
 * Ownership: `*ret_data` is the reply's, until the next call on it.
 * Threads: the one that opened `reply`. */
WEFT_API weft_code weft_reply_read(weft_reply *reply, const char **ret_data, size_t *ret_len, weft_error *error);

/* Make the statements of `reply`, running or to come, end with WEFT_CANCELLED.
 *
 * Threads: any: it is the only call on a reply that another thread may make, until weft_reply_close. */
WEFT_API void weft_reply_cancel(weft_reply *reply);

/* End the snapshots of `reply`, read to its end or not, and give its connections back. NULL is fine.
 *
 * Threads: the one that opened `reply`. */
WEFT_API void weft_reply_close(weft_reply *reply);

/* The whole answer to a graph `request` at once: `*ret_answer` is JSON.
 *
 * Errors: as weft_query_open; as weft_reply_read. */
WEFT_API weft_code
weft_query_json(weft_engine *engine, const char *request, size_t request_len, weft_text *ret_answer, weft_error *error);

/* How a request would be answered: request, plan and SQL of every step. `format` is TEXT, JSON or MERMAID (a
 * flowchart). Touches no store.
 *
 * Errors: as weft_query_open. */
WEFT_API weft_code weft_explain(weft_engine *engine,
                                const char *request,
                                size_t request_len,
                                weft_format format,
                                weft_text *ret_text,
                                weft_error *error);

/* As weft_explain with that `request` and `format`, and the query is run to its end: statements, rows, bytes and time
 * of every step besides, of the count and of probes, and which indexes are missing.
 *
 * Errors: as weft_query_open; as weft_reply_read. */
WEFT_API weft_code weft_explain_analyze(weft_engine *engine,
                                        const char *request,
                                        size_t request_len,
                                        weft_format format,
                                        weft_text *ret_text,
                                        weft_error *error);

/* One live record by its `key` (a composite key: a JSON array), as JSON. `fields` ends with NULL; NULL: "*", the
 * record's own.
 *
 * Errors: WEFT_NOT_FOUND: no live record has the key; WEFT_TYPE_MISMATCH: the key is not of its type; as
 * weft_query_open; as weft_reply_read.
 * Source: MedusaJS 2, a service's retrieveX. */
WEFT_API weft_code weft_record_retrieve_json(weft_engine *engine,
                                             const char *entity,
                                             const char *key,
                                             const char *const *fields,
                                             weft_text *ret_json,
                                             weft_error *error);

/* Create one record (`json` is an object) or many (an array; all or nothing); answers the records as JSON. See
 * docs/records.md.
 *
 * Errors: WEFT_INVALID_JSON: `json` is none; WEFT_UNKNOWN_ENTITY: no model is called so; WEFT_UNKNOWN_FIELD: the model
 * has no such field; WEFT_TYPE_MISMATCH: a value is not of its field's type; WEFT_REQUIRED_VALUE: a field that must
 * have a value got none; WEFT_UNIQUE_VIOLATION: a live record has it; WEFT_CHECK_VIOLATION: a check refuses it;
 * WEFT_LIMIT_EXCEEDED: more than limits.changes_bytes_max; WEFT_UNSUPPORTED: the model is not managed; those of stores.
 * Source: MedusaJS 2, a service's createXs. */
WEFT_API weft_code weft_record_create_json(
    weft_engine *engine, const char *entity, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* Change fields of the live record with that `key` (a composite key: a JSON array) to those of the object `json`;
 * answers the record.
 *
 * Errors: WEFT_NOT_FOUND: no live record has the key; as weft_record_create_json.
 * Source: MedusaJS 2, a service's updateXs. */
WEFT_API weft_code weft_record_update_json(weft_engine *engine,
                                           const char *entity,
                                           const char *key,
                                           const char *json,
                                           size_t json_len,
                                           weft_text *ret_json,
                                           weft_error *error);

/* Where an import reads from: fill `data` with at most `size` bytes and set `*ret_len`; 0 is the end. Called on the
 * importing thread. A code other than WEFT_OK, with its `error`, ends the import and is what it answers. */
typedef weft_code (*weft_read)(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error);

/* The form of an import. */
typedef enum weft_import_kind {
    WEFT_IMPORT_KIND_NDJSON = 1, /* an object a line */
    WEFT_IMPORT_KIND_CSV         /* RFC 4180; the first line names the fields; an empty cell is left out */
} weft_import_kind;

/* Import records of that `kind` from `read`, streaming, in one transaction: all or nothing. `*ret_count` is how many.
 *
 * Errors: WEFT_INVALID_ROW: a line cannot be read, `where` has "line N"; what `read` answered; as
 * weft_record_create_json. */
WEFT_API weft_code weft_record_import_stream(weft_engine *engine,
                                             const char *entity,
                                             weft_import_kind kind,
                                             weft_read read,
                                             void *ctx,
                                             uint64_t *ret_count,
                                             weft_error *error);

/* Create, dismiss or restore links: `json` is one change, an array, or NDJSON; answers the outcome rows. See
 * docs/links.md. All or nothing in each store that has one of the link tables. After the commit the observer is told
 * WEFT_EVENT_ATTACHED or WEFT_EVENT_DETACHED of each row that changed.
 *
 * Errors: WEFT_INVALID_JSON: `json` is none; WEFT_INVALID_REQUEST: a change has another shape, or gives data to dismiss
 * or restore with; WEFT_UNKNOWN_LINK: no link joins the models, or it is read-only; WEFT_AMBIGUOUS_NAME: several do;
 * WEFT_MISSING_RECORD: an end does not exist; WEFT_CARDINALITY_VIOLATION: an end would get a second partner;
 * WEFT_TYPE_MISMATCH: a key or value is not of its type; WEFT_UNKNOWN_FIELD: the link has no such column;
 * WEFT_LIMIT_EXCEEDED: more than limits.changes_bytes_max; those of stores. Source: MedusaJS 2, Link.create, dismiss
 * and restore. */
WEFT_API weft_code
weft_link_create_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);
WEFT_API weft_code
weft_link_dismiss_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);
WEFT_API weft_code
weft_link_restore_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* Import links of the definition called `link` from rows {"left":…, "right":…, extra columns…} of that `kind`,
 * streaming, in one transaction: all or nothing. `*ret_count` is how many rows `read` gave. After the commit the
 * observer is told WEFT_EVENT_ATTACHED of each link that lives now and did not.
 *
 * Errors: WEFT_UNKNOWN_LINK: no link is called so; WEFT_INVALID_ROW: a line cannot be read, `where` has "line N"; what
 * `read` answered; as weft_link_create_json. */
WEFT_API weft_code weft_link_import_stream(weft_engine *engine,
                                           const char *link,
                                           weft_import_kind kind,
                                           weft_read read,
                                           void *ctx,
                                           uint64_t *ret_count,
                                           weft_error *error);

/* What deleting the records with these `keys` (`key_count`; a composite key is a JSON array) would do, in every store:
 * counts, tables, the first keys of each, and the tree of records. Changes nothing, and is what the deletion then does.
 * `records_max` is the number of rows a deletion may touch, 0: 10000. See docs/deleting.md.
 *
 * Errors: WEFT_UNKNOWN_ENTITY: no model is called so; WEFT_NOT_FOUND: no live record has a key; WEFT_TYPE_MISMATCH: a
 * key is not of its type; WEFT_RESTRICTED: a link that restricts holds a record, `detail` names it;
 * WEFT_LIMIT_EXCEEDED: more than `records_max` rows; WEFT_UNSUPPORTED: a model is not managed; those of stores. */
WEFT_API weft_code weft_impact_json(weft_engine *engine,
                                    const char *entity,
                                    const char *const *keys,
                                    size_t key_count,
                                    size_t records_max,
                                    weft_text *ret_json,
                                    weft_error *error);

/* Delete the records with these `keys`, with what the definitions say goes with them: answers the impact with the
 * deletion's id in front. Parameters as of weft_impact_json: `key_count`, `records_max`. Inside one store it is one
 * transaction; across stores it has happened when the record's own store has committed, and what is missing then is in
 * its journal.
 *
 * Errors: as weft_impact_json. An error whose message names the deletion means that it has begun, and weft_recover
 * finishes it.
 * Source: MedusaJS 2, Link.delete and deleteCascade. */
WEFT_API weft_code weft_delete_json(weft_engine *engine,
                                    const char *entity,
                                    const char *const *keys,
                                    size_t key_count,
                                    size_t records_max,
                                    weft_text *ret_json,
                                    weft_error *error);

/* Revive exactly the rows that this `deletion` (its id) removed and that are still as it left them: answers
 * {"deletion":…,"restored":n,"left":n}.
 *
 * Errors: WEFT_NOT_FOUND: no deletion has the id, or it was restored already; WEFT_UNIQUE_VIOLATION: a value was taken
 * meanwhile; WEFT_CARDINALITY_VIOLATION: a partner's place was. Nothing is restored then. Those of stores.
 * Source: MedusaJS 2, Link.restore. */
WEFT_API weft_code weft_restore_json(weft_engine *engine, const char *deletion, weft_text *ret_json, weft_error *error);

/* How far recovering goes; zeroed: all the way. */
typedef struct weft_recover_options {
    size_t records_max; /* rows the cascade of one delete by plain SQL may touch; 0: 10000 */
    uint64_t notes_max; /* of each store's outbox at most so many notes are tried, so that a call ends; 0: all */
} weft_recover_options;

/* Finish every deletion and restore that a crash or a lost store cut off, then carry out the cascades of deletes by
 * plain SQL that the triggers of guarded models noted (docs/deleting.md): {"finished":[…],"pending":[…]}, and where an
 * outbox held anything "outbox":[{"store","settled","void","refused","left","deletions","deletion_count","refusals"}].
 * Call it when a program starts, and a server with guarded models now and then. weft_recover_with takes `options`,
 * which may be NULL. `*ret_json` is set even when something is still pending or was refused, and untouched only with
 * WEFT_NO_MEMORY and WEFT_MISUSE.
 *
 * Errors: that of the first deletion that is still pending: those of stores, or as weft_delete_json. */
WEFT_API weft_code weft_recover(weft_engine *engine, weft_text *ret_json, weft_error *error);
WEFT_API weft_code weft_recover_with(weft_engine *engine,
                                     const weft_recover_options *options,
                                     weft_text *ret_json,
                                     weft_error *error);

/* What is migrated. */
typedef enum weft_migrate_scope {
    WEFT_SCOPE_ALL = 0, /* tables of models and of links */
    WEFT_SCOPE_LINKS    /* link tables only */
} weft_migrate_scope;

/* What migrating that `scope` would do; changes nothing. `format` is TEXT (with SQL when `with_sql`) or JSON.
 * `*ret_pending` counts the actions and `*ret_unsafe` those of them that are unsafe; each may be NULL, the text too.
 *
 * Errors: those of stores. */
WEFT_API weft_code weft_migrate_plan(weft_engine *engine,
                                     weft_migrate_scope scope,
                                     weft_format format,
                                     bool with_sql,
                                     weft_text *ret_text,
                                     size_t *ret_pending,
                                     size_t *ret_unsafe,
                                     weft_error *error);

/* Make the stores what the definitions of that `scope` say, one transaction a store, under the lock of migrations.
 * Actions that may lose data are left unless `allow_unsafe`. `*ret_applied` and `*ret_left` count actions; either may
 * be NULL.
 *
 * Errors: those of stores. Stores that were migrated before the one that failed stay so; calling it again goes on. */
WEFT_API weft_code weft_migrate_apply(weft_engine *engine,
                                      weft_migrate_scope scope,
                                      bool allow_unsafe,
                                      size_t *ret_applied,
                                      size_t *ret_left,
                                      weft_error *error);

/* What applying a saved plan did. */
typedef struct weft_plan_outcome {
    size_t applied;   /* actions that ran */
    size_t left;      /* of the plan: unsafe ones that were not allowed, and refused ones */
    bool was_applied; /* the plan had been applied before; what was left of it then has been tried again */
} weft_plan_outcome;

/* Apply the `plan` that weft_migrate_plan wrote as JSON, if the stores and the definitions are still those it was made
 * for: the statements are planned anew and must be the plan's, nothing in the text is ever run. Every store is looked
 * at before any is changed. Applying a plan twice does nothing the second time. Actions that may lose data are left
 * unless `allow_unsafe`. `ret_outcome` may be NULL.
 *
 * Errors: WEFT_DRIFTED: store or definitions are others, the message names store and table, and nothing was changed;
 * WEFT_INVALID_JSON: `plan` is no JSON; WEFT_INVALID_REQUEST: it is no plan; WEFT_UNSUPPORTED: a later weft made it;
 * those of stores. */
WEFT_API weft_code weft_migrate_apply_plan(weft_engine *engine,
                                           const char *plan,
                                           size_t plan_len,
                                           bool allow_unsafe,
                                           weft_plan_outcome *ret_outcome,
                                           weft_error *error);

/* Tables that no definition has any more, which migrating never touches. `name` is a table's name, its name in the
 * trash or that of its link, each also behind its store's: "content/blog_post". `*ret_json` is an array of {"store",
 * "table", "trash"}; `ret_json` may be NULL.
 *
 * Drop renames a table that weft made or adopted to weft_trash_<n>_<name>; undo brings the latest of that name back;
 * purge removes what is in the trash for good (`name` NULL: all of it), so ask before. Each store's part is one
 * transaction under the lock of migrations, and recorded.
 *
 * Errors: WEFT_NOT_FOUND: no such table; WEFT_AMBIGUOUS_NAME: several stores have it; WEFT_REFUSED_UNSAFE: it is still
 * defined, another table took its name, or foreign keys lead to it; those of stores. */
WEFT_API weft_code weft_migrate_drop(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);
WEFT_API weft_code weft_migrate_undo(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);
WEFT_API weft_code weft_migrate_purge(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);

/* Revert the last batch of migrations that was not reverted yet, if that loses nothing: tables it created are empty,
 * columns it added hold no values; constraints, indexes, defaults and names it changed come back. A batch that ran in
 * several stores is tried in each first; cut off between them, the next call reverts the rest. `*ret_reverted` counts
 * actions, 0: there is no such batch; `ret_reverted` may be NULL.
 *
 * Errors: WEFT_REFUSED_UNSAFE: something would be lost, the detail tells each action's reason, nothing was changed;
 * those of stores. */
WEFT_API weft_code weft_migrate_rollback(weft_engine *engine, size_t *ret_reverted, weft_error *error);

/* Per store: reachable, pending, unknown link tables, the trash, what waits in the outbox, last batch. JSON.
 *
 * Errors: those of stores, but a store that cannot be reached is an answer and no error. */
WEFT_API weft_code weft_migrate_status(weft_engine *engine, weft_text *ret_json, weft_error *error);

/* Move the tables of `module` to `store`: {"module","from","to","outcome","tables","rows"}, where outcome is "moved",
 * "finished" (a move that was cut off behind weft.yaml), "nothing" or "undone". Rows are copied in one stream and
 * compared, weft.yaml is switched as a text, the old tables go to the trash (weft_migrate_undo, weft_migrate_purge).
 * Cut off anywhere, every query answers as before, and calling it again goes on. The engine's own catalog is of
 * yesterday then: close it and open another. `is_undo` gives up a move that was cut off; `store` is NULL then. Progress
 * is told to the observer. `ret_json` may be NULL. See docs/migrating.md.
 *
 * Errors: WEFT_INVALID_REQUEST: no module or store is called so; WEFT_UNSUPPORTED: a model is not managed, weft.yaml
 * cannot be edited, or the engine was opened from a text; WEFT_REFUSED_UNSAFE: something is in the way (another move,
 * other tables, unfinished deletions), the message says what; WEFT_DRIFTED: the copies differ, or the tables are not
 * what the definitions say; WEFT_FILE_ERROR: weft.yaml could not be written; those of stores. */
WEFT_API weft_code weft_module_move(
    weft_engine *engine, const char *module, const char *store, bool is_undo, weft_text *ret_json, weft_error *error);

/* What the doctor does with what it finds. */
typedef enum weft_doctor_fix {
    WEFT_DOCTOR_LOOK = 0, /* tells it */
    WEFT_DOCTOR_UNLINK, /* soft-deletes damaged link rows; a pair's doubles are removed, or no unique index could be */
    WEFT_DOCTOR_QUARANTINE, /* moves damaged link rows to the table weft_quarantine of their store */
    WEFT_DOCTOR_RESTORE     /* revives the soft-deleted records that live links lead to */
} weft_doctor_fix;

/* Zeroed: look at everything and tell nobody. */
typedef struct weft_doctor_options {
    const char *link; /* this one only; NULL: every link, and deletions and tables that no link is behind */
    weft_doctor_fix fix;
    weft_code (*finding)(void *ctx, const char *json, size_t len); /* may be NULL; what is not WEFT_OK ends the run */
    void *ctx;
    size_t batch_rows; /* link rows looked at together; default 1000. Never changes what is found */
} weft_doctor_options;

/* What a run of the doctor came to. */
typedef struct weft_doctor_summary {
    uint64_t rows;  /* live link rows looked at */
    uint64_t found; /* findings told */
    uint64_t fixed; /* of these */
} weft_doctor_summary;

/* Look for damage in links, across stores, in memory that does not grow with rows: each finding is one JSON object,
 * handed to `finding` when it is certain (docs/doctor.md lists kinds and members). A row that a writer is changing at
 * this moment is no finding. Progress is told to the observer. `ret_summary` may be NULL; it is filled with WEFT_OK and
 * with WEFT_FINDINGS. A store that cannot be reached is a finding, and while one is away nothing is fixed. Running it
 * again is harmless. `options` may not be NULL.
 *
 * Errors: WEFT_FINDINGS: something was found and not fixed; WEFT_UNKNOWN_LINK: no link is called options.link;
 * WEFT_UNSUPPORTED: the link is read-only; what `finding` answered; those of stores.
 * Ownership: what `finding` is given lives until it returns.
 * Threads: any; `finding` is called on the caller's. */
WEFT_API weft_code weft_doctor(weft_engine *engine,
                               const weft_doctor_options *options,
                               weft_doctor_summary *ret_summary,
                               weft_error *error);

/* The modules as islands and the links as bridges. `format` is DOT, MERMAID or JSON. Touches no store.
 *
 * Errors: none but the common ones. */
WEFT_API weft_code weft_graph(weft_engine *engine, weft_format format, weft_text *ret_text, weft_error *error);

/* How a database that exists is adopted. Zeroed members mean what stands in brackets. */
typedef struct weft_schema_import {
    const char *url;            /* postgres://…, postgresql://… or sqlite:PATH */
    const char *const *modules; /* "NAME=WHAT,WHAT…": which tables a module gets, each WHAT a schema, a table or what
                                   names of tables begin with [a module a schema] */
    size_t module_count;
    const char *const *keys; /* "TABLE=COLUMN,COLUMN…": what tells the rows of a view apart [views are left out] */
    size_t key_count;
    bool soft_delete; /* a deleted_at that may be null means deletion is soft [it is a field] */
    bool medusa;      /* the modules and links are those of MedusaJS 2 */
    const weft_allocator *allocator;
    weft_observer observer;
} weft_schema_import;

/* Read what the database of `options` holds and write definition files of it: one call of `file` each, in order, `path`
 * below the project's directory. Changes nothing in the database. `*ret_report` is JSON: {"modules", "models",
 * "relations", "links", "files": […], "notes": [{"table", "column", "text", "left_out"}]}, where `left_out` marks what
 * could not be mapped; docs/adopting.md tells the rules.
 *
 * Errors: WEFT_USAGE: an option names what is not there; WEFT_UNSUPPORTED: `medusa`, and the database is none of
 * MedusaJS 2; what `file` answered; those of stores. Ownership: what `file` is given lives until it returns;
 * `*ret_report` is freed with weft_text_free. Threads: any; `file` is called on the caller's. */
WEFT_API weft_code
weft_import_schema(const weft_schema_import *options,
                   weft_code (*file)(void *ctx, const char *path, const char *text, size_t len, weft_error *error),
                   void *ctx,
                   weft_text *ret_report,
                   weft_error *error);

/* What the catalog knows of an entity (fields, types, edges), or of all when `entity` is NULL; JSON. For programs that
 * print tables, complete words or build forms. Touches no store.
 *
 * Errors: WEFT_UNKNOWN_ENTITY: no model or link is called so; WEFT_AMBIGUOUS_NAME: several are. */
WEFT_API weft_code weft_describe(weft_engine *engine, const char *entity, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif

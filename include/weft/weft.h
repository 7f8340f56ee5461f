/* libweft: module links. The whole public face; see docs/ for the concepts and README.md for a first run.
 *
 * An engine is made from a project on disk, is immutable after opening and may be shared by threads. A reply belongs to
 * the thread that opened it. Text that a function returns is a weft_text owned by the caller and freed with
 * weft_text_free. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "weft/define.h"
#include "weft/error.h"
#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_engine weft_engine;
typedef struct weft_reply weft_reply;

/* The library's version, "0.1.0". */
WEFT_API const char *weft_version(void);

/* Text owned by the caller: NUL-terminated, `len` without the NUL. */
typedef struct weft_text {
    char *data;
    size_t len;
    const weft_allocator *allocator;
} weft_text;

/* NULL and zeroed texts are fine. */
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
                               random and real */
} weft_options;
#define WEFT_OPTIONS_INIT                                                                                              \
    {                                                                                                                  \
        0                                                                                                              \
    }

/* Read and check the project's definitions. No store is touched before it is needed.
 * WEFT_FILE_ERROR: weft.yaml is missing or unreadable. WEFT_INVALID_DEFINITION, WEFT_UNKNOWN_KEY, WEFT_DUPLICATE_KEY,
 * WEFT_NAME_CLASH: the first problem; weft_check lists all. WEFT_NO_MEMORY. */
WEFT_API weft_code weft_open(const weft_options *options, weft_engine **ret_engine, weft_error *error);

/* The same engine for a caller for whom only some records exist: every function that takes an engine takes it, and
 * behaves as if there were no others, wherever in a request they might show (docs/rows.md). It is a light handle that
 * shares everything with `engine`, which must outlive it; open one a caller, or one a request. What is not about the
 * records of one caller (migrating, the doctor, recovering …) refuses it with WEFT_FORBIDDEN, as does a request that
 * speaks of a model no rule speaks of and that is not open. WEFT_UNKNOWN_ENTITY, WEFT_AMBIGUOUS_NAME,
 * WEFT_UNKNOWN_FIELD, WEFT_TYPE_MISMATCH, WEFT_REQUIRED_VALUE (an empty value), WEFT_INVALID_REQUEST (no rule, or a
 * link among the open). */
WEFT_API weft_code weft_open_scoped(weft_engine *engine,
                                    const weft_row_rules *rules,
                                    weft_engine **ret_engine,
                                    weft_error *error);

/* Close; replies must have been closed. NULL is fine. Of a scoped engine the handle alone. */
WEFT_API void weft_close(weft_engine *engine);

/* Check the definitions and report every problem, in order of files; the code is that of the first. */
WEFT_API weft_code weft_check(const weft_options *options,
                              void (*problem)(void *ctx, const weft_error *problem),
                              void *ctx,
                              weft_error *error);

typedef enum weft_format {
    WEFT_FORMAT_JSON = 0, /* one JSON text */
    WEFT_FORMAT_NDJSON,   /* one record a line, without metadata */
    WEFT_FORMAT_TEXT,     /* for people */
    WEFT_FORMAT_DOT,
    WEFT_FORMAT_MERMAID,
    WEFT_FORMAT_RECORDS /* typed, one by one: weft/record.h */
} weft_format;

/* Answer a graph request (JSON, docs/queries.md). The reply streams: nothing is read before the first weft_reply_read.
 * JSON, NDJSON or RECORDS. Errors of parsing and resolving come from here, those of stores from here or from reading:
 * WEFT_INVALID_JSON, WEFT_INVALID_REQUEST, WEFT_UNKNOWN_KEY, WEFT_UNKNOWN_ENTITY, WEFT_UNKNOWN_FIELD,
 * WEFT_UNKNOWN_OPERATOR, WEFT_TYPE_MISMATCH, WEFT_EMPTY_FILTER, WEFT_AMBIGUOUS_NAME, WEFT_LIMIT_EXCEEDED,
 * WEFT_UNSUPPORTED. */
WEFT_API weft_code weft_query_open(weft_engine *engine,
                                   const char *request,
                                   size_t request_len,
                                   weft_format format,
                                   weft_reply **ret_reply,
                                   weft_error *error);

/* The next bytes of the answer, valid until the next call; *ret_len 0 at the end. After an error every later call
 * answers it again. WEFT_STORE_UNAVAILABLE, WEFT_STORE_ERROR, WEFT_SCHEMA_MISSING, WEFT_TIMEOUT, WEFT_CANCELLED,
 * WEFT_LIMIT_EXCEEDED. */
WEFT_API weft_code weft_reply_read(weft_reply *reply, const char **ret_data, size_t *ret_len, weft_error *error);

/* Make the reply's statements end with WEFT_CANCELLED. The only call on a reply that another thread may make. */
WEFT_API void weft_reply_cancel(weft_reply *reply);

/* Ends the reply's snapshots and gives connections back. NULL is fine. */
WEFT_API void weft_reply_close(weft_reply *reply);

/* The whole answer at once. */
WEFT_API weft_code
weft_query_json(weft_engine *engine, const char *request, size_t request_len, weft_text *ret_answer, weft_error *error);

/* How a request would be answered: request, plan and SQL of every step. TEXT, JSON or MERMAID (a
 * flowchart). Touches no store. */
WEFT_API weft_code weft_explain(weft_engine *engine,
                                const char *request,
                                size_t request_len,
                                weft_format format,
                                weft_text *ret_text,
                                weft_error *error);

/* The same, and the query is run to its end: statements, rows, bytes and time of every step besides, of the count
 * and of probes, and which indexes are missing. Fails as reading a reply does, too. */
WEFT_API weft_code weft_explain_analyze(weft_engine *engine,
                                        const char *request,
                                        size_t request_len,
                                        weft_format format,
                                        weft_text *ret_text,
                                        weft_error *error);

/* One live record by its key (a composite key: a JSON array), as JSON. `fields` ends with NULL; NULL: "*", the record's
 * own. WEFT_NOT_FOUND: no live record has it; WEFT_UNKNOWN_ENTITY, WEFT_TYPE_MISMATCH, and as a graph request. */
WEFT_API weft_code weft_record_retrieve_json(weft_engine *engine,
                                             const char *entity,
                                             const char *key,
                                             const char *const *fields,
                                             weft_text *ret_json,
                                             weft_error *error);

/* Create one record (an object) or many (an array; all or nothing); answers the records as JSON. See docs/records.md.
 * WEFT_UNKNOWN_ENTITY, WEFT_UNKNOWN_FIELD, WEFT_TYPE_MISMATCH, WEFT_REQUIRED_VALUE, WEFT_UNIQUE_VIOLATION,
 * WEFT_CHECK_VIOLATION, WEFT_UNSUPPORTED (the model is not managed). */
WEFT_API weft_code weft_record_create_json(
    weft_engine *engine, const char *entity, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* Change fields of one live record; answers the record. WEFT_NOT_FOUND and as above. */
WEFT_API weft_code weft_record_update_json(weft_engine *engine,
                                           const char *entity,
                                           const char *key,
                                           const char *json,
                                           size_t json_len,
                                           weft_text *ret_json,
                                           weft_error *error);

/* Where an import reads from: fill `data` with at most `size` bytes and set *ret_len; 0 is the end. */
typedef weft_code (*weft_read)(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error);

typedef enum weft_import_kind { WEFT_IMPORT_KIND_NDJSON = 1, WEFT_IMPORT_KIND_CSV } weft_import_kind;

/* Import records: all or nothing, streaming. WEFT_INVALID_ROW with "line N" in `where`, and as creating. */
WEFT_API weft_code weft_record_import_stream(weft_engine *engine,
                                             const char *entity,
                                             weft_import_kind kind,
                                             weft_read read,
                                             void *ctx,
                                             uint64_t *ret_count,
                                             weft_error *error);

/* Create, dismiss or restore links: one change, an array, or NDJSON; answers the outcome rows. See docs/links.md.
 * After the commit the observer is told WEFT_EVENT_ATTACHED or WEFT_EVENT_DETACHED of each row that changed.
 * WEFT_UNKNOWN_LINK, WEFT_AMBIGUOUS_NAME, WEFT_MISSING_RECORD, WEFT_CARDINALITY_VIOLATION, WEFT_TYPE_MISMATCH,
 * WEFT_UNKNOWN_FIELD. */
WEFT_API weft_code
weft_link_create_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);
WEFT_API weft_code
weft_link_dismiss_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);
WEFT_API weft_code
weft_link_restore_json(weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

/* Import links of one definition from CSV or NDJSON rows {"left":…, "right":…, extra columns…}: all or nothing,
 * streaming. After the commit the observer is told WEFT_EVENT_ATTACHED of each link that lives now and did not. */
WEFT_API weft_code weft_link_import_stream(weft_engine *engine,
                                           const char *link,
                                           weft_import_kind kind,
                                           weft_read read,
                                           void *ctx,
                                           uint64_t *ret_count,
                                           weft_error *error);

/* What deleting these records (`key_count` keys; a composite key is a JSON array) would do, in every store: counts,
 * tables, the first keys of each, and the tree of records. Changes nothing, and is what the deletion then does.
 * `records_max` is the number of rows a deletion may touch, 0: 10000. See docs/deleting.md. WEFT_UNKNOWN_ENTITY,
 * WEFT_NOT_FOUND, WEFT_RESTRICTED (`detail` names what holds it), WEFT_LIMIT_EXCEEDED, WEFT_UNSUPPORTED (the model is
 * not managed). */
WEFT_API weft_code weft_impact_json(weft_engine *engine,
                                    const char *entity,
                                    const char *const *keys,
                                    size_t key_count,
                                    size_t records_max,
                                    weft_text *ret_json,
                                    weft_error *error);

/* Delete them, with what the definitions say goes with them: answers the impact with the deletion's id in front. Inside
 * one store it is one transaction; across stores it has happened when the record's own store has committed, and what is
 * missing then is in its journal. Errors as above, and WEFT_STORE_BUSY, WEFT_STORE_UNAVAILABLE, WEFT_SCHEMA_MISSING; an
 * error whose message names the deletion means that it has begun and weft_recover finishes it. */
WEFT_API weft_code weft_delete_json(weft_engine *engine,
                                    const char *entity,
                                    const char *const *keys,
                                    size_t key_count,
                                    size_t records_max,
                                    weft_text *ret_json,
                                    weft_error *error);

/* Revive exactly the rows that this deletion removed and that are still as it left them: answers
 * {"deletion":…,"restored":n,"left":n}. WEFT_NOT_FOUND (unknown, or restored already), WEFT_UNIQUE_VIOLATION and
 * WEFT_CARDINALITY_VIOLATION (something took a place meanwhile; nothing is restored). */
WEFT_API weft_code weft_restore_json(weft_engine *engine, const char *deletion, weft_text *ret_json, weft_error *error);

/* How far recovering goes; zeroed: all the way. */
typedef struct weft_recover_options {
    size_t records_max; /* rows the cascade of one delete by plain SQL may touch; 0: 10000 */
    uint64_t notes_max; /* of each store's outbox at most so many notes are tried, so that a call ends; 0: all */
} weft_recover_options;

/* Finish every deletion and restore that a crash or a lost store cut off, then carry out the cascades of deletes by
 * plain SQL that the triggers of guarded models noted (docs/deleting.md): {"finished":[…],"pending":[…]}, and where an
 * outbox held anything "outbox":[{"store","settled","void","refused","left","deletions","deletion_count","refusals"}].
 * Call it when a program starts, and a server with guarded models now and then. Several may call it at once. *ret_json
 * is set even when something is still pending or was refused; the code is then that of the first. */
WEFT_API weft_code weft_recover(weft_engine *engine, weft_text *ret_json, weft_error *error);
/* The same; `options` may be NULL. */
WEFT_API weft_code weft_recover_with(weft_engine *engine,
                                     const weft_recover_options *options,
                                     weft_text *ret_json,
                                     weft_error *error);

typedef enum weft_migrate_scope { WEFT_SCOPE_ALL = 0, WEFT_SCOPE_LINKS } weft_migrate_scope;

/* What migrating would do; changes nothing. TEXT (with SQL when `with_sql`) or JSON. *ret_pending counts the actions
 * and *ret_unsafe those of them that are unsafe; each may be NULL, the text too. */
WEFT_API weft_code weft_migrate_plan(weft_engine *engine,
                                     weft_migrate_scope scope,
                                     weft_format format,
                                     bool with_sql,
                                     weft_text *ret_text,
                                     size_t *ret_pending,
                                     size_t *ret_unsafe,
                                     weft_error *error);

/* Make the stores what the definitions say. Unsafe actions are left unless allowed. */
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

/* Apply the plan that weft_migrate_plan wrote as JSON, if the stores and the definitions are still those it was made
 * for: the statements are planned anew and must be the plan's, nothing in the text is ever run. Every store is looked
 * at before any is changed. Applying a plan twice does nothing the second time. `ret_outcome` may be NULL.
 * WEFT_DRIFTED (the message names store and table; nothing was changed), WEFT_INVALID_JSON, WEFT_INVALID_REQUEST (no
 * plan), WEFT_UNSUPPORTED (a later weft's plan), failures of stores. */
WEFT_API weft_code weft_migrate_apply_plan(weft_engine *engine,
                                           const char *plan,
                                           size_t plan_len,
                                           bool allow_unsafe,
                                           weft_plan_outcome *ret_outcome,
                                           weft_error *error);

/* Tables that no definition has any more, which migrating never touches. `name` is a table's name, its name in the
 * trash or that of its link. *ret_json is an array of {"store", "table", "trash"}; it may be NULL.
 *
 * Drop renames a table that weft made or adopted to weft_trash_<n>_<name>; undo brings the latest of that name back;
 * purge removes what is in the trash for good (`name` NULL: all of it), so ask before. Each store's part is one
 * transaction under the lock of migrations, and recorded. WEFT_NOT_FOUND, WEFT_AMBIGUOUS_NAME (in several stores),
 * WEFT_REFUSED_UNSAFE (still defined; the name taken by another table; foreign keys lead to it), failures of stores. */
WEFT_API weft_code weft_migrate_drop(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);
WEFT_API weft_code weft_migrate_undo(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);
WEFT_API weft_code weft_migrate_purge(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);

/* Revert the last batch of migrations that was not reverted yet, if that loses nothing: tables it created are empty,
 * columns it added hold no values; constraints, indexes, defaults and names it changed come back. A batch that ran in
 * several stores is tried in each first; cut off between them, the next call reverts the rest. *ret_reverted counts
 * actions; 0: there is no such batch. WEFT_REFUSED_UNSAFE: nothing was changed, the detail tells each action's reason.
 */
WEFT_API weft_code weft_migrate_rollback(weft_engine *engine, size_t *ret_reverted, weft_error *error);

/* Per store: reachable, pending, unknown link tables, the trash, what waits in the outbox, last batch. JSON. */
WEFT_API weft_code weft_migrate_status(weft_engine *engine, weft_text *ret_json, weft_error *error);

/* Move a module's tables to another store: {"module","from","to","outcome","tables","rows"}, where outcome is "moved",
 * "finished" (a move that was cut off behind weft.yaml), "nothing" or "undone". Rows are copied in one stream and
 * compared, weft.yaml is switched as a text, the old tables go to the trash (weft_migrate_undo, weft_migrate_purge).
 * Cut off anywhere, every query answers as before, and calling it again goes on. The engine's own catalog is of
 * yesterday then: close it and open another. `is_undo` gives up a move that was cut off; `store` is NULL then. Progress
 * is told to the observer. See docs/migrating.md.
 * WEFT_INVALID_REQUEST (no such module or store), WEFT_UNSUPPORTED (a model is not managed; weft.yaml cannot be edited,
 * or the engine was opened from a text), WEFT_REFUSED_UNSAFE, WEFT_DRIFTED, WEFT_FILE_ERROR, WEFT_TIMEOUT, failures of
 * stores. `ret_json` may be NULL. */
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

typedef struct weft_doctor_summary {
    uint64_t rows;  /* live link rows looked at */
    uint64_t found; /* findings told */
    uint64_t fixed; /* of these */
} weft_doctor_summary;

/* Look for damage in links, across stores, in memory that does not grow with rows: each finding is one JSON object,
 * handed to `finding` when it is certain (docs/doctor.md lists kinds and members). A row that a writer is changing at
 * this moment is no finding. Progress is told to the observer. `ret_summary` may be NULL; it is filled with WEFT_OK and
 * with WEFT_FINDINGS, which says that something was found and not fixed. A store that cannot be reached is a finding,
 * and while one is away nothing is fixed. Running it again is harmless. WEFT_UNKNOWN_LINK, WEFT_UNSUPPORTED (a
 * read-only link), what `finding` answered, failures of stores. */
WEFT_API weft_code weft_doctor(weft_engine *engine,
                               const weft_doctor_options *options,
                               weft_doctor_summary *ret_summary,
                               weft_error *error);

/* The modules as islands and the links as bridges. DOT, MERMAID or JSON. */
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

/* Read what a database holds and write definition files of it: one call of `file` each, in order, `path` below the
 * project's directory. Changes nothing in the database. *ret_report is JSON: {"modules", "models", "relations",
 * "links", "files": […], "notes": [{"table", "column", "text", "left_out"}]}, where `left_out` marks what could not be
 * mapped; docs/adopting.md tells the rules. WEFT_USAGE: an option names what is not there. What `file` answers.
 * WEFT_UNSUPPORTED: `medusa` and the database is none of MedusaJS 2. Failures of stores. */
WEFT_API weft_code
weft_import_schema(const weft_schema_import *options,
                   weft_code (*file)(void *ctx, const char *path, const char *text, size_t len, weft_error *error),
                   void *ctx,
                   weft_text *ret_report,
                   weft_error *error);

/* What the catalog knows of an entity (fields, types, edges), or of all when `entity` is NULL; JSON. For programs that
 * print tables, complete words or build forms. */
WEFT_API weft_code weft_describe(weft_engine *engine, const char *entity, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif

/* Migration: wanted against present, as a plan; then applying it. Spec §4.
 *
 * The plan is a pure function of the catalog and of what each store holds: reading it changes nothing, and planning
 * twice gives equal bytes. Applying runs each store's part in one transaction under one advisory lock and records it in
 * weft_migrations. */
#ifndef WEFT_MIGRATE_MIGRATE_H
#define WEFT_MIGRATE_MIGRATE_H

#include "base/vec.h"
#include "sql/render.h"
#include "store/session.h"
#include "json/canonical.h"

typedef enum weft_action_kind {
    WEFT_ACTION_CREATE = 1, /* a table with its indexes */
    WEFT_ACTION_ALTER,      /* columns, indexes or checks of a table */
    WEFT_ACTION_RENAME,     /* declared by renamedFrom */
    WEFT_ACTION_DROP,       /* a table whose definition disappeared: kept until dropped by name */
    WEFT_ACTION_ADOPT       /* a link table of Medusa's shape is taken as it is */
} weft_action_kind;

typedef struct weft_action {
    weft_action_kind kind;
    const weft_store_def *store;
    const weft_model *model; /* NULL for DROP and for weft's own tables */
    weft_str link;           /* DROP: the definition the table was made for; empty for a model's */
    weft_str table;
    weft_str summary; /* "add column views" */
    bool is_safe;
    bool is_refused;           /* cannot be done as things are: left even where unsafe actions are allowed */
    weft_str reason;           /* why it is unsafe or refused; empty when safe */
    weft_str count_sql;        /* SELECT that counts the rows at stake; empty when none are */
    weft_str refuse_sql;       /* SELECT that counts rows that make it impossible; empty when none can */
    weft_str refuse_reason;    /* takes the place of `reason` when there are such rows */
    weft_str examples_sql;     /* SELECT of one text column: keys of rows at stake, for `reason`; may be empty */
    bool is_safe_without_rows; /* unsafe or refused only while rows are at stake */
    bool has_rows_at_stake;
    uint64_t rows_at_stake;     /* filled by weft_migration_measure */
    const weft_str *statements; /* DDL, in order */
    size_t statement_count;
    const weft_str *undo; /* what reverts it where its statements do not tell: DDL, or the CREATE TABLE that was */
    size_t undo_count;
    const struct weft_edit *edits; /* the table is made anew with these: `statements` do it, planned on its text */
    size_t edit_count;
} weft_action;

typedef enum weft_migration_scope { WEFT_MIGRATE_ALL = 0, WEFT_MIGRATE_LINKS } weft_migration_scope;

/* A link table that weft_migrations knows. */
typedef struct weft_recorded_link {
    weft_str table;
    weft_str link; /* name of the definition it was made or adopted for */
} weft_recorded_link;

/* What a store holds, as far as migration looks. */
typedef struct weft_store_present {
    const weft_schema *schema; /* NULL: the store was not looked at */
    const weft_recorded_link *links;
    size_t link_count;
    const weft_str *made; /* tables weft created itself, by weft_migrations: columns that no definition has are ours */
    size_t made_count;
    const weft_str *plans; /* hashes of the saved plans that were applied to it */
    size_t plan_count;
} weft_store_present;

/* What a store holds of one table, as a hash. */
typedef struct weft_table_fingerprint {
    const weft_store_def *store;
    weft_str table;
    weft_str text; /* 32 hex digits */
} weft_table_fingerprint;

/* A table that weft does not manage and that is not what its definition says. */
typedef struct weft_migration_problem {
    const weft_store_def *store;
    const weft_model *model;
    weft_str text;
} weft_migration_problem;

typedef struct weft_migration_plan {
    const weft_catalog *catalog;
    weft_migration_scope scope;
    weft_action *actions; /* by store, then in the order they run: rename, create, adopt, alter, drop; then definitions'
                             order */
    size_t action_count;
    const weft_migration_problem *problems;
    size_t problem_count;
    const weft_str *fingerprints; /* of what each store holds, by store index; empty for a store not looked at */
    const weft_table_fingerprint *table_fingerprints; /* of the tables in question, by store, then by name */
    size_t table_fingerprint_count;
} weft_migration_plan;

/* Compare. `presents` has one entry a store of the catalog. WEFT_NO_MEMORY is the only failure. */
weft_code weft_migration_plan_make(const weft_catalog *catalog,
                                   weft_migration_scope scope,
                                   const weft_store_present *presents,
                                   weft_arena *keep,
                                   weft_migration_plan **ret_plan,
                                   weft_error *error);

/* Read each store in scope, make the plan, and count the rows at stake. Changes nothing. */
weft_code weft_migration_plan_read(const weft_catalog *catalog,
                                   weft_migration_scope scope,
                                   weft_session *session,
                                   weft_arena *keep,
                                   weft_arena *scratch,
                                   weft_migration_plan **ret_plan,
                                   weft_error *error);

/* The same for one store alone; empty when no model lives in it. */
weft_code weft_migration_plan_read_store(const weft_catalog *catalog,
                                         const weft_store_def *store,
                                         weft_session *session,
                                         weft_arena *keep,
                                         weft_migration_plan **ret_plan,
                                         weft_error *error);

/* Actions that are pending, and whether any of them is unsafe. DROP actions only report and are not counted: nothing
 * but dropping by name settles them. */
size_t weft_migration_plan_pending(const weft_migration_plan *plan, bool *ret_has_unsafe);

void weft_migration_plan_print(const weft_migration_plan *plan, bool with_sql, weft_buf *buf);
void weft_migration_plan_write_json(const weft_migration_plan *plan, weft_buf *buf);

typedef struct weft_migration_outcome {
    size_t applied; /* actions that ran */
    size_t left;    /* unsafe ones that were not allowed, and refused ones */
    size_t repeats; /* stores that a saved plan had been applied to before */
} weft_migration_outcome;

/* Make tables what the definitions say. Takes connections of its own from the session's pools (the session itself must
 * not have touched a store yet): per store lock, inspect and compare again (another migrator may have been first),
 * apply, record, commit. Unsafe actions run only with `allow_unsafe`; refused ones never; DROP actions only report and
 * are not counted. A store that fails is rolled back and ends the run; stores before it keep what was done. */
weft_code weft_migration_apply(const weft_catalog *catalog,
                               weft_migration_scope scope,
                               bool allow_unsafe,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_migration_outcome *ret_outcome,
                               weft_error *error);

/* A plan that was written as JSON, read again. */
typedef struct weft_saved_plan {
    json_t *root;
    weft_str hash; /* of its canonical form: the name it is recorded by */
    weft_migration_scope scope;
} weft_saved_plan;

/* WEFT_INVALID_JSON, WEFT_INVALID_REQUEST (not a plan), WEFT_UNSUPPORTED (a format of a later weft). */
weft_code weft_saved_plan_read(weft_str text, weft_arena *keep, weft_saved_plan *ret_plan, weft_error *error);
void weft_saved_plan_done(weft_saved_plan *plan);

/* As weft_migration_apply, but only what was planned: every store is compared with the saved plan before any is
 * changed, and again under its lock. WEFT_DRIFTED names the store and the table that is another than it was, or says
 * that the definitions want something else by now. A store that holds a record of the plan goes on where it was left:
 * what the plan has and is not done yet is run. */
weft_code weft_migration_apply_saved(const weft_catalog *catalog,
                                     const weft_saved_plan *saved,
                                     bool allow_unsafe,
                                     weft_session *session,
                                     weft_arena *scratch,
                                     weft_migration_outcome *ret_outcome,
                                     weft_error *error);

/* A table without a definition is dropped only by name: it is renamed to weft_trash_<n>_<name>, from where it can come
 * back until the trash is emptied. */
typedef enum weft_trash_change { WEFT_TRASH_DROP = 1, WEFT_TRASH_UNDO, WEFT_TRASH_PURGE } weft_trash_change;

typedef struct weft_trash_entry {
    const weft_store_def *store;
    weft_str table; /* what it is called in the trash */
    weft_str was;   /* what it was called */
    weft_str link;  /* the definition it was made for, or empty */
    int64_t dropped_at_us;
    weft_str undo; /* JSON array of statements */
} weft_trash_entry;

typedef WEFT_VEC(weft_trash_entry) weft_trash_entries;

/* Change the tables that `name` means: a table's name, its name in the trash, or that of its link, each also behind its
 * store's (STORE/NAME); for PURGE the empty name means all of the trash. DROP takes tables that weft made or adopted;
 * UNDO the latest of that name. Appends what was changed. Takes connections of its own, as weft_migration_apply.
 * WEFT_NOT_FOUND, WEFT_AMBIGUOUS_NAME (in several stores), WEFT_REFUSED_UNSAFE (DROP: it is still defined; UNDO:
 * another table has its name; PURGE: others point at it). */
weft_code weft_migration_change_trash(const weft_catalog *catalog,
                                      weft_trash_change change,
                                      weft_str name,
                                      weft_session *session,
                                      weft_arena *scratch,
                                      weft_trash_entries *changed,
                                      weft_error *error);

/* Revert the last batch that was not reverted yet, if nothing is lost by it: what it created must be empty, columns it
 * added must hold no values. A batch of several stores is tried in each before it is reverted in any; cut off between
 * two, the rest is the last batch then. *ret_reverted counts actions; 0: there is no batch. WEFT_REFUSED_UNSAFE tells
 * the reasons in its detail, and nothing is changed. */
weft_code weft_migration_rollback(
    const weft_catalog *catalog, weft_session *session, weft_arena *scratch, size_t *ret_reverted, weft_error *error);

/* What db:status tells, as JSON: per store its reachability, pending actions, unknown link tables, last batch. */
weft_code weft_migration_status_json(
    const weft_catalog *catalog, weft_session *session, weft_arena *scratch, weft_buf *buf, weft_error *error);

#endif

/* A plan: steps, each on one store, joined by keys. Made from a query and the facts of the stores; pure.
 *
 * A plan is a tree that follows the selection tree. The root step reads the page; each edge of the answer is one step,
 * or two where the link table and the target live in different stores. A step's statement takes the keys gathered from
 * its parent as one list parameter, so that the number of statements a batch is the number of steps.
 *
 * A condition or an order over an edge whose tables are not all in the step's store is not the store's to answer. Its
 * partners become steps too, looked up below the step they are asked for (`looks`), and weft decides by them: what it
 * decides of the filter is the step's `residual`, what it orders by are the step's `terms`. */
#ifndef WEFT_PLAN_PLAN_H
#define WEFT_PLAN_PLAN_H

#include "query/query.h"
#include "store/store.h"

typedef struct weft_step weft_step;

typedef enum weft_step_kind {
    WEFT_STEP_ROOT = 1, /* the page */
    WEFT_STEP_DIRECT,   /* target rows by to_field = ANY(parent keys) */
    WEFT_STEP_JOINED,   /* link table (or pivot) and target in one statement: one store */
    WEFT_STEP_THROUGH,  /* rows of the link table alone: (parent key, target key); its only child is a TARGET step */
    WEFT_STEP_TARGET,   /* target rows by key = ANY(keys of the THROUGH rows), each fetched once */
    WEFT_STEP_AGGREGATE /* aggregates of the live partners, worked out by the store: one row a parent key */
} weft_step_kind;

/* An answered aggregate of a step's partners. Sums are exact: integers are summed in two halves, so that no store
 * overflows, and an average is the exact sum as a double divided by the number of values. */
typedef struct weft_step_aggregate {
    weft_aggregate aggregate;
    const weft_field *field; /* NULL for COUNT */
    size_t column;           /* AGGREGATE: its first result column; else the field's place in the row */
} weft_step_aggregate;

/* A further result column: what the store works out for weft. Exactly one of `filter` and `order` is given. */
typedef struct weft_mark {
    const weft_filter *filter; /* BOOLEAN; NULL counts as false */
    const weft_order *order;   /* what the term orders by */
    size_t part;               /* of a path into JSON: 0 the number there, 1 the text there */
    weft_value_kind kind;
} weft_mark;

typedef enum weft_residual_kind {
    WEFT_RESIDUAL_AND = 1, /* of no children: true */
    WEFT_RESIDUAL_OR,
    WEFT_RESIDUAL_NOT,
    WEFT_RESIDUAL_MARK,      /* marks[place] of the row */
    WEFT_RESIDUAL_LINK_MARK, /* marks[place] of the link row that led to it (TARGET only) */
    WEFT_RESIDUAL_SOME,      /* a partner was found by looks[place] */
    WEFT_RESIDUAL_COUNT,     /* how many looks[place] found, compared as `filter` says */
    WEFT_RESIDUAL_AGGREGATE  /* what those come to, compared as `filter` says */
} weft_residual_kind;

typedef struct weft_residual weft_residual;
struct weft_residual {
    weft_residual_kind kind;
    const weft_residual *const *children;
    size_t child_count;
    size_t place;
    const weft_filter *filter;
};

typedef enum weft_term_kind {
    WEFT_TERM_FIELD = 1, /* fields[place] of the row */
    WEFT_TERM_MARK,      /* marks[place] of the row */
    WEFT_TERM_LINK_MARK, /* marks[place] of the link row that led to it */
    WEFT_TERM_LOOK       /* marks[part] of the partner, or an aggregate over the partners, that looks[place] leads to;
                            over further edges through looks[0] of that step, and so on */
} weft_term_kind;

/* One part of an order: where its value is. */
typedef struct weft_term {
    weft_term_kind kind;
    size_t place;
    size_t part;
    const weft_order *order;
} weft_term;

/* What one result row of a step is made of, in this order:
 *   fields[0 … field_count)   columns of the selection's model (THROUGH: none)
 *   then, except for ROOT and TARGET, the parent key (DIRECT: unless it is one of the fields anyway); for THROUGH also
 *   the target key
 *   marks[0 … mark_count).
 * `key_column` is the place of the parent key (DIRECT, JOINED, THROUGH) or of the own key (TARGET) in the row. */
struct weft_step {
    weft_step_kind kind;
    uint32_t number; /* 0-based, in order of plan->steps */
    const weft_store_def *store;
    const weft_selection *selection;
    const weft_row_scope *rows; /* which records exist; NULL: all */
    const weft_edge *edge;      /* NULL for ROOT */
    const weft_filter *filter;  /* what the step's store runs of the selection's filter; NULL: nothing. THROUGH: what
                                   speaks of the link row, TARGET: the rest */
    const weft_field *const *fields; /* read columns: outputs, plus what children and order need; no duplicates */
    size_t field_count;
    size_t column_count; /* of a result row */
    size_t key_column;
    size_t target_key_column; /* THROUGH */
    const weft_step *parent;
    size_t parent_key_field; /* place in the parent row of the value this step is keyed by (edge->from_field) */
    const weft_step *const *children; /* EDGE outputs in their order, then aggregates: one for each edge of theirs */
    size_t child_count;
    const weft_step_aggregate *aggregates; /* what the partners are wanted for, instead of themselves: each group
                                              becomes one row of these */
    size_t aggregate_count;
    const weft_mark *marks;
    size_t mark_count;
    const weft_step *const *looks; /* steps that are asked for the residual and the terms, before any child */
    size_t look_count;
    const weft_residual *residual; /* what weft decides of the filter; NULL: nothing */
    const weft_term *terms;        /* how weft orders the rows; none: the store does, or nobody needs to */
    size_t term_count;
    const weft_term *keys; /* root, asked for by cursor and ordered by its store: where the values of its order are,
                              FIELD and MARK only; else none, for `terms` say so */
    size_t key_count;
    bool is_sought_by_weft; /* root: weft leaves out what is not behind the cursor, because it orders the records, or
                               counts them; else their store does */
    bool is_counted;   /* root: its records are only counted: what no look is keyed by is read as NULL, in no order */
    bool is_look;      /* this step, and every one below it, is asked for a filter or an order */
    bool is_existence; /* nobody asks how many rows there are of a key: one is enough */
    weft_str reason;   /* why this kind: "link table and target share store default" */
};

typedef struct weft_plan {
    const weft_query *query;
    const weft_step *root;
    const weft_step *const *steps; /* every step, parents before children */
    size_t step_count;
    bool has_count; /* the answer says how many root records there are */
} weft_plan;

/* At most so many keys are fetched to find out whether few partners match a condition over a far edge. */
#define WEFT_PROBE_KEYS_MAX 10000

/* Plan `query`. WEFT_NO_MEMORY is the only failure. */
weft_code weft_plan_make(
    const weft_query *query, weft_arena *keep, weft_arena *scratch, weft_plan **ret_plan, weft_error *error);

/* How many result columns of an AGGREGATE step it takes: SUM its high and its low half, AVG these and the number of
 * values. */
size_t weft_step_aggregate_columns(weft_aggregate aggregate);
/* Where `output`, an aggregate, is answered: the child of `step` and which of its aggregates. */
void weft_step_find_aggregate(const weft_step *step, const weft_output *output, size_t *ret_child, size_t *ret_place);

/* True when a look of `step` is keyed by fields[place]. */
bool weft_step_is_key_of_look(const weft_step *step, size_t place);
/* True when the step's statement orders its rows: not those of THROUGH and TARGET, and not where a key finds at most
 * one row. */
bool weft_step_is_ordered(const weft_step *step);
/* True when the store ranks the rows of each parent and leaves out those behind its page: then at most skip + take rows
 * come for a parent. Skipping is always the reader's. */
bool weft_step_is_ranked(const weft_step *step);

/* True when `step`, a child of the root, may be read beside it: link rows as one stream in the order of both keys, and
 * of the targets their keys alone. weft does so beyond the first batch of records. */
bool weft_step_is_merged(const weft_step *step);
/* Why a child of a root that is read whole is not; NULL where it is, and where the root is not read whole. */
const char *weft_step_merge_refusal(const weft_step *step);

/* True when the root's store filters, orders and pages alone. */
bool weft_step_is_paged(const weft_step *root);
/* True when one record behind the page is read, which is not shown: there is a next page when it is there. */
bool weft_step_reads_beyond(const weft_step *root);
/* True when the root's store counts the records: otherwise weft counts what passes the residual. */
bool weft_plan_counts_in_store(const weft_plan *plan);
/* True when `part`, which must hold of a record (the root's residual, or one that it joins by AND), can be decided by
 * the root's store once the keys that its looks find are known. */
bool weft_residual_is_probed(const weft_step *root, const weft_residual *part);
/* The looks of the root that are asked for the matching keys first: the first `place` from `*place` on, or false. */
bool weft_plan_next_probe(const weft_plan *plan, size_t *place);

/* A condition over an edge within the root's store that the store would ask of one record after another. It is asked
 * from its far side first: what are the keys of the records that have such partners? Few of them take its place. */
typedef struct weft_drive {
    const weft_filter *condition; /* EDGE, SOME; one of those the root's filter joins by AND */
    const weft_row_scope *rows;   /* which records exist; NULL: all */
    size_t rows_max;              /* more partners than these are not few */
} weft_drive;

typedef enum weft_drive_verdict {
    WEFT_DRIVE_WORTH = 1,
    WEFT_DRIVE_NOTHING, /* nothing that must hold asks for some partner */
    WEFT_DRIVE_STORE,   /* the store chooses itself where to begin */
    WEFT_DRIVE_NAMED,   /* an index finds the few records that the rest of the filter names */
    WEFT_DRIVE_ORDERED /* the page is read in an index's order and ends when it is full, and no index finds the partners
                        */
} weft_drive_verdict;

/* Whether the root is driven, and by what: `ret_drive` is set when it is worth it. From facts of the catalog alone. */
weft_drive_verdict weft_plan_find_drive(const weft_plan *plan, weft_drive *ret_drive);
/* The condition over a further edge that a driven `condition` consists of; NULL when its way ends here. */
const weft_filter *weft_drive_leads_on(const weft_filter *condition);

/* "joined", "look" … as plans name it. */
const char *weft_step_kind_name(weft_step_kind kind);
/* What the step is not, and why: "not a join with #0: that lives in store …"; nothing where there was no choice. */
void weft_step_add_refusal(const weft_plan *plan, const weft_step *step, weft_buf *buf);

/* How many steps stand above `step`. */
size_t weft_step_depth(const weft_step *step);

/* Aligned text for people and golden tests. */
void weft_plan_print(const weft_plan *plan, weft_buf *buf);
/* The lines of one step of it, indented as at `depth`. */
void weft_plan_print_step(const weft_plan *plan, const weft_step *step, size_t depth, weft_buf *buf);
/* The same as one JSON object. */
void weft_plan_write_json(const weft_plan *plan, weft_buf *buf);

#endif

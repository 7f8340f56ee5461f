/* Models served by the program's own functions instead of a database: a module may be a remote API.
 *
 *      stores:  { default: sqlite:data/shop.db, crm: callbacks }       weft.yaml
 *      modules: { crm: { store: crm } }
 *
 *      static weft_code list_by_keys(void *ctx, const weft_value *keys, size_t count, weft_sink *sink, weft_error
 * *error)
 *      {
 *          … ask the API for these records …
 *          return weft_sink_json(sink, body, body_len, error);
 *      }
 *      WEFT_CALLBACKS(.model = "crm.customer", .list_by_keys = list_by_keys, .list_by_filter = list_by_filter);
 *
 * Such a module is read, linked to, filtered, ordered, counted and paged like any other, and the answers are the same
 * bytes; it cannot be written. weft checks and applies every condition itself, so that a function may use what it is
 * told of them, some of it, or nothing: then weft gets more rows than it needs, and filters and sorts them in bounded
 * memory. What the functions must not do is leave out a row that was asked for. docs/embedding.md tells the rest.
 *
 * How it is called. A function is called on the thread that reads the reply (or makes the links, or examines them),
 * never by a thread of weft's own. Several threads that use one engine may call it at once, up to the engine's
 * connections_max; during a call no lock of weft's is held, so that the function may take as long as it needs. It must
 * not use the reply or engine that called it.
 *
 * What a function is given (keys, listing, sink, error) lives until it returns.
 *
 * Parameters: `sink` is the one that the function was given.
 * Ownership: what is given to a sink is copied at once.
 * Threads: the one that called the function. */
#ifndef WEFT_CALLBACKS_H
#define WEFT_CALLBACKS_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where rows go. Belongs to the call it was given to. */
typedef struct weft_sink weft_sink;

/* What a condition asks of a field. A field that is null fulfils NE and IS_NULL and nothing else. */
typedef enum weft_listing_op {
    WEFT_LISTING_EQ = 1,
    WEFT_LISTING_NE, /* also of a null */
    WEFT_LISTING_GT,
    WEFT_LISTING_GTE,
    WEFT_LISTING_LT,
    WEFT_LISTING_LTE,
    WEFT_LISTING_IN,         /* one of the values */
    WEFT_LISTING_IS_NULL,    /* no value */
    WEFT_LISTING_IS_NOT_NULL /* no value */
} weft_listing_op;

/* A condition on a field. Values are of the field's kind: TEXT, INTEGER, DOUBLE, BOOLEAN, TIME, DECIMAL …. Text
 * compares bytewise. */
typedef struct weft_listing_condition {
    const char *field; /* its name */
    weft_listing_op op;
    const weft_value *values; /* one; of IN one or more, each once; of IS_NULL and IS_NOT_NULL none */
    size_t value_count;
} weft_listing_condition;

/* A field to order by. */
typedef struct weft_listing_order {
    const char *field; /* its name */
    bool is_descending;
} weft_listing_order;

/* What list_by_filter is asked for: the rows that fulfil every condition. */
typedef struct weft_listing {
    const char *model;                        /* "crm.customer" */
    const weft_listing_condition *conditions; /* hints: rows that do not fulfil them are sorted out by weft */
    size_t condition_count;                   /* of `conditions` */
    const weft_listing_order *order; /* one of weft_callbacks.orders, which the rows must have; none: any will do */
    size_t order_count;              /* of `order` */
    uint64_t rows_wanted; /* weft will probably read no more than this; 0: all. A hint for the size of a page: what is
                             left out must be told of by weft_sink_set_next_page */
    const char *page;     /* what weft_sink_set_next_page was given by the call for the page before; NULL: the first */
} weft_listing;

/* Who serves a model. At least one function is there. A function's code other than WEFT_OK ends the query with it, and
 * with the message that the function wrote into `error`, if it did. */
typedef struct weft_callbacks {
    const char *model; /* "crm.customer"; the table of a manyToMany relation by its name: "crm.customer_tag" */

    /* The records that have these keys, in any order; of a key that is nobody's, nothing. Keys are of the kind of the
     * model's key and each is there once. NULL: list_by_filter is asked, with a condition on the key. Never called for
     * a model with a composite key. */
    weft_code (*list_by_keys)(void *ctx, const weft_value *keys, size_t key_count, weft_sink *sink, weft_error *error);

    /* All records, or those that fulfil the conditions, or anything between; each once. NULL: the model can only be
     * reached by its keys, over links and relations; what needs a list of it is WEFT_UNSUPPORTED. */
    weft_code (*list_by_filter)(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error);

    void *ctx;       /* for both */
    size_t keys_max; /* of one call of list_by_keys; 0: 1000 */

    /* The orders in which list_by_filter can give its rows, ascending or (with "-") descending, as weft orders: text
     * bytewise, ties by the key, "id", "-created_at,id". Only fields that are never null. Asked for one of these, weft
     * does not sort, and stops as soon as it has enough. Ends with NULL. */
    const char *const *orders;

    const char *file; /* where it stands, for problems; may be NULL */
    int line;         /* of the file */
} weft_callbacks;

/* A value of a row, by the name of its field. */
typedef struct weft_named_value {
    const char *name;
    weft_value value;
} weft_named_value;

/* Add a row of `value_count` `values`. A value is of its field's kind; TEXT also does for TIME, DECIMAL, JSON and
 * ARRAY, and INTEGER for DOUBLE and DECIMAL. Fields that are not named are null. Texts are UTF-8; times are cut to
 * milliseconds. The function returns the code.
 *
 * Errors: WEFT_STORE_ERROR: the row is not as the model is defined, the message says why; WEFT_CANCELLED: the query was
 * cancelled; WEFT_TIMEOUT: its time is up. */
WEFT_API weft_code weft_sink_row(weft_sink *sink,
                                 const weft_named_value *values,
                                 size_t value_count,
                                 weft_error *error);

/* Add the row that a JSON object is, or the rows of an array of objects: the `len` bytes of `json`. Members are the
 * model's fields, read as in a record that is created; others are passed over. The function returns the code.
 *
 * Errors: as weft_sink_row. */
WEFT_API weft_code weft_sink_json(weft_sink *sink, const char *json, size_t len, weft_error *error);

/* Of list_by_filter: there are more rows; they are asked for, with this as `page`, when they are needed.
 *
 * Errors: WEFT_MISUSE: list_by_keys has no pages. */
WEFT_API weft_code weft_sink_set_next_page(weft_sink *sink, const char *page, weft_error *error);

/* How long the function may still take, by the query's time limit. For the timeout of a request, and between two looks
 * at it.
 *
 * Returns: milliseconds; 0: the query was cancelled or its time is up, and the function may return at once with any
 * code. */
WEFT_API uint32_t weft_sink_time_left_ms(const weft_sink *sink);

#ifdef __cplusplus
}
#endif
#endif

/* Every exported function with the nth request for memory failing, for n = 1, 2 … until none fails: the code is
 * WEFT_NO_MEMORY, outputs are untouched, nothing is lost, and the call that has memory enough then does its work, on
 * the stores as the failed ones left them. Both are tried: that all requests from the nth on fail, jansson's too, and
 * that the nth of weft's own alone does.
 *
 * A function that is exported and has no entry in a table of this folder fails the test; so does an entry without its
 * function. To add one, write what it needs before (`prepare`; `seed` for what stores hold) and the call, with its
 * outputs in `out`:
 *
 *     static weft_code call_graph(exhaust *e, weft_error *error)
 *     {
 *         return weft_graph(e->engine, WEFT_FORMAT_DOT, &e->out.text, error);
 *     }
 *     …
 *     {"weft_graph", .prepare = exhaust_open, .call = call_graph},
 */
#ifndef WEFT_TESTS_EXHAUST_H
#define WEFT_TESTS_EXHAUST_H

#include "support/alloc.h"
#include "weft/build.h"
#include "weft/record.h"
#include "weft/weft.h"

/* Where calls put what they return. Filled with a pattern before the call; a call that fails leaves the pattern. */
typedef struct exhaust_out {
    weft_text text; /* freed after the call; so are the next two */
    weft_engine *engine;
    weft_reply *reply;
    const char *data;
    size_t sizes[3];
    uint64_t number;
    weft_record record;
    weft_plan_outcome outcome;
    weft_doctor_summary summary;
} exhaust_out;

typedef struct exhaust {
    const char *directory; /* a project with records: tests/support/shop.h, posts in a store of their own, guarded */
    test_alloc alloc;
    weft_engine *engine; /* made by `prepare` or not; closed after the call, and so are the next four */
    weft_reply *reply;
    weft_query_builder *query;
    weft_link_builder *links;
    weft_text text;
    weft_record record; /* of `reply` */
    size_t reads;       /* how often a reader or a served model was asked */
    test_alloc suspended;
    exhaust_out out;
} exhaust;

typedef struct exhaust_entry {
    const char *function;
    bool allocates_nothing;           /* and so must not ask for any memory */
    bool is_journalled;               /* a call that fails may have begun what another function finishes: every attempt
                                         gets the stores anew */
    weft_code (*seed)(exhaust *e);    /* once before the attempts: makes the stores what the call needs. Or NULL */
    weft_code (*prepare)(exhaust *e); /* before each attempt. Or NULL */
    weft_code (*call)(exhaust *e, weft_error *error);
} exhaust_entry;

typedef struct exhaust_table {
    const exhaust_entry *entries;
    size_t count;
} exhaust_table;

/* `engine` over the project, all memory counted. */
weft_code exhaust_open(exhaust *e);

/* From here on all memory is there: what follows in a call is not tried. */
void exhaust_relieve(exhaust *e);

/* The same for a while: resuming goes on counting where suspending left off. */
void exhaust_suspend(exhaust *e);
void exhaust_resume(exhaust *e);

exhaust_table exhaust_engine_table(void);
exhaust_table exhaust_change_table(void);
exhaust_table exhaust_migrate_table(void);
exhaust_table exhaust_record_table(void);
exhaust_table exhaust_build_table(void);
exhaust_table exhaust_access_table(void);
exhaust_table exhaust_served_table(void);
exhaust_table exhaust_served_query_table(void);
exhaust_table exhaust_rows_table(void);

#endif

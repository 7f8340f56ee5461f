/* The inside of explaining, shared by the files that print it. */
#ifndef WEFT_ENGINE_EXPLAIN_H
#define WEFT_ENGINE_EXPLAIN_H

#include "engine/engine.h"
#include "fetch/fetch.h"
#include "sql/step.h"

/* An index that would spare a store looking at every row, or sorting. */
typedef struct weft_advice {
    const weft_model *model;
    const weft_step *step; /* whose statement it is; NULL: the count's */
    bool is_sorted;        /* to order by; else to find rows by */
    weft_str columns;      /* "author, views" */
    weft_str change;       /* what to write, and where */
} weft_advice;

typedef struct weft_explanation {
    weft_frame frame;
    weft_request *request;
    weft_query *query;
    weft_plan *plan;
    weft_fetch *fetch; /* analyzed: run to its end; else NULL */
    uint64_t records;
    weft_advice *advice;
    size_t advice_count;
} weft_explanation;

/* One of the plan's statements and what it is for. */
typedef struct weft_explained_statement {
    const weft_step *step; /* NULL: the count */
    const weft_store_def *store;
    weft_statement statement;
    const char *stream; /* of a step that is merged: "links", "targets"; else NULL */
} weft_explained_statement;

/* explain.c: how many statements there are, and the `at`th: the steps in their order, the count, what is merged. */
size_t weft_explained_count(const weft_explanation *e);
weft_code weft_explained_make(weft_explanation *e,
                              size_t at,
                              weft_explained_statement *ret_statement,
                              weft_error *error);
/* explain.c: what a statement has cost, of an analyzed query. */
weft_step_cost weft_explained_cost(const weft_explanation *e, size_t at);

/* advice.c: fill e->advice by asking the stores how they run each statement. Fails as stores do. */
weft_code weft_explain_advise(weft_explanation *e, weft_error *error);

/* explain_text.c, explain_json.c, explain_mermaid.c: into e->frame.text. */
weft_code weft_explain_print(weft_explanation *e, weft_error *error);
weft_code weft_explain_write_json(weft_explanation *e, weft_error *error);
void weft_explain_draw(weft_explanation *e);

#endif

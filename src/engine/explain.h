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

typedef enum weft_explained_kind {
    WEFT_EXPLAINED_STEP = 1, /* what the step reads */
    WEFT_EXPLAINED_COUNT,    /* how many root records there are */
    WEFT_EXPLAINED_LINKS,    /* the link rows of a step that is merged, as one stream */
    WEFT_EXPLAINED_TARGETS,  /* the keys of its targets, as a set */
    WEFT_EXPLAINED_PROBE, /* the keys of a look that match, asked for first; of link rows: by the keys of the targets */
    WEFT_EXPLAINED_DRIVE  /* the keys that the root's condition over an edge leads to, asked for first */
} weft_explained_kind;

/* One of the plan's statements and what it is for. */
typedef struct weft_explained_statement {
    weft_explained_kind kind;
    const weft_step *step; /* COUNT, DRIVE: the root */
    const weft_store_def *store;
    weft_statement statement;
} weft_explained_statement;

typedef struct weft_explanation {
    weft_frame frame;
    weft_request *request;
    weft_query *query;
    weft_plan *plan;
    weft_explained_statement *statements; /* the steps in their order, the count, what is merged, what is probed */
    size_t statement_count;
    weft_fetch *fetch; /* analyzed: run to its end; else NULL */
    uint64_t records;
    weft_advice *advice;
    size_t advice_count;
} weft_explanation;

/* advice.c: fill e->advice by asking the stores how they run each statement. Fails as stores do. */
weft_code weft_explain_advise(weft_explanation *e, weft_error *error);

/* explain_text.c, explain_json.c, explain_mermaid.c: into e->frame.text. */
void weft_explain_print(weft_explanation *e);
weft_code weft_explain_write_json(weft_explanation *e, weft_error *error);
void weft_explain_draw(weft_explanation *e);

/* explain_text.c: "#0 sorts …", and in the next line what to write. */
void weft_advice_print(const weft_advice *advice, weft_buf *buf);

#endif

/* The words that a plan's text and its JSON share. */
#ifndef WEFT_PLAN_WORDS_H
#define WEFT_PLAN_WORDS_H

#include "plan/plan.h"

/* True when the statement begins at the link table. */
bool weft_step_is_at_link(const weft_step *step);

/* The column that meets the parent's keys. */
const weft_field *weft_step_key_field(const weft_step *step);

/* The parent's column whose values are the keys. */
weft_str weft_step_parent_column(const weft_step *step);

/* "$link.rank, posts.$max.views desc, id" */
void weft_words_add_order(weft_buf *buf, const weft_selection *selection);

/* "skip 10, take 5" */
void weft_words_add_page(weft_buf *buf, const weft_selection *selection);

/* "$count, $max.views" */
void weft_words_add_aggregates(weft_buf *buf, const weft_step *step);

#endif

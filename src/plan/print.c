/* A plan as text for people and golden tests.
 *
 * It has one head line a step (number, kind, place in the answer, store) and below it what it reads, how it is keyed,
 * what the store does of filter, order and page, what weft does itself, and why. Fails only as buffers do. */
#include <inttypes.h>

#include "plan/plan.h"
#include "plan/words.h"

/* One line below a step: a word, then text. */
static void add_line(weft_buf *buf, size_t depth, const char *word)
{
    weft_buf_add_format(buf, "%*s%-8s", (int)(2 * depth + 5), "", word);
}

static void add_tables(weft_buf *buf, const weft_step *step)
{
    const weft_str table = step->selection->model->table;
    const bool has_link = weft_step_is_at_link(step);
    if (has_link) {
        weft_buf_add_str(buf, step->edge->through->table);
    }
    if (step->kind != WEFT_STEP_THROUGH) {
        weft_buf_add_text(buf, has_link ? " + " : "");
        weft_buf_add_str(buf, table);
    }
}

static const char *order_line(const weft_step *step)
{
    if (step->term_count == 0) {
        return ": in the store\n";
    }
    switch (step->kind) {
    case WEFT_STEP_ROOT:
        return step->selection->has_take ? ": by weft, which keeps the first of them\n"
                                         : ": by weft, in a temporary file\n";
    case WEFT_STEP_TARGET:
        return ": by weft, over the link rows\n";
    case WEFT_STEP_DIRECT:
    case WEFT_STEP_JOINED:
    case WEFT_STEP_THROUGH:
    case WEFT_STEP_AGGREGATE:
        break;
    }
    return ": by weft\n";
}

static void print_order(const weft_step *step, size_t depth, weft_buf *buf)
{
    const bool is_weft = step->term_count > 0;
    if (step->selection->order_count == 0 || (!is_weft && !weft_step_is_ordered(step))) {
        return;
    }
    add_line(buf, depth, "order");
    weft_words_add_order(buf, step->selection);
    weft_buf_add_text(buf, order_line(step));
}

/* The edges a filter asks over, in order; each joins in the same store, or place.c had kept it back. */
static void add_filter_edges(weft_buf *buf, const weft_filter *filter, bool *is_first)
{
    if (filter->edge != NULL) {
        weft_buf_add_format(buf, "%s%.*s", *is_first ? ", over " : ", ", WEFT_STR_ARG(filter->edge->name));
        *is_first = false;
    }
    if (filter->child != NULL) {
        add_filter_edges(buf, filter->child, is_first);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        add_filter_edges(buf, filter->children[i], is_first);
    }
}

static void print_filter(const weft_step *step, size_t depth, weft_buf *buf)
{
    bool is_first = true;
    if (step->filter != NULL) {
        add_line(buf, depth, "filter");
        weft_buf_add_text(buf, "in the store");
        add_filter_edges(buf, step->filter, &is_first);
        weft_buf_add_text(buf, is_first ? "\n" : ": all of them in this store\n");
    }
}

/* True when looks[place] is asked for an order. */
static bool is_ordered_by(const weft_step *step, size_t place)
{
    for (size_t i = 0; i < step->term_count; i++) {
        if (step->terms[i].kind == WEFT_TERM_LOOK && step->terms[i].place == place) {
            return true;
        }
    }
    return false;
}

/* What weft decides by, and what is asked first. */
static void print_residual(const weft_step *step, size_t depth, weft_buf *buf)
{
    if (step->residual == NULL) {
        return;
    }
    add_line(buf, depth, step->filter != NULL ? "" : "filter");
    weft_buf_add_text(buf, step->filter != NULL ? "then by weft" : "by weft");
    size_t count = 0;
    for (size_t i = 0; i < step->look_count; i++) {
        if (!is_ordered_by(step, i)) {
            weft_buf_add_format(buf,
                                "%s#%" PRIu32,
                                count++ == 0 ? ", for each batch by what is found in " : ", ",
                                step->looks[i]->number);
        }
    }
    weft_buf_add_char(buf, '\n');
}

static const char *page_line(const weft_step *step)
{
    if (step->kind == WEFT_STEP_ROOT) {
        return weft_step_is_paged(step) ? ": in the store\n" : ": by weft\n";
    }
    return weft_step_is_ranked(step) ? " per parent: its end in the store, its start by weft\n"
                                     : " per parent: by weft\n";
}

/* Who leaves out the records that are not behind the cursor. */
static void print_cursor(const weft_step *step, size_t depth, weft_buf *buf)
{
    const weft_selection *selection = step->selection;
    if (step->kind == WEFT_STEP_ROOT && selection->cursor != NULL) {
        add_line(buf, depth, "cursor");
        weft_buf_add_text(buf, selection->after.data != NULL ? "records after it: " : "records before it: ");
        weft_buf_add_text(buf, step->is_sought_by_weft ? "chosen by weft\n" : "found by the store\n");
    }
}

static void print_scope(const weft_step *step, size_t depth, weft_buf *buf)
{
    const weft_selection *selection = step->selection;
    print_filter(step, depth, buf);
    print_residual(step, depth, buf);
    print_order(step, depth, buf);
    print_cursor(step, depth, buf);
    if (step->kind != WEFT_STEP_THROUGH && (selection->has_skip || selection->has_take)) {
        add_line(buf, depth, "page");
        weft_words_add_page(buf, selection);
        weft_buf_add_text(buf, page_line(step));
    }
}

static void print_aggregates(const weft_step *step, size_t depth, weft_buf *buf)
{
    if (step->aggregate_count > 0) {
        add_line(buf, depth, "gives");
        weft_words_add_aggregates(buf, step);
        weft_buf_add_text(buf, step->kind == WEFT_STEP_AGGREGATE ? ": by the store\n" : ": by weft\n");
    }
}

static void print_reads(const weft_step *step, size_t depth, weft_buf *buf)
{
    if (step->kind == WEFT_STEP_AGGREGATE) {
        return;
    }
    add_line(buf, depth, "reads");
    if (step->kind == WEFT_STEP_THROUGH) {
        weft_buf_add_format(buf,
                            "%.*s, %.*s",
                            WEFT_STR_ARG(step->edge->through_from->column),
                            WEFT_STR_ARG(step->edge->through_to->column));
    }
    for (size_t i = 0; i < step->field_count; i++) {
        weft_buf_add_format(buf, "%s%.*s", i > 0 ? ", " : "", WEFT_STR_ARG(step->fields[i]->column));
    }
    if (step->kind != WEFT_STEP_THROUGH && step->field_count == 0) {
        weft_buf_add_text(buf, step->is_existence ? "which keys there are" : "the keys");
    }
    if (step->mark_count > 0) {
        weft_buf_add_format(buf, " and %zu worked out by the store", step->mark_count);
    }
    weft_buf_add_text(buf, "\n");
}

static void print_refusal(const weft_plan *plan, const weft_step *step, size_t depth, weft_buf *buf)
{
    weft_buf text;
    weft_buf_init(&text, buf->allocator);
    weft_step_add_refusal(plan, step, &text);
    if (text.len > 0) {
        add_line(buf, depth, "");
        weft_buf_add_str(buf, weft_buf_str(&text));
        weft_buf_add_char(buf, '\n');
    }
    buf->failed = buf->failed || text.failed;
    weft_buf_done(&text);
}

static void print_step(const weft_plan *plan, const weft_step *step, size_t depth, weft_buf *buf)
{
    const weft_selection *selection = step->selection;
    const weft_str place = step->kind == WEFT_STEP_ROOT ? selection->model->name : selection->path;
    weft_buf_add_format(buf,
                        "%*s#%" PRIu32 " %s%s %.*s: ",
                        (int)(2 * depth),
                        "",
                        step->number,
                        step->is_look ? "look " : "",
                        weft_step_kind_name(step->kind),
                        WEFT_STR_ARG(place));
    add_tables(buf, step);
    weft_buf_add_format(buf, " in store %.*s\n", WEFT_STR_ARG(step->store->name));
    if (step->parent != NULL) {
        add_line(buf, depth, "keys");
        weft_buf_add_format(buf,
                            "%.*s = any %.*s of #%" PRIu32 "\n",
                            WEFT_STR_ARG(weft_step_key_field(step)->column),
                            WEFT_STR_ARG(weft_step_parent_column(step)),
                            step->parent->number);
    }
    if (step->parent != NULL && weft_step_is_merged(step)) {
        add_line(buf, depth, "merge");
        weft_buf_add_format(buf,
                            "beyond the first batch of #%" PRIu32
                            ": its link rows are one stream, and the keys of its targets a set\n",
                            step->parent->number);
    }
    print_reads(step, depth, buf);
    print_aggregates(step, depth, buf);
    print_scope(step, depth, buf);
    add_line(buf, depth, "why");
    weft_buf_add_str(buf, step->reason);
    weft_buf_add_char(buf, '\n');
    print_refusal(plan, step, depth, buf);
}

static void print_probes(const weft_plan *plan, weft_buf *buf)
{
    for (size_t place = 0; weft_plan_next_probe(plan, &place); place++) {
        add_line(buf, 0, "probe");
        weft_buf_add_format(buf,
                            "the keys found by #%" PRIu32 " are asked for first: when they are at most %d, the store "
                            "filters by them, else weft does in batches\n",
                            plan->root->looks[place]->number,
                            WEFT_PROBE_KEYS_MAX);
    }
}

static void print_drive(const weft_plan *plan, weft_buf *buf)
{
    weft_drive drive = {0};
    if (weft_plan_find_drive(plan, &drive) == WEFT_DRIVE_WORTH) {
        add_line(buf, 0, "probe");
        weft_buf_add_format(buf,
                            "the keys that matching \"%.*s\" lead to are asked for first: from at most %zu of them the "
                            "store begins at these, else it asks EXISTS of each record\n",
                            WEFT_STR_ARG(drive.condition->edge->name),
                            drive.rows_max);
    }
}

/* What the root alone has. */
static void print_root(const weft_plan *plan, weft_buf *buf)
{
    print_probes(plan, buf);
    print_drive(plan, buf);
    if (plan->has_count) {
        add_line(buf, 0, "count");
        weft_buf_add_text(buf,
                          weft_plan_counts_in_store(plan) ? "a second statement in the same snapshot\n"
                                                          : "by weft: every record is looked at\n");
    }
}

void weft_plan_print_step(const weft_plan *plan, const weft_step *step, size_t depth, weft_buf *buf)
{
    print_step(plan, step, depth, buf);
    if (step->kind == WEFT_STEP_ROOT) {
        print_root(plan, buf);
    }
}

void weft_plan_print(const weft_plan *plan, weft_buf *buf)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        weft_plan_print_step(plan, plan->steps[i], weft_step_depth(plan->steps[i]), buf);
    }
}

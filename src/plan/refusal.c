/* The strategy that a step does not take, and why: the other half of its reason.
 *
 * Pure, out of where the tables live. Fails only as buffers do. */
#include "plan/plan.h"
#include "store/store.h"

static bool is_joined_in(const weft_edge *edge, const weft_store_def *store)
{
    return !weft_driver_for(store->kind)->dialect->is_joinless &&
           (edge->through == NULL || edge->through->store == store) && edge->to->store == store;
}

/* The step whose records this one is asked for: past the link rows. */
static const weft_step *records_before(const weft_step *step)
{
    return step->parent->kind == WEFT_STEP_THROUGH ? step->parent->parent : step->parent;
}

static void add_elsewhere(const weft_step *step, const weft_step *before, weft_buf *buf)
{
    const weft_store_def *store = before->selection->model->store;
    if (weft_driver_for(store->kind)->dialect->is_joinless) {
        weft_buf_add_format(buf, "store \"%.*s\" does not join", WEFT_STR_ARG(store->name));
        return;
    }
    weft_buf_add_format(buf,
                        "\"%.*s\" does not lie in store \"%.*s\" alone",
                        WEFT_STR_ARG(step->edge->name),
                        WEFT_STR_ARG(store->name));
}

static void add_look(const weft_step *step, const weft_step *before, weft_buf *buf)
{
    weft_buf_add_format(buf, "not EXISTS in the statement of #%u: ", (unsigned)before->number);
    if (is_joined_in(step->edge, before->selection->model->store)) {
        weft_buf_add_text(buf, "what it asks leads on into another store, or is a sum that weft makes exact");
        return;
    }
    add_elsewhere(step, before, buf);
}

static void add_child(const weft_step *step, const weft_step *before, weft_buf *buf)
{
    const weft_store_def *store = before->selection->model->store;
    weft_buf_add_format(buf, "not a join with #%u: ", (unsigned)before->number);
    if (is_joined_in(step->edge, store)) {
        weft_buf_add_text(buf, "a record's columns would come again with every partner");
    } else {
        add_elsewhere(step, before, buf);
    }
    const char *refusal = weft_step_merge_refusal(step);
    if (refusal != NULL) {
        weft_buf_add_format(buf, "; not a stream beside #%u: %s", (unsigned)before->number, refusal);
    }
}

static bool leads_on(const weft_filter *filter)
{
    bool is_leading = filter->edge != NULL || (filter->child != NULL && leads_on(filter->child));
    for (size_t i = 0; !is_leading && i < filter->child_count; i++) {
        is_leading = leads_on(filter->children[i]);
    }
    return is_leading;
}

/* What the filter of a root could have done with its edges, and does not. */
static const char *undriven(weft_drive_verdict verdict)
{
    switch (verdict) {
    case WEFT_DRIVE_WORTH:
        return "not EXISTS at once: it would be asked of every record";
    case WEFT_DRIVE_STORE:
        return "not keys asked for beforehand: the store chooses itself at which of the tables it begins";
    case WEFT_DRIVE_NAMED:
        return "not keys asked for beforehand: an index finds the records that the rest of the filter names";
    case WEFT_DRIVE_ORDERED:
        return "not keys asked for beforehand: the page is read in an index's order until it is full, and no index "
               "finds the partners";
    case WEFT_DRIVE_NOTHING:
        break;
    }
    return "not keys asked for beforehand: EXISTS reaches every table of the filter";
}

void weft_step_add_refusal(const weft_plan *plan, const weft_step *step, weft_buf *buf)
{
    weft_drive drive = {0};
    if (step->kind == WEFT_STEP_TARGET) {
        weft_buf_add_text(buf, "not a join with the link rows: they live in another store");
    } else if (step->parent != NULL && step->is_look) {
        add_look(step, records_before(step), buf);
    } else if (step->parent != NULL) {
        add_child(step, records_before(step), buf);
    } else if (step->residual != NULL) {
        weft_buf_add_text(
            buf,
            "not the whole filter in the store: part of it leads to other stores, or adds up what weft makes exact");
    } else if (step->filter != NULL && leads_on(step->filter)) {
        weft_buf_add_text(buf, undriven(weft_plan_find_drive(plan, &drive)));
    }
}

/* A plan as JSON for programs: every step with what it reads, how it is keyed, what the store does of filter, order and
 * page, what weft does itself, and why. Fails only as buffers do. */
#include <inttypes.h>

#include "plan/plan.h"
#include "plan/words.h"
#include "json/writer.h"

static void add_key(weft_buf *buf, const char *key)
{
    weft_buf_add_format(buf, ",\"%s\":", key);
}

static void write_columns(const weft_step *step, weft_buf *buf)
{
    add_key(buf, "reads");
    weft_buf_add_char(buf, '[');
    if (step->kind == WEFT_STEP_THROUGH) {
        weft_json_add_text(buf, step->edge->through_from->column);
        weft_buf_add_char(buf, ',');
        weft_json_add_text(buf, step->edge->through_to->column);
    }
    for (size_t i = 0; i < step->field_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, step->fields[i]->column);
    }
    weft_buf_add_char(buf, ']');
}

static void write_keys(const weft_step *step, weft_buf *buf)
{
    if (step->parent == NULL) {
        return;
    }
    add_key(buf, "parent");
    weft_buf_add_integer(buf, step->parent->number);
    add_key(buf, "key");
    weft_json_add_text(buf, weft_step_key_field(step)->column);
    add_key(buf, "parent_key");
    weft_json_add_text(buf, weft_step_parent_column(step));
}

/* The text an `add` function makes, as a JSON string. */
static void write_text_of(const weft_selection *selection,
                          void (*add)(weft_buf *, const weft_selection *),
                          const char *key,
                          weft_buf *buf)
{
    weft_buf text;
    weft_buf_init(&text, buf->allocator);
    add(&text, selection);
    if (text.failed) {
        buf->failed = true;
    } else if (text.len > 0) {
        add_key(buf, key);
        weft_json_add_text(buf, weft_buf_str(&text));
    }
    weft_buf_done(&text);
}

static void write_aggregates(const weft_step *step, weft_buf *buf)
{
    weft_buf text;
    if (step->aggregate_count == 0) {
        return;
    }
    weft_buf_init(&text, buf->allocator);
    weft_words_add_aggregates(&text, step);
    add_key(buf, "gives");
    weft_json_add_text(buf, weft_buf_str(&text));
    buf->failed = buf->failed || text.failed;
    weft_buf_done(&text);
    weft_buf_add_text(
        buf, step->kind == WEFT_STEP_AGGREGATE ? ",\"aggregated_by\":\"store\"" : ",\"aggregated_by\":\"weft\"");
}

static void write_scope(const weft_step *step, weft_buf *buf)
{
    const weft_selection *selection = step->selection;
    const bool is_weft = step->term_count > 0;
    if (step->filter != NULL || step->residual != NULL) {
        weft_buf_add_format(buf,
                            ",\"filtered_by\":\"%s\"",
                            step->residual == NULL ? "store"
                            : step->filter == NULL ? "weft"
                                                   : "store and weft");
    }
    if (selection->order_count > 0 && (is_weft || weft_step_is_ordered(step))) {
        write_text_of(selection, weft_words_add_order, "order", buf);
        weft_buf_add_text(buf, is_weft ? ",\"ordered_by\":\"weft\"" : ",\"ordered_by\":\"store\"");
    }
    if (step->kind == WEFT_STEP_ROOT && selection->cursor != NULL) {
        weft_buf_add_format(buf, ",\"sought_by\":\"%s\"", step->is_sought_by_weft ? "weft" : "store");
    }
    if (step->kind != WEFT_STEP_THROUGH && (selection->has_skip || selection->has_take)) {
        write_text_of(selection, weft_words_add_page, "page", buf);
        weft_buf_add_text(buf,
                          (step->kind == WEFT_STEP_ROOT && weft_step_is_paged(step)) || weft_step_is_ranked(step)
                              ? ",\"paged_by\":\"store\""
                              : ",\"paged_by\":\"weft\"");
    }
}

static void write_refusal(const weft_plan *plan, const weft_step *step, weft_buf *buf)
{
    weft_buf text;
    weft_buf_init(&text, buf->allocator);
    weft_step_add_refusal(plan, step, &text);
    if (text.len > 0) {
        add_key(buf, "refused");
        weft_json_add_text(buf, weft_buf_str(&text));
    }
    buf->failed = buf->failed || text.failed;
    weft_buf_done(&text);
}

static void write_step(const weft_plan *plan, const weft_step *step, weft_buf *buf)
{
    weft_buf_add_format(buf, "{\"number\":%" PRIu32 ",\"kind\":\"%s\"", step->number, weft_step_kind_name(step->kind));
    weft_buf_add_format(buf, "%s,\"path\":", step->is_look ? ",\"look\":true" : "");
    weft_json_add_text(buf, step->selection->path);
    add_key(buf, "entity");
    weft_json_add_text(buf, step->selection->model->name);
    add_key(buf, "store");
    weft_json_add_text(buf, step->store->name);
    write_keys(step, buf);
    write_columns(step, buf);
    if (weft_step_is_merged(step)) {
        weft_buf_add_text(buf, ",\"merged\":true");
    }
    write_aggregates(step, buf);
    write_scope(step, buf);
    add_key(buf, "reason");
    weft_json_add_text(buf, step->reason);
    write_refusal(plan, step, buf);
    weft_buf_add_char(buf, '}');
}

/* The numbers of the steps whose keys are asked for first. */
static void write_probes(const weft_plan *plan, weft_buf *buf)
{
    size_t place = 0;
    const char *before = ",\"probes\":[";
    if (!weft_plan_next_probe(plan, &place)) {
        return;
    }
    for (; weft_plan_next_probe(plan, &place); place++) {
        weft_buf_add_format(buf, "%s%" PRIu32, before, plan->root->looks[place]->number);
        before = ",";
    }
    weft_buf_add_char(buf, ']');
}

/* The edge of the root whose partners are asked first. */
static void write_drive(const weft_plan *plan, weft_buf *buf)
{
    weft_drive drive = {0};
    if (weft_plan_find_drive(plan, &drive) == WEFT_DRIVE_WORTH) {
        add_key(buf, "probed_edge");
        weft_json_add_text(buf, drive.condition->edge->name);
    }
}

void weft_plan_write_json(const weft_plan *plan, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"count\":");
    weft_json_add_boolean(buf, plan->has_count);
    if (plan->has_count) {
        weft_buf_add_format(buf, ",\"counted_by\":\"%s\"", weft_plan_counts_in_store(plan) ? "store" : "weft");
    }
    write_probes(plan, buf);
    write_drive(plan, buf);
    weft_buf_add_text(buf, ",\"steps\":[");
    for (size_t i = 0; i < plan->step_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_step(plan, plan->steps[i], buf);
    }
    weft_buf_add_text(buf, "]}");
}

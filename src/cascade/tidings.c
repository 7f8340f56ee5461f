/* Writing tidings and telling them. Nothing here fails but for want of memory while they are written. */
#include "cascade/tidings.h"

#include "link/pairs.h"
#include "json/writer.h"

void weft_tidings_fields(const weft_link *link, const weft_field **ret_fields)
{
    ret_fields[0] = weft_link_id_field(link);
    ret_fields[1] = link->left.column;
    ret_fields[2] = link->right.column;
}

void weft_tidings_add(
    weft_tidings *tidings, const weft_link *link, const weft_value *row, const char *outcome, weft_str deletion)
{
    static const char *const names[WEFT_TIDINGS_WIDTH] = {",\"id\":", ",\"left\":", ",\"right\":"};
    weft_buf *lines = &tidings->lines;
    weft_buf_add_text(lines, "{\"link\":");
    weft_json_add_text(lines, link->name);
    for (size_t i = 0; i < WEFT_TIDINGS_WIDTH; i++) {
        weft_buf_add_text(lines, names[i]);
        weft_json_add_value(lines, &row[i]);
    }
    weft_buf_add_format(lines, ",\"outcome\":\"%s\",\"deletion\":", outcome);
    weft_json_add_text(lines, deletion);
    weft_buf_add_text(lines, "}\n");
}

void weft_tidings_tell(weft_tidings *tidings,
                       const weft_observer *observer,
                       const weft_store_def *store,
                       weft_event_kind kind)
{
    const weft_str all = weft_buf_str(&tidings->lines);
    size_t from = 0;
    if (!tidings->is_due) {
        return;
    }
    for (size_t at = 0; at < all.len; at++) {
        if (all.data[at] == '\n') {
            const weft_event event = {
                .kind = kind, .store = store->name.data, .text = {all.data + from, at - from}, .rows = 1};
            observer->notify(observer->ctx, &event);
            from = at + 1;
        }
    }
    weft_buf_clear(&tidings->lines);
    tidings->is_due = false;
}

/* Recovering: every store is asked for deletions whose home it is and that are not finished, and each is carried on
 * from where it was cut off. A store that cannot be reached keeps nobody else waiting. */
#include "cascade/steps.h"
#include "json/writer.h"

typedef struct recovery {
    const weft_catalog *catalog;
    weft_session *session;
    weft_arena *scratch;
    weft_buf finished;
    weft_buf pending;
    weft_error first; /* of what could not be done */
} recovery;

static void tell_pending(recovery *r, weft_str store, weft_str id, const weft_error *problem)
{
    weft_buf_add_text(&r->pending, r->pending.len > 0 ? ",{\"store\":" : "{\"store\":");
    weft_json_add_text(&r->pending, store);
    if (id.len > 0) {
        weft_buf_add_text(&r->pending, ",\"deletion\":");
        weft_json_add_text(&r->pending, id);
    }
    weft_buf_add_text(&r->pending, ",\"error\":");
    weft_json_add_text(&r->pending, weft_str_from(problem->message));
    weft_buf_add_char(&r->pending, '}');
    if (r->first.code == WEFT_OK) {
        r->first = *problem;
    }
}

static void finish_one(recovery *r, const weft_deletion *deletion)
{
    weft_cascade_run run = {.catalog = r->catalog, .session = r->session, .scratch = r->scratch, .home = *deletion};
    weft_error problem = {0};
    weft_code code = weft_cascade_read_others(&run, &problem);
    if (code == WEFT_OK) {
        code = weft_cascade_finish(&run, &problem);
    }
    if (code != WEFT_OK) {
        tell_pending(r, deletion->store->name, deletion->id, &problem);
        return;
    }
    weft_buf_add_text(&r->finished, r->finished.len > 0 ? ",{\"deletion\":" : "{\"deletion\":");
    weft_json_add_text(&r->finished, deletion->id);
    weft_buf_add_text(&r->finished,
                      deletion->state == WEFT_DELETION_PREPARED ? ",\"state\":\"done\"}" : ",\"state\":\"restored\"}");
}

weft_code weft_cascade_recover(
    const weft_catalog *catalog, weft_session *session, weft_arena *scratch, weft_buf *ret_json, weft_error *error)
{
    recovery r = {.catalog = catalog, .session = session, .scratch = scratch};
    weft_buf_init_arena(&r.finished, scratch);
    weft_buf_init_arena(&r.pending, scratch);
    for (size_t i = 0; i < catalog->store_count; i++) {
        weft_deletion_list found = {0};
        weft_error problem = {0};
        if (weft_cascade_unfinished(catalog, &catalog->stores[i], session, scratch, &found, &problem) != WEFT_OK) {
            tell_pending(&r, catalog->stores[i].name, (weft_str){0}, &problem);
        }
        for (size_t d = 0; d < found.count; d++) {
            finish_one(&r, &found.items[d]);
        }
    }
    weft_buf_add_text(ret_json, "{\"finished\":[");
    weft_buf_add_str(ret_json, weft_buf_str(&r.finished));
    weft_buf_add_text(ret_json, "],\"pending\":[");
    weft_buf_add_str(ret_json, weft_buf_str(&r.pending));
    weft_buf_add_text(ret_json, "]}");
    if (r.finished.failed || r.pending.failed || ret_json->failed) {
        return weft_fail_no_memory(error);
    }
    if (r.first.code != WEFT_OK && error) {
        *error = r.first;
    }
    return r.first.code;
}

/* Recovering: every store is asked for deletions whose home it is and that are not finished, and each is carried on
 * from where it was cut off; then the outboxes are drained. A store that cannot be reached keeps nobody else waiting.
 */
#include "cascade/drain.h"
#include "json/writer.h"

typedef struct recovery {
    const weft_catalog *catalog;
    weft_session *session;
    weft_arena *scratch;
    weft_buf finished;
    weft_buf pending;
    weft_buf outbox;
    weft_error first; /* of what could not be done */
    bool is_away[WEFT_STORES_MAX];
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

static void finish_stores(recovery *r)
{
    for (size_t i = 0; i < r->catalog->store_count; i++) {
        const weft_store_def *store = &r->catalog->stores[i];
        weft_deletion_list found = {0};
        weft_error problem = {0};
        if (weft_cascade_unfinished(r->catalog, store, r->session, r->scratch, &found, &problem) != WEFT_OK) {
            tell_pending(r, store->name, (weft_str){0}, &problem);
            r->is_away[i] = true;
        }
        for (size_t d = 0; d < found.count; d++) {
            finish_one(r, &found.items[d]);
        }
    }
}

static void tell_drained(recovery *r, const weft_store_def *store, const weft_drained *drained)
{
    weft_buf *buf = &r->outbox;
    weft_buf_add_text(buf, buf->len > 0 ? ",{\"store\":" : "{\"store\":");
    weft_json_add_text(buf, store->name);
    weft_buf_add_format(buf,
                        ",\"settled\":%llu,\"void\":%llu,\"refused\":%llu,\"left\":%llu,\"deletions\":[",
                        (unsigned long long)drained->settled,
                        (unsigned long long)drained->voided,
                        (unsigned long long)drained->refused,
                        (unsigned long long)drained->left);
    weft_buf_add_str(buf, weft_buf_str(&drained->deletions));
    weft_buf_add_format(buf, "],\"deletion_count\":%zu,\"refusals\":[", drained->deletion_count);
    weft_buf_add_str(buf, weft_buf_str(&drained->refusals));
    weft_buf_add_text(buf, "]}");
}

static void drain_store(recovery *r, const weft_store_def *store, const weft_cascade_recovery *options)
{
    weft_drained drained = {0};
    weft_error problem = {0};
    const weft_code code = weft_cascade_drain(r->catalog, store, options, r->session, r->scratch, &drained, &problem);
    if (code != WEFT_OK) {
        tell_pending(r, store->name, (weft_str){0}, &problem);
    } else if (drained.first.code != WEFT_OK && r->first.code == WEFT_OK) {
        r->first = drained.first;
    }
    if (drained.settled + drained.voided + drained.refused + drained.left > 0) {
        tell_drained(r, store, &drained);
    }
}

static void print(const recovery *r, weft_buf *ret_json)
{
    weft_buf_add_text(ret_json, "{\"finished\":[");
    weft_buf_add_str(ret_json, weft_buf_str(&r->finished));
    weft_buf_add_text(ret_json, "],\"pending\":[");
    weft_buf_add_str(ret_json, weft_buf_str(&r->pending));
    if (r->outbox.len > 0) {
        weft_buf_add_text(ret_json, "],\"outbox\":[");
        weft_buf_add_str(ret_json, weft_buf_str(&r->outbox));
    }
    weft_buf_add_text(ret_json, "]}");
}

weft_code weft_cascade_recover(const weft_catalog *catalog,
                               const weft_cascade_recovery *options,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_buf *ret_json,
                               weft_error *error)
{
    recovery r = {.catalog = catalog, .session = session, .scratch = scratch};
    weft_buf_init_arena(&r.finished, scratch);
    weft_buf_init_arena(&r.pending, scratch);
    weft_buf_init_arena(&r.outbox, scratch);
    finish_stores(&r);
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (!r.is_away[i]) {
            drain_store(&r, &catalog->stores[i], options);
        }
    }
    print(&r, ret_json);
    if (r.finished.failed || r.pending.failed || r.outbox.failed || ret_json->failed) {
        return weft_fail_no_memory(error);
    }
    if (r.first.code != WEFT_OK && error) {
        *error = r.first;
    }
    return r.first.code;
}

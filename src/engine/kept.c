/* Kept replies: a small table, searched by the length of the request and then by its bytes. Nothing here fails: what
 * cannot be kept is opened anew the next time. */
#include "engine/kept.h"

#include <string.h>

#include "base/check.h"

/* A longer request takes longer to run than to read. */
#define TEXT_BYTES_MAX 4096
/* Memory one kept reply may hold beside its text being written. */
#define REPLY_BYTES_MAX ((size_t)512 << 10)
#define CHUNK_BYTES_MAX ((size_t)256 << 10)

bool weft_kept_init(weft_kept *kept)
{
    *kept = (weft_kept){.count = 0};
    kept->has_lock = pthread_mutex_init(&kept->lock, NULL) == 0;
    return kept->has_lock;
}

void weft_kept_done(weft_kept *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        weft_reply_free(kept->replies[i]);
    }
    if (kept->has_lock) {
        (void)pthread_mutex_destroy(&kept->lock);
    }
    *kept = (weft_kept){.count = 0};
}

/* Written in JSON as it is. */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte < 0x20 || byte > 0x7E || byte == '"' || byte == '\\') {
            return false;
        }
    }
    return true;
}

static bool is_value_at(weft_str text, size_t at, weft_str value)
{
    return text.data[at] == '"' && text.data[at + 1 + value.len] == '"' &&
           memcmp(text.data + at + 1, value.data, value.len) == 0;
}

/* The one place of `text` that is `"value"`, without its quotes. */
static bool find_only(weft_str text, weft_str value, size_t *ret_at)
{
    size_t found = 0;
    for (size_t at = 0; at + value.len + 2 <= text.len; at++) {
        if (is_value_at(text, at, value)) {
            *ret_at = at + 1;
            found++;
        }
    }
    return found == 1;
}

static void add_hole(weft_reply *reply, weft_str value)
{
    size_t at = 0;
    if (value.len == 0 || !is_plain(value.data, value.len) || !find_only(reply->text, value, &at)) {
        return;
    }
    size_t place = reply->hole_count++;
    for (; place > 0 && reply->holes[place - 1].at > at; place--) {
        reply->holes[place] = reply->holes[place - 1];
    }
    reply->holes[place] = (weft_kept_hole){at, value.len, value.data};
}

/* Conditions of `{"id": "prod_1", "status": …}`: what stands deeper is compared byte by byte. */
static void add_condition(weft_reply *reply, const weft_filter *filter)
{
    const bool is_equality =
        filter->kind == WEFT_FILTER_COMPARE && filter->op == WEFT_OP_EQ && filter->json_path_len == 0 &&
        (filter->field->type == WEFT_TYPE_ID || filter->field->type == WEFT_TYPE_TEXT) && filter->value_count == 1;
    if (is_equality && filter->values[0].kind == WEFT_VALUE_TEXT && reply->hole_count < WEFT_KEPT_HOLES_MAX) {
        add_hole(reply, filter->values[0].as.text);
    }
}

static void find_holes(weft_reply *reply, const weft_filter *filter)
{
    if (!filter) {
        return;
    }
    add_condition(reply, filter);
    for (size_t i = 0; filter->kind == WEFT_FILTER_AND && i < filter->child_count; i++) {
        add_condition(reply, filter->children[i]);
    }
}

/* An escape can hide what a text means; a cursor holds values of its own; what a probe finds changes the plan. */
static bool may_keep(const weft_reply *reply, weft_str text)
{
    const weft_selection *root = reply->plan.root->selection;
    return text.len > 0 && text.len <= TEXT_BYTES_MAX && memchr(text.data, '\\', text.len) == NULL &&
           root->after.data == NULL && root->before.data == NULL && weft_step_is_paged(reply->plan.root);
}

void weft_kept_prepare(weft_reply *reply, weft_str text)
{
    if (!may_keep(reply, text)) {
        return;
    }
    reply->text = weft_str_copy(&reply->keep, text);
    if (reply->text.data == NULL) {
        reply->text = (weft_str){NULL, 0};
        return;
    }
    find_holes(reply, reply->plan.root->filter);
}

/* The same but for the holes, which are plain. */
static bool is_like(const weft_reply *reply, const weft_kept_wish *wish)
{
    const weft_str text = wish->text;
    size_t from = 0;
    if (reply->text.len != text.len || reply->format != wish->format ||
        !weft_row_scope_equal(reply->rows, wish->rows)) {
        return false;
    }
    for (size_t i = 0; i < reply->hole_count; i++) {
        const weft_kept_hole *hole = &reply->holes[i];
        if (memcmp(reply->text.data + from, text.data + from, hole->at - from) != 0 ||
            !is_plain(text.data + hole->at, hole->len)) {
            return false;
        }
        from = hole->at + hole->len;
    }
    return memcmp(reply->text.data + from, text.data + from, text.len - from) == 0;
}

/* The value's bytes are the reply's own, and nobody else reads them while it is being filled. */
static void fill_holes(weft_reply *reply, weft_str text)
{
    for (size_t i = 0; i < reply->hole_count; i++) {
        const weft_kept_hole *hole = &reply->holes[i];
        /* Lent as constant by the reader of JSON, whose memory it is until the reply is freed. */
        const union {
            const char *lent;
            char *ours;
        } value = {.lent = hole->value};
        WEFT_CHECK(value.ours != NULL);
        memcpy(value.ours, text.data + hole->at, hole->len);
    }
}

/* With the lock held: the place of a reply that answers the wish, of the one this thread gave back last where there is
 * one: its memory is in the caches of the processor that this thread is on. WEFT_KEPT_MAX: none does. */
static size_t find_like(const weft_kept *kept, const weft_kept_wish *wish)
{
    const pthread_t self = pthread_self();
    size_t found = WEFT_KEPT_MAX;
    for (size_t i = kept->count; i-- > 0;) {
        const bool is_own = pthread_equal(kept->replies[i]->user, self) != 0;
        if ((is_own || found == WEFT_KEPT_MAX) && is_like(kept->replies[i], wish)) {
            if (is_own) {
                return i;
            }
            found = i;
        }
    }
    return found;
}

weft_reply *weft_kept_take(weft_kept *kept, const weft_kept_wish *wish)
{
    weft_reply *found = NULL;
    (void)pthread_mutex_lock(&kept->lock);
    const size_t at = find_like(kept, wish);
    if (at < WEFT_KEPT_MAX) {
        found = kept->replies[at];
        kept->replies[at] = kept->replies[--kept->count];
    }
    (void)pthread_mutex_unlock(&kept->lock);
    if (found) {
        fill_holes(found, wish->text);
        weft_fetch_renew(found->fetch);
    }
    return found;
}

static size_t find_oldest(const weft_kept *kept)
{
    size_t oldest = 0;
    for (size_t i = 1; i < kept->count; i++) {
        oldest = kept->replies[i]->kept_at < kept->replies[oldest]->kept_at ? i : oldest;
    }
    return oldest;
}

bool weft_kept_put(weft_kept *kept, weft_reply *reply)
{
    weft_reply *dropped = NULL;
    if (reply->writer.chunk.capacity > CHUNK_BYTES_MAX || reply->keep.bytes_held > REPLY_BYTES_MAX) {
        return false;
    }
    (void)pthread_mutex_lock(&kept->lock);
    reply->kept_at = ++kept->puts;
    reply->user = pthread_self();
    if (kept->count < WEFT_KEPT_MAX) {
        kept->replies[kept->count++] = reply;
    } else {
        weft_reply **place = &kept->replies[find_oldest(kept)];
        dropped = *place;
        *place = reply;
    }
    (void)pthread_mutex_unlock(&kept->lock);
    if (dropped) {
        weft_reply_free(dropped);
    }
    return true;
}

/* Keeping outcome rows until they are committed, in the order they were added: the key of each is its number. */
#include "engine/announce.h"

bool weft_link_event_kind(const weft_link_work *work, weft_event_kind *ret_kind)
{
    const bool attaches = work->outcome == WEFT_LINK_CREATED || work->outcome == WEFT_LINK_REVIVED;
    *ret_kind = attaches ? WEFT_EVENT_ATTACHED : WEFT_EVENT_DETACHED;
    return !work->is_repeat && (attaches || work->outcome == WEFT_LINK_DISMISSED);
}

weft_code weft_announcement_open(weft_announcement *announcement,
                                 const weft_observer *observer,
                                 const weft_allocator *allocator,
                                 weft_error *error)
{
    *announcement = (weft_announcement){.observer = observer};
    return observer ? weft_spill_open(allocator, &announcement->spill, error) : WEFT_OK;
}

/* Big-endian, so that bytes order as numbers do. */
static weft_str number_key(uint64_t number, char bytes[8])
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (char)(number >> (8 * (7 - i)) & 0xff);
    }
    return (weft_str){bytes, 8};
}

weft_code weft_announcement_add(
    weft_announcement *announcement, const weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error)
{
    weft_buf row;
    weft_event_kind kind = WEFT_EVENT_ATTACHED;
    weft_buf_init_arena(&row, scratch);
    for (size_t i = 0; announcement->observer && i < count; i++) {
        char bytes[8];
        if (!weft_link_event_kind(&works[i], &kind)) {
            continue;
        }
        weft_buf_clear(&row);
        weft_link_outcome_write(&works[i], &row);
        if (row.failed) {
            return weft_fail_arena(error, scratch);
        }
        WEFT_TRY(
            weft_spill_add(announcement->spill, number_key(announcement->count, bytes), weft_buf_str(&row), error));
        announcement->count++;
    }
    return WEFT_OK;
}

static void tell_loss(const weft_announcement *announcement, const char *store, uint64_t left)
{
    char text[128];
    (void)snprintf(text, sizeof(text), "%llu links were attached that could not be told", (unsigned long long)left);
    const weft_event event = {.kind = WEFT_EVENT_NOTICE, .store = store, .text = weft_str_from(text)};
    announcement->observer->notify(announcement->observer->ctx, &event);
}

void weft_announcement_tell(weft_announcement *announcement, const char *store)
{
    weft_str row = {NULL, 0};
    for (uint64_t told = 0; announcement->observer && told < announcement->count; told++) {
        if (weft_spill_next(announcement->spill, &row, NULL) != WEFT_OK || !row.data) {
            tell_loss(announcement, store, announcement->count - told);
            return;
        }
        const weft_event event = {.kind = WEFT_EVENT_ATTACHED, .store = store, .text = row, .rows = 1};
        announcement->observer->notify(announcement->observer->ctx, &event);
    }
}

void weft_announcement_close(weft_announcement *announcement)
{
    weft_spill_close(announcement->spill);
    *announcement = (weft_announcement){0};
}

/* What waits in a store's outbox, for db:status. Internal to migrate/. */
#ifndef WEFT_MIGRATE_OUTBOX_STATUS_H
#define WEFT_MIGRATE_OUTBOX_STATUS_H

#include "migrate/migrate.h"

typedef struct weft_outbox_lag {
    bool has_outbox;
    uint64_t waiting;  /* notes that nobody has tried, or nothing refused */
    uint64_t refused;  /* notes that were tried and stay */
    int64_t oldest_us; /* when the first of those that wait was made */
} weft_outbox_lag;

weft_code weft_outbox_lag_read(weft_connection *connection,
                               const weft_schema *schema,
                               weft_arena *scratch,
                               weft_outbox_lag *ret_lag,
                               weft_error *error);

/* ,"outbox":{"waiting":2,"refused":1,"oldest_at":"…","lag_s":12}, or null where there is none */
void weft_outbox_lag_write(const weft_outbox_lag *lag, const weft_clock *clock, weft_buf *buf);

#endif

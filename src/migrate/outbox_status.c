/* How far draining lags behind: what waits in a store's outbox. Fails as the store does. */
#include "migrate/outbox_status.h"

#include "migrate/compare.h"

weft_code weft_outbox_lag_read(weft_connection *connection,
                               const weft_schema *schema,
                               weft_arena *scratch,
                               weft_outbox_lag *ret_lag,
                               weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER, WEFT_VALUE_INTEGER, WEFT_VALUE_TIME};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT count(*) - count(\"reason\"), count(\"reason\"), min(CASE WHEN \"reason\" IS NULL THEN "
                        "\"noted_at\" END) FROM \"" WEFT_OUTBOX_TABLE "\""),
        .columns = kinds,
        .column_count = WEFT_COUNT_OF(kinds),
        .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    *ret_lag = (weft_outbox_lag){0};
    if (!weft_schema_find_table(schema, WEFT_STR(WEFT_OUTBOX_TABLE))) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, scratch, &values, &count, error));
    if (count == 1) {
        *ret_lag = (weft_outbox_lag){.has_outbox = true,
                                     .waiting = (uint64_t)values[0].as.integer,
                                     .refused = (uint64_t)values[1].as.integer,
                                     .oldest_us = values[2].kind == WEFT_VALUE_TIME ? values[2].as.time_us : 0};
    }
    return WEFT_OK;
}

void weft_outbox_lag_write(const weft_outbox_lag *lag, const weft_clock *clock, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"outbox\":");
    if (!lag->has_outbox) {
        weft_buf_add_text(buf, "null");
        return;
    }
    weft_buf_add_format(buf,
                        "{\"waiting\":%llu,\"refused\":%llu,\"oldest_at\":",
                        (unsigned long long)lag->waiting,
                        (unsigned long long)lag->refused);
    if (lag->waiting == 0) {
        weft_buf_add_text(buf, "null,\"lag_s\":0}");
        return;
    }
    const int64_t lag_us = weft_clock_now_us(clock) - lag->oldest_us;
    weft_json_add_time(buf, lag->oldest_us);
    weft_buf_add_format(buf, ",\"lag_s\":%lld}", (long long)(lag_us > 0 ? lag_us / 1000000 : 0));
}

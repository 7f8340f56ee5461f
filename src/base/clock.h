/* Time. The clock is injected so that tests are repeatable; NULL means the machine's. */
#ifndef WEFT_BASE_CLOCK_H
#define WEFT_BASE_CLOCK_H

#include "base/buf.h"

typedef struct weft_clock {
    int64_t (*now_us)(void *ctx);       /* wall time, microseconds since 1970 UTC */
    int64_t (*monotonic_us)(void *ctx); /* never goes back; only differences mean anything */
    void *ctx;
} weft_clock;

int64_t weft_clock_now_us(const weft_clock *clock);
int64_t weft_clock_monotonic_us(const weft_clock *clock);

/* Write "2026-11-22T10:00:00.123Z", of WEFT_TIME_BYTES and no NUL: UTC with milliseconds (what is finer is cut, toward
 * the past). Years 0000 to 9999; a time outside is clamped to them. */
#define WEFT_TIME_BYTES 24
void weft_time_write(char *ret_text, int64_t time_us);
/* Append it. */
void weft_time_format(weft_buf *buf, int64_t time_us);

/* Read ISO 8601: "2026-11-22", "2026-11-22T10:00", with optional seconds, 1 to 9 fraction digits, and Z, ±hh, ±hhmm or
 * ±hh:mm; "T" may be a space. Without a zone it is UTC. False when it is none of these or no real date. */
bool weft_time_parse(weft_str text, int64_t *ret_time_us);

#endif

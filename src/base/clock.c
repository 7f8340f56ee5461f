/* Wall and monotonic time, and ISO 8601 text. The calendar arithmetic counts days from 0000-03-01, so that the leap day
 * is the last of its year (the method is described by Howard Hinnant, "chrono-compatible low-level date algorithms").
 */
#include "base/clock.h"

#include <string.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (INT64_C(86400) * US_PER_SECOND)

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0};
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t weft_clock_now_us(const weft_clock *clock)
{
    return clock ? clock->now_us(clock->ctx) : read_clock(CLOCK_REALTIME);
}

int64_t weft_clock_monotonic_us(const weft_clock *clock)
{
    return clock ? clock->monotonic_us(clock->ctx) : read_clock(CLOCK_MONOTONIC);
}

static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* `days` is no earlier than year -400. */
static void date_from_days(int64_t days, uint32_t *ret_year, uint32_t *ret_month, uint32_t *ret_day)
{
    const uint32_t counted = (uint32_t)(days + 719468 + 146097); /* an era more, so that nothing is negative */
    const uint32_t era = counted / 146097;
    const uint32_t day_of_era = counted - era * 146097;
    const uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const uint32_t shifted = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2) - 400;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Two digits; `value` is below 100. */
static void put_pair(char *at, uint32_t value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434"
        "44546474849505152535455565758596061626364656667686970717273747576777879808182838485868788"
        "8990919293949596979899";
    memcpy(at, pairs + (size_t)value * 2, 2);
}

/* What weft writes, with every digit 0. */
static const char own_form[] = "0000-00-00T00:00:00.000Z";

void weft_time_write(char *ret_text, int64_t time_us)
{
    const int64_t first = days_from_date(0, 1, 1) * US_PER_DAY;
    const int64_t last = days_from_date(10000, 1, 1) * US_PER_DAY - 1;
    time_us = time_us < first ? first : time_us > last ? last : time_us;
    const int64_t days = floor_div(time_us, US_PER_DAY);
    const uint32_t ms = (uint32_t)((time_us - days * US_PER_DAY) / 1000);
    uint32_t year = 0;
    uint32_t month = 0;
    uint32_t day = 0;
    date_from_days(days, &year, &month, &day);
    memcpy(ret_text, own_form, WEFT_TIME_BYTES); /* NOLINT(bugprone-not-null-terminated-result): it ends with no NUL */
    put_pair(ret_text, year / 100);
    put_pair(ret_text + 2, year % 100);
    put_pair(ret_text + 5, month);
    put_pair(ret_text + 8, day);
    put_pair(ret_text + 11, ms / 3600000);
    put_pair(ret_text + 14, ms / 60000 % 60);
    put_pair(ret_text + 17, ms / 1000 % 60);
    put_pair(ret_text + 20, ms % 1000 / 10);
    ret_text[22] = (char)('0' + ms % 10);
}

void weft_time_format(weft_buf *buf, int64_t time_us)
{
    char text[WEFT_TIME_BYTES];
    weft_time_write(text, time_us);
    weft_buf_add_str(buf, (weft_str){text, sizeof(text)});
}

/* A cursor over text being read; `ok` is sticky. */
typedef struct reader {
    weft_str text;
    size_t at;
    bool ok;
} reader;

static bool at_byte(const reader *r, const char *any_of)
{
    for (; r->at < r->text.len && *any_of; any_of++) {
        if (r->text.data[r->at] == *any_of) {
            return true;
        }
    }
    return false;
}

static bool at_digit(const reader *r)
{
    return r->at < r->text.len && r->text.data[r->at] >= '0' && r->text.data[r->at] <= '9';
}

static bool accept(reader *r, const char *any_of)
{
    const bool found = r->ok && at_byte(r, any_of);
    r->at += found;
    return found;
}

static int64_t read_digits(reader *r, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        if (!r->ok || !at_digit(r)) {
            r->ok = false;
            return 0;
        }
        value = value * 10 + (r->text.data[r->at++] - '0');
    }
    return value;
}

static int64_t read_between(reader *r, int count, int64_t least, int64_t most)
{
    const int64_t value = read_digits(r, count);
    r->ok = r->ok && value >= least && value <= most;
    return value;
}

static void expect(reader *r, const char *any_of)
{
    r->ok = accept(r, any_of);
}

static int64_t read_fraction_us(reader *r)
{
    int64_t value = 0;
    int digits = 0;
    for (; at_digit(r) && digits < 9; digits++) {
        const int digit = r->text.data[r->at++] - '0';
        value = digits < 6 ? value * 10 + digit : value;
    }
    r->ok = r->ok && digits > 0;
    for (; digits < 6; digits++) {
        value *= 10;
    }
    return value;
}

/* Microseconds since midnight. */
static int64_t read_time_of_day(reader *r)
{
    const int64_t hour = read_between(r, 2, 0, 23);
    expect(r, ":");
    const int64_t minute = read_between(r, 2, 0, 59);
    int64_t us = (hour * 3600 + minute * 60) * US_PER_SECOND;
    if (accept(r, ":")) {
        us += read_between(r, 2, 0, 59) * US_PER_SECOND;
        if (accept(r, ".,")) {
            us += read_fraction_us(r);
        }
    }
    return us;
}

static int64_t read_zone_us(reader *r)
{
    if (r->at == r->text.len || accept(r, "Zz")) {
        return 0;
    }
    const bool is_west = at_byte(r, "-");
    expect(r, "+-");
    const int64_t hours = read_between(r, 2, 0, 15);
    int64_t minutes = 0;
    if (r->at < r->text.len) {
        (void)accept(r, ":");
        minutes = read_between(r, 2, 0, 59);
    }
    const int64_t us = (hours * 60 + minutes) * 60 * US_PER_SECOND;
    return is_west ? -us : us;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    const int64_t next_year = month == 12 ? year + 1 : year;
    return days_from_date(next_year, month % 12 + 1, 1) - days_from_date(year, month, 1);
}

/* True when `text` is own_form but for its digits; eight bytes are looked at together. Without the form's bits a digit
 * is at most 9 and every other byte is 0, so that what the limits add does not reach the high bit. */
static bool has_own_form(const char *text)
{
    static const char limits[] = "\x76\x76\x76\x76\x7F\x76\x76\x7F\x76\x76\x7F\x76\x76\x7F\x76\x76"
                                 "\x7F\x76\x76\x7F\x76\x76\x76\x7F";
    uint64_t found = 0;
    for (size_t at = 0; at < WEFT_TIME_BYTES; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        uint64_t formed = 0;
        uint64_t limit = 0;
        memcpy(&word, text + at, sizeof(word));
        memcpy(&formed, own_form + at, sizeof(formed));
        memcpy(&limit, limits + at, sizeof(limit));
        word ^= formed;
        found |= word | ((word & UINT64_C(0x7F7F7F7F7F7F7F7F)) + limit);
    }
    return (found & UINT64_C(0x8080808080808080)) == 0;
}

/* The number that two digits make. */
static uint32_t read_pair(const char *at)
{
    return (uint32_t)(at[0] - '0') * 10 + (uint32_t)(at[1] - '0');
}

/* As weft writes times itself, which nearly every one that is read looks like. False for every other form, and for the
 * few days that need to know their month. */
static bool read_own_form(weft_str text, int64_t *ret_time_us)
{
    const char *at = text.data;
    if (text.len != WEFT_TIME_BYTES || !has_own_form(at)) {
        return false;
    }
    const uint32_t year = read_pair(at) * 100 + read_pair(at + 2);
    const uint32_t month = read_pair(at + 5);
    const uint32_t day = read_pair(at + 8);
    const uint32_t hour = read_pair(at + 11);
    const uint32_t minute = read_pair(at + 14);
    const uint32_t second = read_pair(at + 17);
    const uint32_t thousandths = read_pair(at + 20) * 10 + (uint32_t)(at[22] - '0');
    const bool is_date = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
    if (!is_date || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    const uint32_t full_years = year - (month <= 2);
    const uint32_t days = full_years * 365 + full_years / 4 - full_years / 100 + full_years / 400 +
                          (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const uint32_t ms = ((hour * 60 + minute) * 60 + second) * 1000 + thousandths;
    *ret_time_us = ((int64_t)days - 719468) * US_PER_DAY + (int64_t)ms * 1000;
    return true;
}

bool weft_time_parse(weft_str text, int64_t *ret_time_us)
{
    if (read_own_form(text, ret_time_us)) {
        return true;
    }
    reader r = {text, 0, true};
    const int64_t year = read_between(&r, 4, 1, 9999);
    expect(&r, "-");
    const int64_t month = read_between(&r, 2, 1, 12);
    expect(&r, "-");
    const int64_t day = read_between(&r, 2, 1, 31);
    if (!r.ok || (day > 28 && day > days_in_month(year, month))) {
        return false;
    }
    int64_t us = days_from_date(year, month, day) * US_PER_DAY;
    if (r.at < text.len) {
        expect(&r, "Tt ");
        us += read_time_of_day(&r);
        us -= read_zone_us(&r);
    }
    /* The years that every store holds: PostgreSQL has no year 0, and text of a fifth digit orders wrongly. */
    const bool is_held = us >= days_from_date(1, 1, 1) * US_PER_DAY && us < days_from_date(10000, 1, 1) * US_PER_DAY;
    if (!r.ok || r.at != text.len || !is_held) {
        return false;
    }
    *ret_time_us = us;
    return true;
}

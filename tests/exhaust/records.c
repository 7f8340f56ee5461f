/* Typed results. */
#include <string.h>

#include "base/fail.h"
#include "exhaust/exhaust.h"

static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"metadata\","
                              "\"posts.title\",\"posts.views\"],\"pagination\":{\"skip\":0}}";

/* Members in the order asked for. */
enum { MEMBER_METADATA = 2, MEMBER_POSTS = 3, MEMBERS };

static weft_code prepare_records(exhaust *e)
{
    WEFT_TRY(exhaust_open(e));
    return weft_query_open(e->engine, request, strlen(request), WEFT_FORMAT_RECORDS, &e->reply, NULL);
}

static weft_code prepare_record(exhaust *e)
{
    WEFT_TRY(prepare_records(e));
    return weft_reply_next(e->reply, &e->record, NULL);
}

static weft_code prepare_end(exhaust *e)
{
    weft_record record = {0};
    WEFT_TRY(prepare_record(e));
    do {
        WEFT_TRY(weft_reply_next(e->reply, &record, NULL));
    } while (record.row);
    return WEFT_OK;
}

static weft_code call_next(exhaust *e, weft_error *error)
{
    return weft_reply_next(e->reply, &e->out.record, error);
}

static weft_code call_count(exhaust *e, weft_error *error)
{
    return weft_reply_count(e->reply, &e->out.number, error);
}

static weft_code call_json(exhaust *e, weft_error *error)
{
    return weft_record_json(e->reply, e->record, MEMBER_POSTS, &e->out.text, error);
}

/* What accessors answer is as it should be, or MISUSE. */
static weft_code answer(bool is_right)
{
    return is_right ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_member_count(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_member_count(e->record) == MEMBERS);
}

static weft_code call_member_name(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_member_name(e->record, MEMBER_POSTS).len == strlen("posts"));
}

static weft_code call_member(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_member(e->record, "posts") == MEMBER_POSTS);
}

static weft_code call_value(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_value(e->record, MEMBER_METADATA).kind == WEFT_VALUE_JSON);
}

static weft_code call_text(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_text(e->record, "title").len == strlen("Product 0"));
}

static weft_code call_integer(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_integer(e->record, "title") == 0);
}

static weft_code call_double(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_double(e->record, "title") == 0);
}

static weft_code call_boolean(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(!weft_record_boolean(e->record, "title"));
}

static weft_code call_time_us(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_time_us(e->record, "title") == 0);
}

static weft_code call_partner_count(exhaust *e, weft_error *error)
{
    (void)error;
    return answer(weft_record_partner_count(e->record, MEMBER_POSTS) == 2);
}

static weft_code call_partner(exhaust *e, weft_error *error)
{
    (void)error;
    const weft_record post = weft_record_partner(e->record, MEMBER_POSTS, 1);
    return answer(weft_record_text(post, "title").len == strlen("Second of 0"));
}

exhaust_table exhaust_record_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_reply_next", .prepare = prepare_records, .call = call_next},
        {"weft_reply_count", .allocates_nothing = true, .prepare = prepare_end, .call = call_count},
        {"weft_record_json", .prepare = prepare_record, .call = call_json},
        {"weft_record_member_count", .allocates_nothing = true, .prepare = prepare_record, .call = call_member_count},
        {"weft_record_member_name", .allocates_nothing = true, .prepare = prepare_record, .call = call_member_name},
        {"weft_record_member", .allocates_nothing = true, .prepare = prepare_record, .call = call_member},
        {"weft_record_value", .allocates_nothing = true, .prepare = prepare_record, .call = call_value},
        {"weft_record_text", .allocates_nothing = true, .prepare = prepare_record, .call = call_text},
        {"weft_record_integer", .allocates_nothing = true, .prepare = prepare_record, .call = call_integer},
        {"weft_record_double", .allocates_nothing = true, .prepare = prepare_record, .call = call_double},
        {"weft_record_boolean", .allocates_nothing = true, .prepare = prepare_record, .call = call_boolean},
        {"weft_record_time_us", .allocates_nothing = true, .prepare = prepare_record, .call = call_time_us},
        {"weft_record_partner_count", .allocates_nothing = true, .prepare = prepare_record, .call = call_partner_count},
        {"weft_record_partner", .allocates_nothing = true, .prepare = prepare_record, .call = call_partner},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}

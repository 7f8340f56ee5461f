/* Requests and link changes made by functions. A builder remembers that memory ran out, and its text tells it. */
#include "base/fail.h"
#include "exhaust/exhaust.h"

static weft_code prepare_query(exhaust *e)
{
    e->query = weft_query_builder_new(&e->alloc.allocator, "product");
    return e->query ? WEFT_OK : WEFT_NO_MEMORY;
}

/* The failure that a function before remembered. */
static weft_code tell_query(exhaust *e, weft_error *error)
{
    exhaust_relieve(e);
    return weft_query_builder_text(e->query, &e->out.text, error);
}

static weft_code call_query_new(exhaust *e, weft_error *error)
{
    e->query = weft_query_builder_new(&e->alloc.allocator, "product");
    return e->query ? tell_query(e, error) : weft_fail_no_memory(error);
}

static weft_code call_query_free(exhaust *e, weft_error *error)
{
    (void)error;
    weft_query_builder_free(e->query);
    e->query = NULL;
    return WEFT_OK;
}

/* Longer than what a builder has room for from the start. */
static const char long_name[] =
    "a_name_that_is_longer_than_most_names_are_so_that_room_must_be_made_for_it_again_and_again_"
    "a_name_that_is_longer_than_most_names_are_so_that_room_must_be_made_for_it_again_and_again_"
    "a_name_that_is_longer_than_most_names_are_so_that_room_must_be_made_for_it_again_and_again";

static weft_code call_field(exhaust *e, weft_error *error)
{
    weft_query_builder_field(e->query, long_name);
    return tell_query(e, error);
}

static weft_code call_filter(exhaust *e, weft_error *error)
{
    weft_query_builder_filter(e->query, "title", "$eq", weft_value_text(long_name));
    return tell_query(e, error);
}

static weft_code call_filter_list(exhaust *e, weft_error *error)
{
    const weft_value values[] = {weft_value_integer(1), weft_value_text(long_name), weft_value_json("[1]")};
    weft_query_builder_filter_list(e->query, "title", "$in", values, 3);
    return tell_query(e, error);
}

static weft_code call_group_open(exhaust *e, weft_error *error)
{
    weft_query_builder_open(e->query, "$or");
    exhaust_relieve(e);
    weft_query_builder_close(e->query);
    return tell_query(e, error);
}

static weft_code prepare_group(exhaust *e)
{
    WEFT_TRY(prepare_query(e));
    for (int i = 0; i < 56; i++) {
        weft_query_builder_open(e->query, "$and");
    }
    return WEFT_OK;
}

static weft_code call_group_close(exhaust *e, weft_error *error)
{
    for (int i = 0; i < 56; i++) {
        weft_query_builder_close(e->query);
    }
    return tell_query(e, error);
}

static weft_code call_order(exhaust *e, weft_error *error)
{
    weft_query_builder_order(e->query, long_name, true);
    return tell_query(e, error);
}

static weft_code call_skip(exhaust *e, weft_error *error)
{
    weft_query_builder_skip(e->query, 10);
    return tell_query(e, error);
}

static weft_code call_take(exhaust *e, weft_error *error)
{
    weft_query_builder_take(e->query, 10);
    return tell_query(e, error);
}

static weft_code call_after(exhaust *e, weft_error *error)
{
    weft_query_builder_after(e->query, long_name);
    return tell_query(e, error);
}

static weft_code call_query_text(exhaust *e, weft_error *error)
{
    return weft_query_builder_text(e->query, &e->out.text, error);
}

static weft_code prepare_links(exhaust *e)
{
    e->links = weft_link_builder_new(&e->alloc.allocator);
    return e->links ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code prepare_pair(exhaust *e)
{
    WEFT_TRY(prepare_links(e));
    weft_link_builder_pair(e->links, "link", weft_value_text("p0"), weft_value_text("t0"));
    return WEFT_OK;
}

static weft_code tell_links(exhaust *e, weft_error *error)
{
    exhaust_relieve(e);
    return weft_link_builder_text(e->links, &e->out.text, error);
}

static weft_code call_links_new(exhaust *e, weft_error *error)
{
    e->links = weft_link_builder_new(&e->alloc.allocator);
    return e->links ? WEFT_OK : weft_fail_no_memory(error);
}

static weft_code call_links_free(exhaust *e, weft_error *error)
{
    (void)error;
    weft_link_builder_free(e->links);
    e->links = NULL;
    return WEFT_OK;
}

static weft_code call_pair(exhaust *e, weft_error *error)
{
    weft_link_builder_pair(e->links, long_name, weft_value_text("p0"), weft_value_text(long_name));
    return tell_links(e, error);
}

static weft_code call_data(exhaust *e, weft_error *error)
{
    weft_link_builder_data(e->links, long_name, weft_value_text(long_name));
    return tell_links(e, error);
}

static weft_code call_links_text(exhaust *e, weft_error *error)
{
    return weft_link_builder_text(e->links, &e->out.text, error);
}

exhaust_table exhaust_build_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_query_builder_new", .call = call_query_new},
        {"weft_query_builder_free", .allocates_nothing = true, .prepare = prepare_query, .call = call_query_free},
        {"weft_query_builder_field", .prepare = prepare_query, .call = call_field},
        {"weft_query_builder_filter", .prepare = prepare_query, .call = call_filter},
        {"weft_query_builder_filter_list", .prepare = prepare_query, .call = call_filter_list},
        {"weft_query_builder_open", .prepare = prepare_query, .call = call_group_open},
        {"weft_query_builder_close", .prepare = prepare_group, .call = call_group_close},
        {"weft_query_builder_order", .prepare = prepare_query, .call = call_order},
        {"weft_query_builder_skip", .prepare = prepare_query, .call = call_skip},
        {"weft_query_builder_take", .prepare = prepare_query, .call = call_take},
        {"weft_query_builder_after", .prepare = prepare_query, .call = call_after},
        {"weft_query_builder_text", .prepare = prepare_query, .call = call_query_text},
        {"weft_link_builder_new", .call = call_links_new},
        {"weft_link_builder_free", .allocates_nothing = true, .prepare = prepare_links, .call = call_links_free},
        {"weft_link_builder_pair", .prepare = prepare_links, .call = call_pair},
        {"weft_link_builder_data", .prepare = prepare_pair, .call = call_data},
        {"weft_link_builder_text", .prepare = prepare_pair, .call = call_links_text},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}

/* Any bytes as a graph request and as link changes: parsing and resolving never crash, errors are told properly, and
 * what was resolved can be printed. */
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "query/query.h"
#include "unit/query/shop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An order ends with the primary key, and to-one edges are not paged. */
static void check_selection(const weft_selection *selection)
{
    WEFT_CHECK(selection->output_count > 0 && selection->order_count > 0);
    WEFT_CHECK(!selection->edge || selection->edge->is_list || (!selection->has_take && !selection->has_skip));
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        WEFT_CHECK((output->kind == WEFT_OUTPUT_EDGE) == (output->selection != NULL));
        WEFT_CHECK((output->kind == WEFT_OUTPUT_FIELD) <= (output->field != NULL));
        if (output->selection) {
            check_selection(output->selection);
        }
    }
}

static void check_error(weft_code code, const weft_error *error)
{
    WEFT_CHECK(code == error->code && code != WEFT_OK && code != WEFT_MISUSE && code != WEFT_NO_MEMORY);
    WEFT_CHECK(strpbrk(error->message, "\n\r\033") == NULL && strpbrk(error->where, "\n\r\033") == NULL);
    WEFT_CHECK(error->message[0] != '\0' && memchr(error->where, '\0', sizeof(error->where)) != NULL);
}

static void try_request(weft_str text, weft_arena *keep, weft_arena *scratch)
{
    weft_error error = {0};
    weft_request *request = NULL;
    weft_query *query = NULL;
    const weft_catalog *shop = test_shop_make(keep);
    WEFT_CHECK(shop != NULL);
    weft_code code = weft_request_parse(text, NULL, keep, &request, &error);
    if (code == WEFT_OK) {
        code =
            weft_query_resolve(&(weft_query_input){.catalog = shop, .request = request}, keep, scratch, &query, &error);
    }
    if (code != WEFT_OK) {
        check_error(code, &error);
        WEFT_CHECK(query == NULL);
    } else {
        weft_buf printed;
        weft_buf_init_arena(&printed, scratch);
        weft_query_print(query, scratch, &printed);
        WEFT_CHECK(!printed.failed && printed.len > 0);
        check_selection(query->root);
    }
    weft_request_done(request);
}

static void try_changes(weft_str text, weft_arena *keep)
{
    weft_error error = {0};
    weft_link_changes *changes = NULL;
    const weft_code code = weft_link_changes_parse(text, NULL, keep, &changes, &error);
    if (code != WEFT_OK) {
        check_error(code, &error);
        return;
    }
    for (size_t i = 0; i < changes->count; i++) {
        WEFT_CHECK(changes->items[i].ends[0].value && changes->items[i].ends[1].value);
    }
    weft_link_changes_done(changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const weft_str text = {(const char *)data, size};
    weft_arena keep;
    weft_arena scratch;
    weft_arena_init(&keep, NULL, 0);
    weft_arena_init(&scratch, NULL, 0);
    try_request(text, &keep, &scratch);
    try_changes(text, &keep);
    weft_arena_done(&scratch);
    weft_arena_done(&keep);
    return 0;
}

/* Any bytes as the target of a request, as a header's value and as all its headers: reading never crashes, a refusal is
 * told properly, and what was understood is JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "server/framing.h"
#include "server/key.h"
#include "server/listing.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/route.h"
#include "tests/server/shop_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(weft_code code, const weft_error *error)
{
    WEFT_CHECK(code == error->code && code != WEFT_OK && code != WEFT_MISUSE && code != WEFT_NO_MEMORY);
    WEFT_CHECK(error->message[0] != '\0' && strpbrk(error->message, "\n\r\033") == NULL);
    json_t *message = json_string(error->message);
    WEFT_CHECK(message != NULL);
    json_decref(message);
}

static void check_json(const server_text *text)
{
    json_t *value = json_loadb(text->data, text->len, JSON_DECODE_INT_AS_REAL, NULL);
    WEFT_CHECK(json_is_object(value));
    json_decref(value);
}

static void try_listing(const server_schema *schema, const server_target *target, size_t model)
{
    weft_error error = {0};
    server_text request = {0};
    const server_listing listing = {.schema = schema,
                                    .entity = json_array_get(schema->entities, model),
                                    .target = target,
                                    .is_one = target->segment_count > 1};
    const weft_code code = server_listing_request(&listing, &request, &error);
    if (code != WEFT_OK) {
        check_error(code, &error);
    } else {
        check_json(&request);
    }
    server_text_done(&request);
}

static void try_key(const server_schema *schema, const char *key, size_t model)
{
    weft_error error = {0};
    server_text condition = {0};
    const weft_code code = server_key_condition(json_array_get(schema->entities, model), key, &condition, &error);
    if (code != WEFT_OK) {
        check_error(code, &error);
    } else {
        check_json(&condition);
    }
    server_text_done(&condition);
}

static void try_target(const server_schema *schema, const char *text)
{
    weft_error error = {0};
    server_target target;
    const weft_code code = server_target_read(&target, text, &error);
    if (code != WEFT_OK) {
        check_error(code, &error);
    }
    for (size_t model = 0; code == WEFT_OK && model < 3; model++) {
        json_t *found = NULL;
        try_listing(schema, &target, model);
        if (target.segment_count > 0) {
            (void)server_schema_model(schema, target.segments[0], &found, &error);
            try_key(schema, target.segments[target.segment_count - 1], model);
            (void)server_route_fits("/[a]/b/[c]", &target);
        }
    }
    server_target_done(&target);
}

static void try_headers(const char *text)
{
    (void)server_prefers_no_count(text);
    (void)server_accepts(text, "application/x-ndjson", "application/json");
    (void)server_accepts_gzip(text);
    (void)server_has_tag(text, "W/\"0\"");
    WEFT_CHECK(!server_is_traceparent(text) || strlen(text) == 55);
    WEFT_CHECK(!server_is_request_id(text) || strlen(text) < 80);
    if (server_route_check(text, NULL) == WEFT_OK) {
        WEFT_CHECK(server_route_is_same(text, text) && server_route_param_count(text) <= SERVER_SEGMENTS_MAX);
    }
}

/* The bytes as lines of headers: what may stand has one length at most, and no line hides in another. */
static void try_framing(const char *data, size_t size)
{
    server_framing framing = {0};
    weft_error error = {0};
    for (size_t at = 0; at < size;) {
        const char *end = memchr(data + at, '\n', size - at);
        const size_t len = end ? (size_t)(end - data) - at : size - at;
        const char *colon = memchr(data + at, ':', len);
        const size_t name_len = colon ? (size_t)(colon - data) - at : len;
        const char *value = colon ? colon + 1 : "";
        server_framing_add(&framing, data + at, name_len, value, colon ? len - name_len - 1 : 0);
        at += len + 1;
    }
    const weft_code code = server_framing_end(&framing, size % 2 == 0, &error);
    if (code != WEFT_OK) {
        check_error(code, &error);
    } else {
        WEFT_CHECK(framing.lengths + framing.encodings <= 1 && framing.hosts <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    WEFT_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    server_schema schema = test_schema_make();
    try_target(&schema, text);
    try_headers(text);
    try_framing(text, size);
    server_schema_done(&schema);
    free(text);
    return 0;
}

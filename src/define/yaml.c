/* libyaml's events made into a tree. Recursion is bounded by WEFT_YAML_DEPTH_MAX.
 *
 * JSON is checked by jansson first, so that broken JSON is told as JSON, and then read as YAML, of which it is a part:
 * that keeps the places. The one thing libyaml does not know, surrogate pairs in \u escapes, is rewritten before. */
#include "define/node.h"

#include <jansson.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

typedef struct reading {
    weft_workshop *shop;
    const weft_file *file;
    yaml_parser_t parser;
} reading;

typedef WEFT_VEC(weft_entry) entry_list;

/* Reported: the tree is given up. Not a public code; only told apart from WEFT_OK inside this file. */
#define GIVEN_UP WEFT_INVALID_DEFINITION

static weft_place place_of(const reading *self, yaml_mark_t mark)
{
    return (weft_place){self->file, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
}

static weft_code refuse(reading *self, yaml_mark_t mark, const char *message)
{
    (void)weft_problem(self->shop, place_of(self, mark), WEFT_INVALID_DEFINITION, "%s", message);
    return GIVEN_UP;
}

static weft_code fail_parser(reading *self)
{
    const yaml_parser_t *parser = &self->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        return WEFT_NO_MEMORY;
    }
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_READER_ERROR) {
        mark = parser->mark;
    }
    weft_error *error = weft_problem(self->shop,
                                     place_of(self, mark),
                                     WEFT_INVALID_DEFINITION,
                                     "the file is not %s: %s",
                                     self->file->is_json ? "JSON that can be read" : "YAML",
                                     parser->problem ? parser->problem : "it cannot be parsed");
    if (parser->context) {
        weft_error_set_detail(
            error, "It happened %s, which began on line %zu.", parser->context, parser->context_mark.line + 1);
    }
    return GIVEN_UP;
}

static weft_code next_event(reading *self, yaml_event_t *event)
{
    return yaml_parser_parse(&self->parser, event) ? WEFT_OK : fail_parser(self);
}

static weft_code read_node(reading *self, const yaml_event_t *event, size_t depth, weft_node **ret_node);

static weft_code check_plain_features(reading *self,
                                      yaml_mark_t mark,
                                      const yaml_char_t *anchor,
                                      const yaml_char_t *tag)
{
    if (anchor) {
        return refuse(self, mark, "anchors are not allowed in definitions");
    }
    return tag ? refuse(self, mark, "tags are not allowed in definitions") : WEFT_OK;
}

static weft_code read_scalar(reading *self, const yaml_event_t *event, weft_node *node)
{
    WEFT_TRY(check_plain_features(self, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag));
    const weft_str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    if (memchr(text.data, '\0', text.len)) {
        return refuse(self, event->start_mark, "a text in a definition cannot hold the character NUL");
    }
    node->kind = WEFT_NODE_SCALAR;
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = weft_str_copy(self->shop->keep, text);
    return node->text.data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* Read events up to the end of a list or map. `keys` is NULL for a list. */
static weft_code read_entry(reading *self, const yaml_event_t *first, size_t depth, weft_map *keys, entry_list *list)
{
    weft_entry entry = {.value = NULL};
    if (!keys) {
        WEFT_TRY(read_node(self, first, depth, &entry.value));
        return weft_vec_push(self->shop->scratch, list, entry) ? WEFT_OK : WEFT_NO_MEMORY;
    }
    weft_node *key = NULL;
    WEFT_TRY(read_node(self, first, depth, &key));
    if (key->kind != WEFT_NODE_SCALAR) {
        return refuse(self, first->start_mark, "a key must be a text");
    }
    entry.key = (weft_word){key->text, key->place};
    yaml_event_t event;
    WEFT_TRY(next_event(self, &event));
    const weft_code code = read_node(self, &event, depth, &entry.value);
    yaml_event_delete(&event);
    WEFT_TRY(code);
    const weft_node *before = weft_map_get(keys, key->text);
    if (before) {
        weft_error *error = weft_problem(
            self->shop, key->place, WEFT_DUPLICATE_KEY, "the key \"%.*s\" stands here twice", WEFT_STR_ARG(key->text));
        weft_error_set_detail(error, "It is also on line %u.", before->place.line);
        return WEFT_OK;
    }
    if (!weft_map_set(keys, key->text, key)) {
        return WEFT_NO_MEMORY;
    }
    return weft_vec_push(self->shop->scratch, list, entry) ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_entries(reading *self, yaml_event_type_t end, size_t depth, weft_node *node)
{
    entry_list list = {0};
    weft_map keys;
    weft_map_init(&keys, self->shop->scratch);
    for (bool is_done = false; !is_done;) {
        yaml_event_t event;
        WEFT_TRY(next_event(self, &event));
        is_done = event.type == end;
        const weft_code code =
            is_done ? WEFT_OK : read_entry(self, &event, depth, node->kind == WEFT_NODE_MAP ? &keys : NULL, &list);
        yaml_event_delete(&event);
        WEFT_TRY(code);
    }
    node->entries = list.items;
    node->entry_count = list.count;
    return WEFT_OK;
}

static weft_code read_collection(reading *self, const yaml_event_t *event, size_t depth, weft_node *node)
{
    const bool is_map = event->type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *anchor = is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    const yaml_char_t *tag = is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    WEFT_TRY(check_plain_features(self, event->start_mark, anchor, tag));
    if (depth == WEFT_YAML_DEPTH_MAX) {
        weft_error *error = weft_problem(
            self->shop, place_of(self, event->start_mark), WEFT_LIMIT_EXCEEDED, "the definition is nested too deeply");
        weft_error_set_detail(error, "At most %d levels are read.", WEFT_YAML_DEPTH_MAX);
        return GIVEN_UP;
    }
    node->kind = is_map ? WEFT_NODE_MAP : WEFT_NODE_LIST;
    return read_entries(self, is_map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT, depth + 1, node);
}

static weft_code read_node(reading *self, const yaml_event_t *event, size_t depth, weft_node **ret_node)
{
    weft_node *node = WEFT_ARENA_NEW(self->shop->scratch, weft_node);
    if (!node) {
        return WEFT_NO_MEMORY;
    }
    node->place = place_of(self, event->start_mark);
    if (event->type == YAML_ALIAS_EVENT) {
        return refuse(self, event->start_mark, "aliases are not allowed in definitions");
    }
    if (event->type == YAML_SCALAR_EVENT) {
        WEFT_TRY(read_scalar(self, event, node));
    } else {
        WEFT_TRY(read_collection(self, event, depth, node));
    }
    *ret_node = node;
    return WEFT_OK;
}

/* The document's content, given its first event. */
static weft_code read_content(reading *self, weft_node **ret_node)
{
    yaml_event_t event;
    WEFT_TRY(next_event(self, &event));
    const weft_code code = read_node(self, &event, 0, ret_node);
    yaml_event_delete(&event);
    return code;
}

static weft_code read_stream(reading *self, weft_node **ret_node)
{
    weft_node *node = NULL;
    for (bool is_done = false; !is_done;) {
        yaml_event_t event;
        WEFT_TRY(next_event(self, &event));
        const yaml_event_type_t type = event.type;
        const yaml_mark_t mark = event.start_mark;
        yaml_event_delete(&event);
        is_done = type == YAML_STREAM_END_EVENT;
        if (type == YAML_DOCUMENT_START_EVENT && node) {
            return refuse(self, mark, "a definition file holds one document, and here a second one starts");
        }
        WEFT_TRY(type == YAML_DOCUMENT_START_EVENT ? read_content(self, &node) : WEFT_OK);
    }
    if (!node) {
        (void)weft_problem(
            self->shop, (weft_place){self->file, 1, 1}, WEFT_INVALID_DEFINITION, "the file defines nothing");
        return GIVEN_UP;
    }
    *ret_node = node;
    return WEFT_OK;
}

/* Four hexadecimal digits, or -1. */
static long hex4(const char *digits)
{
    long value = 0;
    for (int i = 0; i < 4; i++) {
        const char byte = digits[i];
        const char letter = (char)(byte | 0x20);
        if (byte >= '0' && byte <= '9') {
            value = value * 16 + (byte - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            value = value * 16 + (letter - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

/* Bytes of the surrogate pair "\ud83d\ude00" at `text`, and the character it means; 0 when there is none. */
static size_t surrogate_pair(weft_str text, long *ret_character)
{
    if (text.len < 12 || text.data[1] != 'u' || text.data[6] != '\\' || text.data[7] != 'u') {
        return 0;
    }
    const long high = hex4(text.data + 2);
    const long low = hex4(text.data + 8);
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
        return 0;
    }
    *ret_character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

/* JSON text (known to be valid) as libyaml reads it: pairs of \u escapes become one \U escape. */
static weft_code json_as_yaml(weft_workshop *shop, weft_str text, weft_str *ret_text)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, shop->scratch);
    for (size_t at = 0; at < text.len;) {
        long character = 0;
        const bool is_escape = text.data[at] == '\\' && at + 1 < text.len;
        const size_t pair = is_escape ? surrogate_pair(weft_str_slice(text, at, text.len), &character) : 0;
        if (pair) {
            weft_buf_add_format(&buf, "\\U%08lX", (unsigned long)character);
        } else {
            weft_buf_add(&buf, text.data + at, is_escape ? 2 : 1);
        }
        at += pair ? pair : is_escape ? 2 : 1;
    }
    *ret_text = weft_buf_str(&buf);
    return buf.failed ? WEFT_NO_MEMORY : WEFT_OK;
}

/* jansson calls a text broken when the memory for a string of it could not be had: ask it for a little more. */
static bool jansson_has_no_memory(void)
{
    json_t *probe = json_string("");
    const bool is_there = probe != NULL;
    json_decref(probe);
    return !is_there;
}

static weft_code check_json(weft_workshop *shop, const weft_file *file, weft_str *text)
{
    json_error_t json_error;
    json_t *json = json_loadb(text->data ? text->data : "", text->len, 0, &json_error);
    if (!json) {
        if (json_error_code(&json_error) == json_error_out_of_memory || jansson_has_no_memory()) {
            return WEFT_NO_MEMORY;
        }
        const uint32_t line = json_error.line > 0 ? (uint32_t)json_error.line : 1;
        const uint32_t column = json_error.column > 0 ? (uint32_t)json_error.column : 1;
        /* jansson ends with "near '…'", which quotes the file. */
        const char *quote = file->is_secret ? strstr(json_error.text, " near ") : NULL;
        const int len = (int)(quote ? (size_t)(quote - json_error.text) : strlen(json_error.text));
        (void)weft_problem(shop,
                           (weft_place){file, line, column},
                           WEFT_INVALID_DEFINITION,
                           "the file is not JSON: %.*s",
                           len,
                           json_error.text);
        return GIVEN_UP;
    }
    json_decref(json);
    return json_as_yaml(shop, *text, text);
}

static weft_code read_text(reading *self, weft_str text, weft_node **ret_node)
{
    if (self->file->is_json) {
        WEFT_TRY(check_json(self->shop, self->file, &text));
    }
    if (!yaml_parser_initialize(&self->parser)) {
        return WEFT_NO_MEMORY;
    }
    yaml_parser_set_encoding(&self->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&self->parser, (const unsigned char *)(text.data ? text.data : ""), text.len);
    const weft_code code = read_stream(self, ret_node);
    yaml_parser_delete(&self->parser);
    return code;
}

weft_code weft_yaml_read(weft_workshop *shop, const weft_file *file, weft_str text, weft_node **ret_node)
{
    if (weft_str_starts_with(text, WEFT_STR("\xEF\xBB\xBF"))) {
        text = weft_str_slice(text, 3, text.len); /* a byte order mark, as some editors write it */
    }
    if (!weft_utf8_is_valid(text)) {
        (void)weft_problem(shop, (weft_place){file, 0, 0}, WEFT_INVALID_DEFINITION, "the file is not UTF-8 text");
        return WEFT_OK;
    }
    reading self = {.shop = shop, .file = file};
    const weft_code code = read_text(&self, text, ret_node);
    return code == WEFT_NO_MEMORY ? WEFT_NO_MEMORY : WEFT_OK;
}

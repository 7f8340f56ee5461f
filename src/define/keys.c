/* Table-driven reading of one object. */
#include "define/keys.h"

#define KEYS_MAX 32

weft_code weft_fail_expected(weft_workshop *shop, const weft_node *node, const char *name, const char *expected)
{
    const weft_str found = weft_node_describe(node, shop->scratch);
    (void)weft_problem(
        shop, node->place, WEFT_INVALID_DEFINITION, "\"%s\" must be %s, not %.*s", name, expected, WEFT_STR_ARG(found));
    return WEFT_OK;
}

static weft_code read_words(weft_workshop *shop, const weft_node *node, const char *name, weft_words *ret_words)
{
    if (node->kind != WEFT_NODE_LIST) {
        return weft_fail_expected(shop, node, name, "a list of texts");
    }
    weft_words words = {.is_set = true, .place = node->place};
    words.items = WEFT_ARENA_ARRAY(shop->keep, weft_word, node->entry_count);
    if (!words.items) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_node *item = node->entries[i].value;
        if (item->kind == WEFT_NODE_SCALAR && !weft_node_is_null(item)) {
            words.items[words.count++] = (weft_word){item->text, item->place};
            continue;
        }
        WEFT_TRY(weft_fail_expected(shop, item, name, "a list of texts"));
    }
    *ret_words = words;
    return WEFT_OK;
}

static weft_code read_word(weft_workshop *shop, const weft_node *node, const char *name, weft_word *ret_word)
{
    if (node->kind != WEFT_NODE_SCALAR || weft_node_is_null(node) || node->text.len == 0) {
        return weft_fail_expected(shop, node, name, "a text");
    }
    *ret_word = (weft_word){node->text, node->place};
    return WEFT_OK;
}

static weft_code read_flag(weft_workshop *shop, const weft_node *node, const char *name, weft_flag *ret_flag)
{
    bool value = false;
    if (!weft_node_as_boolean(node, &value)) {
        return weft_fail_expected(shop, node, name, "true or false");
    }
    *ret_flag = (weft_flag){true, value, node->place};
    return WEFT_OK;
}

static weft_code read_value(weft_workshop *shop, const weft_node *node, const weft_key *key, void *part)
{
    const weft_node **ret_node = part;
    switch (key->kind) {
    case WEFT_KEY_WORD:
        return read_word(shop, node, key->name, part);
    case WEFT_KEY_FLAG:
        return read_flag(shop, node, key->name, part);
    case WEFT_KEY_WORDS:
        return read_words(shop, node, key->name, part);
    case WEFT_KEY_MAP:
        if (node->kind != WEFT_NODE_MAP) {
            return weft_fail_expected(shop, node, key->name, "an object");
        }
        *ret_node = node;
        return WEFT_OK;
    case WEFT_KEY_LIST:
        if (node->kind != WEFT_NODE_LIST) {
            return weft_fail_expected(shop, node, key->name, "a list");
        }
        *ret_node = node;
        return WEFT_OK;
    case WEFT_KEY_NODE:
    default:
        *ret_node = node;
        return WEFT_OK;
    }
}

static void fail_unknown_key(
    weft_workshop *shop, const weft_word *key, const char *what, const weft_key *keys, size_t count)
{
    weft_str names[KEYS_MAX];
    for (size_t i = 0; i < count; i++) {
        names[i] = weft_str_from(keys[i].name);
    }
    weft_error *error =
        weft_problem(shop, key->place, WEFT_UNKNOWN_KEY, "\"%.*s\" is not a key of %s", WEFT_STR_ARG(key->text), what);
    weft_error_suggest(error, key->text, names, count);
    if (!error->hint[0]) {
        weft_buf list;
        weft_buf_init_arena(&list, shop->scratch);
        for (size_t i = 0; i < count; i++) {
            weft_buf_add_format(&list, "%s%s", i ? ", " : "", keys[i].name);
        }
        weft_error_set_hint(error, "Its keys are: %.*s.", WEFT_STR_ARG(weft_buf_str(&list)));
    }
}

weft_code weft_keys_read(
    weft_workshop *shop, const weft_node *node, const char *what, const weft_key *keys, size_t count, void *target)
{
    if (node->kind != WEFT_NODE_MAP) {
        const weft_str found = weft_node_describe(node, shop->scratch);
        (void)weft_problem(
            shop, node->place, WEFT_INVALID_DEFINITION, "%s must be an object, not %.*s", what, WEFT_STR_ARG(found));
        return WEFT_OK;
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_entry *entry = &node->entries[i];
        const weft_key *known = NULL;
        for (size_t k = 0; k < count && !known; k++) {
            known = weft_str_equal_text(entry->key.text, keys[k].name) ? &keys[k] : NULL;
        }
        if (!known) {
            fail_unknown_key(shop, &entry->key, what, keys, count);
        }
        if (!known || entry->value->is_broken) {
            continue;
        }
        WEFT_TRY(read_value(shop, entry->value, known, (char *)target + known->offset));
    }
    return WEFT_OK;
}

/* Expanding environment variables in the parsed weft.yaml. As in a shell, ":-" also serves a variable that is set but
 * empty. Recursion is bounded by the depth of the tree. */
#include "define/expand.h"

#include <stdlib.h>

#define NAME_BYTES_MAX 255

static const char *look_up(const weft_workshop *shop, const char *name)
{
    return shop->environment ? shop->environment->get(shop->environment->ctx, name) : getenv(name);
}

static bool is_name(weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.data[i];
        const char letter = (char)(byte | 0x20);
        const bool is_digit = byte >= '0' && byte <= '9' && i > 0;
        if (!(letter >= 'a' && letter <= 'z') && !is_digit && byte != '_') {
            return false;
        }
    }
    return text.len > 0 && text.len <= NAME_BYTES_MAX;
}

/* Append the value of "NAME" or "NAME:-default". */
static weft_code add_variable(weft_workshop *shop, weft_node *node, weft_str inside, weft_buf *buf)
{
    const size_t colon = weft_str_find(inside, ':');
    const bool has_default = colon + 1 < inside.len && inside.data[colon + 1] == '-';
    const weft_str name = weft_str_slice(inside, 0, has_default ? colon : inside.len);
    if (!is_name(name)) {
        /* What stands there is not shown: it may be a default that holds a password. */
        weft_error *error =
            weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "a \"${…}\" names no environment variable");
        weft_error_set_hint(error, "Write ${NAME} or ${NAME:-default}.");
        node->is_broken = true;
        return WEFT_OK;
    }
    const weft_str copy = weft_str_copy(shop->scratch, name);
    if (!copy.data) {
        return WEFT_NO_MEMORY;
    }
    const char *value = look_up(shop, copy.data);
    if (has_default && (!value || !value[0])) {
        weft_buf_add_str(buf, weft_str_slice(inside, colon + 2, inside.len));
    } else if (value) {
        weft_buf_add_text(buf, value);
    } else {
        weft_error *error = weft_problem(shop,
                                         node->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the environment variable \"%.*s\" is not set",
                                         WEFT_STR_ARG(name));
        weft_error_set_hint(error, "Set it, or give a default: ${%.*s:-default}.", WEFT_STR_ARG(name));
        node->is_broken = true;
    }
    return WEFT_OK;
}

static weft_code expand_text(weft_workshop *shop, weft_node *node)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, shop->keep);
    for (size_t at = 0; at < node->text.len;) {
        const weft_str rest = weft_str_slice(node->text, at, node->text.len);
        if (!weft_str_starts_with(rest, WEFT_STR("${"))) {
            weft_buf_add_char(&buf, rest.data[0]);
            at++;
            continue;
        }
        const size_t end = weft_str_find(rest, '}');
        if (end == rest.len) {
            (void)weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "\"${\" is not closed by \"}\"");
            node->is_broken = true;
            return WEFT_OK;
        }
        WEFT_TRY(add_variable(shop, node, weft_str_slice(rest, 2, end), &buf));
        at += end + 1;
    }
    if (buf.failed || !weft_buf_reserve(&buf, 0)) {
        return WEFT_NO_MEMORY;
    }
    node->text = weft_buf_str(&buf);
    return WEFT_OK;
}

weft_code weft_expand(weft_workshop *shop, weft_node *node)
{
    if (node->kind == WEFT_NODE_SCALAR) {
        return weft_str_find(node->text, '$') < node->text.len ? expand_text(shop, node) : WEFT_OK;
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        WEFT_TRY(weft_expand(shop, node->entries[i].value));
    }
    return WEFT_OK;
}

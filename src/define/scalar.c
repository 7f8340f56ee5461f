/* What a plain scalar means: the core schema of YAML 1.2, so that "yes" and "0777" hold no surprise. Quoted scalars are
 * always text. */
#include "base/utf8.h"
#include "define/node.h"

static bool is_one_of(weft_str text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (weft_str_equal_text(text, names[i])) {
            return true;
        }
    }
    return false;
}

bool weft_node_is_null(const weft_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    return node->kind == WEFT_NODE_SCALAR && node->is_plain && is_one_of(node->text, nulls, WEFT_COUNT_OF(nulls));
}

bool weft_node_as_boolean(const weft_node *node, bool *ret_value)
{
    static const char *const yes[] = {"true", "True", "TRUE"};
    static const char *const no[] = {"false", "False", "FALSE"};
    if (node->kind != WEFT_NODE_SCALAR || !node->is_plain) {
        return false;
    }
    const bool is_true = is_one_of(node->text, yes, WEFT_COUNT_OF(yes));
    if (!is_true && !is_one_of(node->text, no, WEFT_COUNT_OF(no))) {
        return false;
    }
    *ret_value = is_true;
    return true;
}

static size_t skip_sign(weft_str text)
{
    return text.len && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
}

static size_t skip_digits(weft_str text, size_t at)
{
    while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9') {
        at++;
    }
    return at;
}

bool weft_node_is_integer(const weft_node *node)
{
    if (node->kind != WEFT_NODE_SCALAR || !node->is_plain) {
        return false;
    }
    const size_t start = skip_sign(node->text);
    return start < node->text.len && skip_digits(node->text, start) == node->text.len;
}

bool weft_node_is_number(const weft_node *node)
{
    if (node->kind != WEFT_NODE_SCALAR || !node->is_plain) {
        return false;
    }
    const weft_str text = node->text;
    const size_t start = skip_sign(text);
    size_t at = skip_digits(text, start);
    size_t digits = at - start;
    if (at < text.len && text.data[at] == '.') {
        const size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        digits += at - fraction;
    }
    if (digits == 0) {
        return false;
    }
    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
        const size_t exponent = at + 1 + skip_sign(weft_str_slice(text, at + 1, text.len));
        at = skip_digits(text, exponent);
        return at > exponent && at == text.len;
    }
    return at == text.len;
}

weft_str weft_node_describe(const weft_node *node, weft_arena *scratch)
{
    bool value = false;
    if (node->kind == WEFT_NODE_LIST) {
        return WEFT_STR("a list");
    }
    if (node->kind == WEFT_NODE_MAP) {
        return WEFT_STR("an object");
    }
    if (weft_node_is_null(node)) {
        return WEFT_STR("nothing");
    }
    const weft_str shown = weft_utf8_cut(node->text, 80);
    const bool is_text = !weft_node_as_boolean(node, &value) && !weft_node_is_number(node);
    weft_str text = {NULL, 0};
    if (!is_text) {
        text = weft_str_format(scratch, "%.*s", WEFT_STR_ARG(shown));
    } else if (!node->place.file->is_secret) {
        text = weft_str_format(scratch, "the text \"%.*s\"", WEFT_STR_ARG(shown));
    }
    return text.data ? text : WEFT_STR("a text");
}

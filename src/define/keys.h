/* Reading an object of a definition into a struct by a table of its keys: unknown keys and wrong types are reported,
 * each with what was expected, what was found and the nearest right name. */
#ifndef WEFT_DEFINE_KEYS_H
#define WEFT_DEFINE_KEYS_H

#include "define/node.h"

/* true or false, or not given. */
typedef struct weft_flag {
    bool is_set;
    bool value;
    weft_place place;
} weft_flag;

/* A list of texts. */
typedef struct weft_words {
    bool is_set;
    weft_place place;
    weft_word *items;
    size_t count;
} weft_words;

typedef enum weft_key_kind {
    WEFT_KEY_WORD = 1, /* a text that is not empty → weft_word */
    WEFT_KEY_FLAG,     /* → weft_flag */
    WEFT_KEY_WORDS,    /* a list of texts → weft_words */
    WEFT_KEY_MAP,      /* an object → const weft_node * */
    WEFT_KEY_LIST,     /* a list → const weft_node * */
    WEFT_KEY_NODE      /* anything → const weft_node * */
} weft_key_kind;

typedef struct weft_key {
    const char *name;
    weft_key_kind kind;
    size_t offset; /* in the struct */
} weft_key;

/* Read `node`, called `what` in messages ("a link"), into `target`. Keys not given leave their part of it alone.
 * Reports; WEFT_NO_MEMORY. */
weft_code weft_keys_read(
    weft_workshop *shop, const weft_node *node, const char *what, const weft_key *keys, size_t count, void *target);

/* Report that `node` should have been `expected` ("a text"). `name` is the key it stands under. */
weft_code weft_fail_expected(weft_workshop *shop, const weft_node *node, const char *name, const char *expected);

#define WEFT_KEYS_READ(shop, node, what, keys, target)                                                                 \
    weft_keys_read((shop), (node), (what), (keys), WEFT_COUNT_OF(keys), (target))

#endif

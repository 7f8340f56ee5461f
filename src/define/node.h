/* A definition file as a tree of nodes that know their places. YAML and JSON alike.
 *
 * Refused, each with its place: anchors and aliases, tags, several documents in one file, keys that are no text, a key
 * twice in one map (WEFT_DUPLICATE_KEY), more than WEFT_YAML_DEPTH_MAX levels, files above WEFT_FILE_BYTES_MAX. */
#ifndef WEFT_DEFINE_NODE_H
#define WEFT_DEFINE_NODE_H

#include "define/problem.h"

#define WEFT_YAML_DEPTH_MAX 64
#define WEFT_FILE_BYTES_MAX ((size_t)1 << 20)

typedef enum weft_node_kind { WEFT_NODE_SCALAR = 1, WEFT_NODE_LIST, WEFT_NODE_MAP } weft_node_kind;

typedef struct weft_node weft_node;

typedef struct weft_entry {
    weft_word key; /* of a map; empty in a list */
    weft_node *value;
} weft_entry;

struct weft_node {
    weft_node_kind kind;
    weft_place place;
    weft_str text;       /* SCALAR */
    bool is_plain;       /* SCALAR: written without quotes, so that true, 3 and null are not text */
    bool is_broken;      /* SCALAR: its environment variable could not be had, which was reported; to be passed over */
    weft_entry *entries; /* LIST, MAP: in file order */
    size_t entry_count;
};

/* Read `text`, the content of `file`. *ret_node stays NULL when a problem was reported. WEFT_NO_MEMORY. */
weft_code weft_yaml_read(weft_workshop *shop, const weft_file *file, weft_str text, weft_node **ret_node);

/* What a plain scalar is by the rules of YAML 1.2's core schema. */
bool weft_node_is_null(const weft_node *node);
bool weft_node_as_boolean(const weft_node *node, bool *ret_value);
/* A decimal integer (an optional sign and digits) of any length. */
bool weft_node_is_integer(const weft_node *node);
/* Also true for integers; not for .inf and .nan, which no field can hold. */
bool weft_node_is_number(const weft_node *node);

/* "the text \"x\"", "a list" … what was found, for messages; in `scratch`. */
weft_str weft_node_describe(const weft_node *node, weft_arena *scratch);

#endif

/* Reading SQL that a store printed: words, names, literals and signs, comments skipped. Enough to compare a predicate
 * or a default with what was wanted and to edit a CREATE TABLE; it is no parser and judges nothing. */
#ifndef WEFT_MIGRATE_SCAN_H
#define WEFT_MIGRATE_SCAN_H

#include "migrate/maker.h"

typedef enum weft_token_kind {
    WEFT_TOKEN_END = 0,
    WEFT_TOKEN_WORD,   /* select, deleted_at */
    WEFT_TOKEN_NAME,   /* "quoted", [quoted] or `quoted` */
    WEFT_TOKEN_STRING, /* 'text', also E'text' */
    WEFT_TOKEN_NUMBER,
    WEFT_TOKEN_SIGN /* one or two characters: ( ) , = <> :: … */
} weft_token_kind;

typedef struct weft_token {
    weft_token_kind kind;
    weft_str text; /* as it stands, quotes included */
    size_t from;   /* where it begins and ends in the SQL */
    size_t to;
} weft_token;

/* The token at `*at` or after it; moves `*at` behind it. Unfinished quotes end with the text. */
weft_token weft_token_next(weft_str sql, size_t *at);

/* A word, whatever its case. */
bool weft_token_is_word(const weft_token *token, const char *word);
bool weft_token_is_sign(const weft_token *token, const char *sign);

/* What a name or string says, without its quotes; a word as it stands; the empty text once memory ran out. */
weft_str weft_token_value(const weft_token *token, weft_maker *maker);

/* True when the token is a name or a word that names `name`. */
bool weft_token_is_name(const weft_token *token, weft_str name);

#endif

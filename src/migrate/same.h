/* Is what a store printed the same as what was wanted? Stores print types, defaults and predicates in their own words;
 * only what is understood is compared, so that a table weft made never looks changed. Pure. */
#ifndef WEFT_MIGRATE_SAME_H
#define WEFT_MIGRATE_SAME_H

#include "migrate/scan.h"
#include "migrate/wanted.h"

/* `VARCHAR(255) COLLATE "C"` → `VARCHAR`: up to the length or the collation. */
weft_str weft_type_base(weft_str type);

/* Types are the same when values of the one are stored and read as the other's: text, varchar(255) and a collated text
 * are. */
bool weft_type_is_same(weft_str wanted, weft_str present);

/* Whether the default a column has is the one its field wants. */
bool weft_default_is_same(weft_maker *maker, const weft_wanted_column *column, weft_str present);

/* A default that is no constant: now(), nextval(…). */
bool weft_default_is_computed(weft_maker *maker, weft_str present);

/* The next token that carries meaning: parentheses and casts are how a store prints, not what was said. */
weft_token weft_token_next_meaning(weft_str sql, size_t *at);

/* The same but for spaces, parentheses, casts, quotes of names and case of words. */
bool weft_expression_is_same(weft_maker *maker, weft_str wanted, weft_str present);

/* The literals in an expression, in order: the values of an enum check as a store prints it. */
typedef WEFT_VEC(weft_str) weft_literals;
void weft_expression_literals(weft_maker *maker, weft_str sql, weft_literals *ret_literals);

/* True when a word or name in the expression is `name`. */
bool weft_expression_has_name(weft_str sql, weft_str name);

#endif

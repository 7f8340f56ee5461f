/* Names: the transformations Medusa applies, bit-exact (shared reference §1), pure functions into an arena. Each
 * answers a text whose `.data` is NULL when out of memory. */
#ifndef WEFT_MODEL_NAMES_H
#define WEFT_MODEL_NAMES_H

#include "base/str.h"

weft_str weft_name_snake(weft_str name, weft_arena *keep);  /* camelToSnakeCase: blogAuthor → blog_author */
weft_str weft_name_pascal(weft_str name, weft_arena *keep); /* toPascalCase: a_b → AB */
weft_str weft_name_camel(weft_str name, weft_arena *keep);  /* blog_post → blogPost */
weft_str weft_name_kebab(weft_str name, weft_arena *keep);  /* blog_posts → blog-posts */
/* pluralize 8.0.0's plural() with "info" uncountable. */
weft_str weft_name_plural(weft_str word, weft_arena *keep);
/* Every part without a trailing "_id" or "Service" (case ignored), joined by "_". */
weft_str weft_name_compose_table(const weft_str *parts, size_t count, weft_arena *keep);
/* "ProductProductBrandBrandLink" */
weft_str weft_name_compose_link(const weft_str *parts, size_t count, weft_arena *keep);
/* The DJB2 variant with JavaScript's number semantics, in hex: "29c624132", "-14833ce46". */
weft_str weft_name_hash(weft_str text, weft_arena *keep);
/* At most 58 bytes; longer names shortened with a hash. */
weft_str weft_name_compress(weft_str name, weft_arena *keep);
/* True for a name weft accepts for models, fields and stores: a letter or "_", then letters, digits, "_", at most 63
 * bytes. */
bool weft_name_is_identifier(weft_str name);
/* The same for modules, whose names may have "-" inside too. */
bool weft_name_is_module(weft_str name);

#endif

/* Callbacks that serve a module out of an SQLite file: once doing all they are told (conditions, order, pages), once
 * nothing of it. */
#ifndef WEFT_TESTS_PROPERTY_SERVED_H
#define WEFT_TESTS_PROPERTY_SERVED_H

#include "base/str.h"
#include "model/catalog.h"
#include "weft/define.h"

typedef struct served served;

/* The callbacks of all tables of `module` as `catalog` has them; the file holds them under the same names. NULL when
 * out of memory. `catalog` is not needed later, `path` is copied. */
served *served_new(const weft_catalog *catalog, weft_str module, const char *path, bool is_plain);
const weft_definition_set *served_set(const served *s);
/* NULL is fine. No engine may use it any more. */
void served_free(served *s);

#endif

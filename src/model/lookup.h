/* The catalog's map of entity names: one name may mean several models (the same model name in two modules), so a value
 * is a chain. Filled by define/, read by weft_catalog_entity. */
#ifndef WEFT_MODEL_LOOKUP_H
#define WEFT_MODEL_LOOKUP_H

#include "model/catalog.h"

typedef struct weft_entity_name weft_entity_name;
struct weft_entity_name {
    const weft_model *model;
    const weft_entity_name *next; /* another model of that name, or NULL */
};

/* Add `model` under `name`; adding the same model twice is fine. `name` is borrowed. False when out of memory. */
bool weft_entity_map_add(weft_map *map, weft_arena *keep, weft_str name, const weft_model *model);

#endif

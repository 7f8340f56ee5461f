/* A world: a random project with random records, known here in plain arrays, apart from everything weft makes of it.
 *
 * An entity is a model, a link's table or a many-to-many relation's pivot; an edge says by which fields two entities
 * meet, perhaps through a third. */
#ifndef WEFT_TESTS_PROPERTY_WORLD_H
#define WEFT_TESTS_PROPERTY_WORLD_H

#include "property/cells.h"

#define WORLD_FIELDS_MAX   16
#define WORLD_EDGES_MAX    24
#define WORLD_ENTITIES_MAX 32
#define WORLD_MODULES_MAX  4
#define WORLD_NONE         (-1)

typedef struct world_field {
    const char *name;
    weft_type type;
    bool is_nullable;
    bool is_own; /* stands in the definition file; else weft adds it */
    bool is_key; /* and is said there to be of the primary key */
} world_field;

typedef struct world_edge {
    const char *name;
    bool is_list;
    int to;
    int from_field;
    int to_field;
    int through; /* WORLD_NONE: direct */
    int through_from;
    int through_to;
} world_edge;

typedef struct world_row {
    cell cells[WORLD_FIELDS_MAX];
    bool is_deleted; /* softly */
    bool is_hidden;  /* taken away by the shrinker */
} world_row;

typedef struct world_entity {
    const char *name;
    int module; /* WORLD_NONE: a link or a pivot */
    int link;   /* number of the link, or WORLD_NONE */
    bool is_pivot;
    int owner; /* pivot: the entity whose edge `owner_edge` goes through it */
    const char *owner_edge;
    world_field fields[WORLD_FIELDS_MAX];
    int field_count;
    int keys[2]; /* the primary key's fields */
    int key_count;
    world_edge edges[WORLD_EDGES_MAX];
    int edge_count;
    const char *relations; /* text of "relations:" in the definition */
    world_row *rows;
    int row_count;
} world_entity;

typedef struct world_link {
    const char *definition; /* the file's text */
    int entity;             /* of its table; WORLD_NONE: read-only */
    int referring, field;   /* read-only: the entity whose `field` holds keys, and of whom */
    int referred;
} world_link;

typedef struct world {
    weft_arena *keep;
    weft_type tenant_type; /* of the tenants' field; 0: there are none */
    bool is_medusa;        /* link tables are named and shaped as Medusa does */
    const char *modules[WORLD_MODULES_MAX];
    int module_count;
    world_entity entities[WORLD_ENTITIES_MAX];
    int entity_count;
    world_link links[WORLD_ENTITIES_MAX];
    int link_count;
} world;

/* A whole world out of one seed. */
world *world_make(uint64_t seed, weft_arena *keep);

/* One in which most models, and some link tables, have a field WORLD_TENANT that says whose a record is. */
#define WORLD_TENANT  "tenant_id"
#define WORLD_TENANTS 2
world *world_make_tenants(uint64_t seed, weft_arena *keep);
/* What the field holds of tenant `number`, as text. */
const char *world_tenant(const world *w, int number);
/* Hide all but what exists for tenant `number`: its own records, those of models without the field, and link rows that
 * are its own and join what exists, deleted or not. WORLD_NONE: show everything. */
void world_show_tenant(world *w, int number);
/* Let no record that is shown belong to one that is hidden. */
void world_cut_belongings(world *w);

/* The definition files' text. */
const char *world_module_text(const world *w, int module);

/* The name of the first field of the primary key. */
const char *world_key_name(const world_entity *entity);
/* -1, 0, 1: by the primary key. */
int world_key_compare(const world_entity *entity, const world_row *a, const world_row *b);
/* Number of the field or edge, or WORLD_NONE. */
int world_field_find(const world_entity *entity, weft_str name);
int world_edge_find(const world_entity *entity, weft_str name);

#endif

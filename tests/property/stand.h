/* A stand: a world's project on disk with its modules placed over stores in one way, its tables made and its records
 * loaded, and an engine for each batch size. */
#ifndef WEFT_TESTS_PROPERTY_STAND_H
#define WEFT_TESTS_PROPERTY_STAND_H

#include "property/served.h"
#include "property/world.h"
#include "weft/weft.h"

#define STAND_BATCHES 3
#define STAND_ENGINES (2 * STAND_BATCHES)

typedef enum placement {
    PLACE_ONE_FILE = 0, /* every module and link in one SQLite file */
    PLACE_FILES,        /* an SQLite file a module, and one for the links */
    PLACE_ONE_SERVER,   /* everything in one PostgreSQL database */
    PLACE_MIXED,        /* modules and links over SQLite and PostgreSQL */
    PLACE_SERVED,       /* one module by callbacks that do what they are told, the rest in one SQLite file */
    PLACE_SERVED_PLAIN, /* by callbacks that only ever list everything, and a file a module */
    PLACE_COUNT
} placement;

typedef struct stand {
    placement place;
    char directory[512];
    char tables[512]; /* the project whose tables hold the records: of PLACE_SERVED another one */
    served *served;
    weft_engine *engines[STAND_ENGINES]; /* batches of 1, 7 and 1000 records, with memory as by default and with hardly
                                            any */
} stand;

const char *placement_name(placement place);
/* "batches of 7, little memory" */
const char *stand_engine_name(size_t engine);
bool placement_needs_postgres(placement place);
bool placement_is_served(placement place);

/* `directory` must exist and be empty; `postgres_urls` are two empty databases, NULL where placements need none. Learns
 * the names of the links' entry points. */
weft_code stand_open(
    stand *s, world *w, placement place, const char *directory, const char *const postgres_urls[2], weft_error *error);

/* Make the tables hold the world's records that are not hidden, and nothing else. */
weft_code stand_load(const stand *s, const world *w, weft_error *error);

void stand_close(stand *s);

#endif

/* The program of a law that holds wherever modules live: a test each for files, a server, a mix of both, and served
 * models, so that they can run beside each other. */
#ifndef WEFT_TESTS_PROPERTY_PLACEMENTS_H
#define WEFT_TESTS_PROPERTY_PLACEMENTS_H

#include "property/stand.h"

/* Check the law in these placements; `urls` are two databases for placements on servers, else NULL. Fails the test. */
typedef struct placements_law {
    void (*check)(const placement *places, size_t place_count, const char *const urls[2]);
} placements_law;

/* What main answers: of all the tests, or of the one that the first argument names (sqlite, postgres, mixed, served).
 */
int placements_run(const placements_law *law, int argc, char **argv);

/* Make the databases empty for the next world. */
void placements_empty(const char *const urls[2]);

/* WEFT_PROPERTY_SEED and its like. */
uint64_t number_from_environment(const char *name, uint64_t otherwise);

#endif

/* Memory that runs out for one thread: the program's own malloc, calloc and realloc, before glibc's. The server,
 * jansson, SQLite and libcrypto in this process all ask here. Other threads get what they ask for.
 *
 *     starve_from(nth);              the nth request of this thread and all after it fail
 *     code = the_function(…);
 *     starve_end();
 *     if (!starve_has_failed()) …    it got all it asked for
 *     … free everything …
 *     assert_int_equal(starve_live(), 0);
 */
#ifndef WEFT_TESTS_EXHAUST_STARVE_H
#define WEFT_TESTS_EXHAUST_STARVE_H

#include <stdbool.h>
#include <stddef.h>

/* From here on requests of this thread are counted, and what it gets is watched. */
void starve_from(size_t nth);

/* This thread gets what it asks for again. */
void starve_end(void);

/* The same for the thread that was told last, from another one. */
void starve_end_elsewhere(void);

/* Since starve_from was called last by any thread: whether a request failed, and how many there were. */
bool starve_has_failed(void);
size_t starve_asked(void);

/* Blocks that starved threads got and nobody has freed. */
size_t starve_live(void);

#endif

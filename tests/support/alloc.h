/* An allocator that counts, checks and fails on demand, for tests of what happens when memory runs out.
 *
 * The loop that every allocating function should pass:
 *
 *     test_alloc alloc;
 *     for (size_t nth = 1;; nth++) {
 *         test_alloc_init(&alloc, nth);
 *         code = the_function(&alloc.allocator, …);
 *         … free everything …
 *         assert_true(test_alloc_done(&alloc));       nothing leaked, every size told rightly
 *         if (!alloc.has_failed) { break; }           it got all it asked for
 *         assert_int_equal(code, WEFT_NO_MEMORY);
 *     }
 */
#ifndef WEFT_TESTS_SUPPORT_ALLOC_H
#define WEFT_TESTS_SUPPORT_ALLOC_H

#include <pthread.h>

#include "weft/types.h"

typedef struct test_alloc {
    weft_allocator allocator; /* hand out its address */
    pthread_mutex_t lock;
    size_t fail_at;     /* this request for memory and all after it fail, counted from 1; 0: none */
    size_t requests;    /* for new or more memory */
    size_t live_blocks; /* not freed yet */
    size_t live_bytes;
    size_t peak_bytes;
    bool has_failed;
    bool is_once;    /* only this request fails, those after it do not */
    bool is_misused; /* a block came back with another size than it was asked for */
} test_alloc;

void test_alloc_init(test_alloc *alloc, size_t fail_at);

/* True when everything was given back, and rightly. */
bool test_alloc_done(test_alloc *alloc);

/* Let jansson, whose allocator is the process's, use `alloc` too; NULL gives it back to the C library. Values of one
 * allocator must be freed under it. Not for tests with threads. */
void test_alloc_set_jansson(test_alloc *alloc);

#endif

/* glibc lets a program bring its own malloc and calls that one everywhere; __libc_malloc and its like are the ones it
 * replaces. Blocks got by a starved thread are kept in a table, so that it does not matter which thread frees them. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "exhaust/starve.h"

#define PUBLIC __attribute__((visibility("default")))
#define PLACES ((size_t)1 << 16)

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc's names */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static _Thread_local unsigned starved_round; /* this thread is starved while it is the round's */
static atomic_uint current_round;            /* 0: nobody is */
static atomic_uint rounds;
static atomic_size_t asked;
static atomic_size_t fail_at;
static atomic_bool has_failed;

/* Open addressing, blocks next to where they belong. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uintptr_t places[PLACES];
static atomic_size_t live;

static size_t home_of(uintptr_t block)
{
    return (size_t)((block >> 4) * 2654435761U) % PLACES;
}

static size_t find(uintptr_t block)
{
    size_t at = home_of(block);
    while (places[at] && places[at] != block) {
        at = (at + 1) % PLACES;
    }
    return at;
}

static void watch(uintptr_t block)
{
    (void)pthread_mutex_lock(&lock);
    if (atomic_load(&live) > PLACES / 2) {
        abort();
    }
    places[find(block)] = block;
    atomic_fetch_add(&live, 1);
    (void)pthread_mutex_unlock(&lock);
}

/* Those behind it that only went there because the place was taken move up. */
static void clear_place(size_t hole)
{
    places[hole] = 0;
    for (size_t at = (hole + 1) % PLACES; places[at]; at = (at + 1) % PLACES) {
        const uintptr_t block = places[at];
        places[at] = 0;
        places[find(block)] = block;
    }
}

static bool forget(uintptr_t block)
{
    if (!block || atomic_load(&live) == 0) {
        return false;
    }
    (void)pthread_mutex_lock(&lock);
    const size_t at = find(block);
    const bool is_watched = places[at] == block;
    if (is_watched) {
        clear_place(at);
        atomic_fetch_sub(&live, 1);
    }
    (void)pthread_mutex_unlock(&lock);
    return is_watched;
}

static bool is_starved(void)
{
    return starved_round != 0 && starved_round == atomic_load(&current_round);
}

/* Count the request; true when it fails. */
static bool refuse(void)
{
    if (!is_starved() || atomic_fetch_add(&asked, 1) + 1 < atomic_load(&fail_at)) {
        return false;
    }
    atomic_store(&has_failed, true);
    errno = ENOMEM;
    return true;
}

static void *watched(void *block)
{
    if (block && is_starved()) {
        watch((uintptr_t)block);
    }
    return block;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): glibc has its own names for parameters */
PUBLIC void *malloc(size_t size)
{
    return refuse() ? NULL : watched(__libc_malloc(size));
}

PUBLIC void *calloc(size_t count, size_t size)
{
    return refuse() ? NULL : watched(__libc_calloc(count, size));
}

PUBLIC void *realloc(void *block, size_t size)
{
    if (refuse()) {
        return NULL;
    }
    const uintptr_t before = (uintptr_t)block;
    const bool was_watched = forget(before);
    void *after = __libc_realloc(block, size);
    if (after && (was_watched || is_starved())) {
        watch((uintptr_t)after);
    } else if (!after && was_watched && size > 0) {
        watch(before);
    }
    return after;
}

PUBLIC void free(void *block)
{
    (void)forget((uintptr_t)block);
    __libc_free(block);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

void starve_from(size_t nth)
{
    atomic_store(&asked, 0);
    atomic_store(&fail_at, nth);
    atomic_store(&has_failed, false);
    starved_round = atomic_fetch_add(&rounds, 1) + 1;
    atomic_store(&current_round, starved_round);
}

void starve_end(void)
{
    starved_round = 0;
}

void starve_end_elsewhere(void)
{
    atomic_store(&current_round, 0);
}

bool starve_has_failed(void)
{
    return atomic_load(&has_failed);
}

size_t starve_asked(void)
{
    return atomic_load(&asked);
}

size_t starve_live(void)
{
    return atomic_load(&live);
}

/* Where something stands in a definition file, and the collector of everything that is wrong.
 *
 * Reading and building go on after a problem so that all are told at once. Functions of this room therefore answer
 * WEFT_OK when they reported a problem, and another code (NO_MEMORY) only when the work must stop. */
#ifndef WEFT_DEFINE_PROBLEM_H
#define WEFT_DEFINE_PROBLEM_H

#include "base/buf.h"
#include "base/fail.h"
#include "define/define.h"

/* One definition file. */
typedef struct weft_file {
    weft_str path;     /* relative to the project directory, "/" between names */
    weft_str absolute; /* as it is opened */
    weft_str name;     /* base name without extension */
    bool is_json;
    bool is_secret; /* holds passwords: its texts are never shown */
    uint32_t rank;  /* place in the order of files: weft.yaml, modules, links */
} weft_file;

/* 1-based; line 0 means the file as a whole. */
typedef struct weft_place {
    const weft_file *file;
    uint32_t line;
    uint32_t column;
} weft_place;

/* A text of a definition with its place; text.data NULL: not given. */
typedef struct weft_word {
    weft_str text;
    weft_place place;
} weft_word;

typedef struct weft_noted {
    weft_error error;
    weft_place place;
    size_t order; /* found as the nth: settles ties when sorting */
} weft_noted;

/* What every function of the room is given. */
typedef struct weft_workshop {
    const char *directory;
    const weft_environment *environment;
    weft_arena *keep;    /* what the catalog is made of */
    weft_arena *scratch; /* everything else */
    weft_noted *noted;   /* WEFT_DEFINE_PROBLEMS_MAX of them */
    size_t noted_count;
    size_t problem_count; /* those beyond the maximum too */
    weft_error spare;     /* written when there is no room for one more */
} weft_workshop;

/* WEFT_NO_MEMORY when memory for the problems cannot be had. */
weft_code weft_workshop_init(weft_workshop *shop,
                             const char *directory,
                             const weft_environment *environment,
                             weft_arena *keep,
                             weft_arena *scratch);

/* Report a problem; the answer is where detail and hint may be added, never NULL. */
weft_error *weft_problem(weft_workshop *shop, weft_place place, weft_code code, const char *format, ...)
    WEFT_PRINTF(4, 5);

/* Report a problem that has been put into words already, as it is but for `where`. */
void weft_problem_take(weft_workshop *shop, weft_place place, const weft_error *error);

/* The problems in order of files and lines into `ret_problems`, the first into `error` (either may be NULL). Answers
 * the code of the first, WEFT_OK when there is none. */
weft_code weft_workshop_report(weft_workshop *shop, weft_problems *ret_problems, weft_error *error);

/* "src/links/a.yaml:3:1" in `arena`, "" without a file; `.data` NULL when out of memory. */
weft_str weft_place_text(weft_place place, weft_arena *arena);

#endif

/* From files to a catalog. Spec §2.
 *
 *      bytes ─libyaml▶ nodes with places ─read▶ definitions ─build▶ catalog, or every problem with file:line:column
 *
 * JSON files are checked by jansson first (so that broken JSON is told as JSON) and then take the same road: JSON is
 * read as YAML, which keeps the places. */
#ifndef WEFT_DEFINE_DEFINE_H
#define WEFT_DEFINE_DEFINE_H

#include "model/catalog.h"
#include "weft/define.h"

/* Limits of a project: a definition file 1 MiB, 64 levels deep, 10000 files, WEFT_DEFINE_PROBLEMS_MAX problems
 * reported. */
#define WEFT_DEFINE_PROBLEMS_MAX 100

typedef struct weft_problems {
    weft_error items[WEFT_DEFINE_PROBLEMS_MAX];
    size_t count;
} weft_problems;

/* Look up an environment variable; NULL means getenv. Tests give their own. */
typedef struct weft_environment {
    const char *(*get)(void *ctx, const char *name);
    void *ctx;
} weft_environment;

/* What a project is made of. */
typedef struct weft_sources {
    const char *directory;          /* holds weft.yaml, src/modules and src/links; relative paths begin here */
    const char *project;            /* the text of a weft.yaml; then no file is read. NULL: files are */
    const weft_definition_set *set; /* definitions in C, added to those of files; may be NULL */
    const weft_environment *environment;
} weft_sources;

/* Read the project into a catalog in `keep`. Every problem goes to `problems` (in order of files and lines, then those
 * of definitions in C), the first also to `error`. WEFT_FILE_ERROR: weft.yaml is missing, or a file cannot be read.
 * WEFT_NAME_CLASH: a module is defined twice. */
weft_code weft_define(const weft_sources *sources,
                      weft_arena *keep,
                      weft_arena *scratch,
                      const weft_catalog **ret_catalog,
                      weft_problems *problems,
                      weft_error *error);

/* The same of files alone. */
weft_code weft_define_project(const char *directory,
                              const weft_environment *environment,
                              weft_arena *keep,
                              weft_arena *scratch,
                              const weft_catalog **ret_catalog,
                              weft_problems *problems,
                              weft_error *error);

#endif

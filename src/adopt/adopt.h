/* Adopting: from what a database holds to definition files that say so, and a list of what could not be said.
 *
 *      database ─read▶ present ─decide▶ modules, models, relations, links ─write▶ YAML files
 *
 * Every stage right of reading is pure. What cannot be mapped is noted, never guessed. Models are `managed: false`. */
#ifndef WEFT_ADOPT_ADOPT_H
#define WEFT_ADOPT_ADOPT_H

#include "adopt/present.h"
#include "base/buf.h"

/* "NAME=WHAT,WHAT…": a module and its tables, each WHAT a schema, a table, or what the names of tables begin with. */
typedef struct weft_adopt_options {
    const weft_str *modules; /* none: a module a schema */
    size_t module_count;
    const weft_str *keys; /* "TABLE=COLUMN,COLUMN…": what tells the rows of a view, or of a table without key, apart */
    size_t key_count;
    bool is_soft;   /* a deleted_at that may be null means soft deletion */
    bool is_medusa; /* the modules and links are MedusaJS's */
} weft_adopt_options;

typedef struct weft_adopted_file {
    weft_str path; /* in the project */
    weft_str text;
} weft_adopted_file;

typedef struct weft_adopted_note {
    weft_str table;  /* with its schema; empty: of the whole */
    weft_str column; /* or constraint; may be empty */
    weft_str text;   /* why it is not mapped, or not as one might think */
    bool is_left_out;
} weft_adopted_note;

typedef struct weft_adoption {
    const weft_adopted_file *files;
    size_t file_count;
    const weft_adopted_note *notes;
    size_t note_count;
    size_t left_out; /* notes of what is not mapped */
    size_t modules;
    size_t models;
    size_t relations; /* belongsTo, hasMany, hasOne and manyToMany */
    size_t links;
} weft_adoption;

/* Decide and write. WEFT_USAGE: an option names what is not there, or nothing that could be a name. WEFT_NO_MEMORY. */
weft_code weft_adopt(const weft_present *present,
                     const weft_adopt_options *options,
                     weft_arena *keep,
                     weft_arena *scratch,
                     const weft_adoption **ret_adoption,
                     weft_error *error);

/* {"modules":n,"models":n,"relations":n,"links":n,"files":[…],"notes":[{"table":…,"column":…,"text":…,"left_out":…}]}
 */
void weft_adoption_write_json(const weft_adoption *adoption, weft_buf *buf);

#endif

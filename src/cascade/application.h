/* A part being carried out, shared by the files that mark, remove and clear. Not for other rooms. */
#ifndef WEFT_CASCADE_APPLICATION_H
#define WEFT_CASCADE_APPLICATION_H

#include "cascade/part.h"

typedef struct weft_cascade_application {
    const weft_cascade_part *part;
    const weft_cascade_work *work;
    bool is_exact;
    weft_deletion_rows rows; /* to be written down */
} weft_cascade_application;

/* A statement that answers the rows it changed: their keys, then of a link row what is told of it. */
typedef struct weft_cascade_answers {
    const weft_model *model;
    weft_statement statement;
    size_t width;
    size_t wanted; /* rows */
} weft_cascade_answers;

/* Run it, and note each row it answers. */
weft_code weft_cascade_note_answers(weft_cascade_application *a,
                                    const weft_cascade_answers *answers,
                                    weft_error *error);

/* Clear `field` of the rows of `table` that the work says. */
weft_code weft_cascade_clear_field(weft_cascade_application *a,
                                   const weft_cascade_table *table,
                                   const weft_field *field,
                                   weft_error *error);

#endif

/* A CREATE TABLE text taken apart: its items (columns and constraints) and the parts of a column. Internal to migrate/.
 * Pure; everything borrows from the text. */
#ifndef WEFT_MIGRATE_TABLETEXT_H
#define WEFT_MIGRATE_TABLETEXT_H

#include "migrate/maker.h"
#include "migrate/scan.h"

typedef struct weft_table_item {
    weft_str text;
    bool is_constraint;
    bool is_check; /* a constraint that is a check */
    weft_str name; /* of the column, or of the constraint (may be empty); without quotes */
} weft_table_item;

typedef WEFT_VEC(weft_table_item) weft_table_items;

typedef struct weft_table_text {
    weft_table_items items;
    weft_str tail; /* behind the closing parenthesis: WITHOUT ROWID, STRICT */
} weft_table_text;

void weft_table_text_read(weft_maker *maker, weft_str sql, weft_table_text *ret_text);

typedef enum weft_part_kind {
    WEFT_PART_NONE = 0,
    WEFT_PART_NAME,
    WEFT_PART_TYPE,
    WEFT_PART_NOT_NULL,
    WEFT_PART_NULL,
    WEFT_PART_DEFAULT,
    WEFT_PART_CHECK,
    WEFT_PART_OTHER /* PRIMARY KEY, UNIQUE, COLLATE, REFERENCES, GENERATED */
} weft_part_kind;

typedef struct weft_column_part {
    weft_part_kind kind;
    weft_str text; /* with its CONSTRAINT name in front */
    weft_str name; /* of the constraint, or empty */
} weft_column_part;

typedef WEFT_VEC(weft_column_part) weft_column_parts;

/* The parts of a column's definition, in order; the first is its name. */
void weft_column_parts_read(weft_maker *maker, weft_str text, weft_column_parts *ret_parts);

/* What stands in the first parentheses of `text`. */
weft_str weft_text_in_parentheses(weft_str text);

#endif

/* The parts a wanted table is made of. Internal to the makers of wanted tables. */
#ifndef WEFT_MIGRATE_WANTED_PARTS_H
#define WEFT_MIGRATE_WANTED_PARTS_H

#include "migrate/wanted.h"

/* A column of a link table that holds one side's key. */
bool weft_is_link_key(const weft_model *model, const weft_field *field);

/* Names that fit stay as they are; longer ones are shortened as Medusa does. */
weft_str weft_fitting_name(weft_maker *maker, weft_str name);
/* "<table>_<middle><suffix>", fitting. */
weft_str weft_constraint_name(weft_maker *maker, weft_str table, weft_str middle, const char *suffix);
const weft_str *weft_field_columns(weft_maker *maker, const weft_field *const *fields, size_t count);

void weft_wanted_indexes_make(weft_maker *maker, const weft_model *model, weft_wanted_table *table);
void weft_wanted_checks_make(weft_maker *maker, const weft_model *model, weft_wanted_table *table);
void weft_wanted_foreign_keys_make(weft_maker *maker,
                                   const weft_catalog *catalog,
                                   const weft_model *model,
                                   weft_wanted_table *table);

#endif

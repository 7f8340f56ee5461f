/* A model of every field type, two link-joined neighbours, and short ways to write filters: what the tests of sql/
 * share. Made by hand, so that they need no definitions. */
#ifndef WEFT_TESTS_SQL_THINGS_H
#define WEFT_TESTS_SQL_THINGS_H

#include "sql/step.h"

/* thing: id, name, size (number?), price (bigNumber?), weight (float?), is_new (boolean?), made_at (dateTime?),
 *        data (json?), tags (array?), status (enum), deleted_at
 * note:  id, thing_id, body, rank (number), deleted_at        thing.notes, note.thing (direct)
 * tag:   id, label, deleted_at                                thing.labels through thing_tag(thing_id, tag_id,
 * position)
 */
extern const weft_model test_thing;
extern const weft_model test_note;
extern const weft_model test_tag;
extern const weft_model test_thing_tag;
extern const weft_edge test_notes;      /* thing → notes */
extern const weft_edge test_note_thing; /* note → thing */
extern const weft_edge test_labels;     /* thing → tags, through the link table */

/* Stops the test when the model has no such field. */
const weft_field *test_field(const weft_model *model, const char *name);

weft_value test_text(const char *text);
weft_value test_json(const char *text);
weft_value test_decimal(const char *text);
weft_value test_integer(int64_t integer);
weft_value test_real(double real);
weft_value test_boolean(bool boolean);
weft_value test_time(const char *text);
weft_value test_null(void);

/* Filters live in `arena`. A path is up to two keys, NULL where there is none. */
const weft_filter *test_compare(weft_arena *arena, const weft_field *field, weft_operator op, weft_value value);
const weft_filter *test_compare_many(
    weft_arena *arena, const weft_field *field, weft_operator op, const weft_value *values, size_t count);
const weft_filter *test_compare_path(
    weft_arena *arena, const char *key, const char *inner_key, weft_operator op, weft_value value);
const weft_filter *test_junction(weft_arena *arena, weft_filter_kind kind, const weft_filter *a, const weft_filter *b);
const weft_filter *test_partner(weft_arena *arena,
                                const weft_edge *edge,
                                weft_quantifier quantifier,
                                const weft_filter *child);
const weft_filter *test_count(weft_arena *arena, const weft_edge *edge, weft_operator op, int64_t number);

const weft_dialect *test_sqlite(void);
const weft_dialect *test_postgres(void);

#endif

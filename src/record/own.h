/* Records written for a caller for whom only some records exist. Not for other rooms. */
#ifndef WEFT_RECORD_OWN_H
#define WEFT_RECORD_OWN_H

#include "record/values.h"

/* Give a row the values that make it the caller's, where it has none; with `is_whole` every field is written, else only
 * those given. WEFT_CHECK_VIOLATION: it was given another value. */
weft_code weft_record_make_own(const weft_record_input *input, bool is_whole, weft_record_row *row, weft_error *error);

/* After writing: WEFT_CHECK_VIOLATION when a row belongs to a record that does not exist for the caller. */
weft_code weft_record_check_belonging(weft_session *session,
                                      const weft_model *model,
                                      const weft_record_row *rows,
                                      size_t count,
                                      weft_arena *scratch,
                                      weft_error *error);

#endif

/* What is done to damaged rows, inside a writing session; the caller commits. Not for other rooms. */
#ifndef WEFT_DOCTOR_CURES_H
#define WEFT_DOCTOR_CURES_H

#include "doctor/rows.h"

#define WEFT_QUARANTINE_TABLE "weft_quarantine"

/* Soft-delete the rows. */
weft_code weft_doctor_rows_unlink(
    weft_session *session, const weft_link *link, const weft_doctor_rows *rows, weft_arena *scratch, weft_error *error);
/* Take the rows away whole. */
weft_code weft_doctor_rows_remove(
    weft_session *session, const weft_link *link, const weft_doctor_rows *rows, weft_arena *scratch, weft_error *error);
/* Move the rows to weft_quarantine of their store: link, row_json, reason, at. The table is made when it is first
 * needed. */
weft_code weft_doctor_rows_quarantine(weft_session *session,
                                      const weft_link *link,
                                      const weft_doctor_rows *rows,
                                      const char *reason,
                                      weft_arena *scratch,
                                      weft_error *error);

/* Revive the deleted records at one side of the rows: deleted_at is taken away, nothing else. WEFT_UNIQUE_VIOLATION:
 * another record took the place of one. */
weft_code weft_doctor_ends_revive(weft_session *session,
                                  const weft_link *link,
                                  size_t side,
                                  const weft_doctor_rows *rows,
                                  weft_arena *scratch,
                                  weft_error *error);

/* Can records of this model be revived? */
static inline bool weft_doctor_can_revive(const weft_model *model)
{
    return model->is_managed && model->deleted_at != NULL;
}

#endif

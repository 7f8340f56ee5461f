/* Integrity: what is wrong with the rows of links, and putting it right. Spec §8; docs/doctor.md.
 *
 *      look     every store ─plan of migration▶ drift, tables of unknown links; ─journal▶ unfinished deletions
 *               every link table ─page by page▶ rows whose end is gone
 *                                ─groups▶ pairs that live twice, records with too many partners
 *      sure     each of them once more in fresh transactions, so that a writer at work is never taken for damage
 *      fix      once more inside the writing transaction, then the change
 *
 * Memory does not grow with rows: a page and its findings at a time, and findings are handed on, never kept. */
#ifndef WEFT_DOCTOR_DOCTOR_H
#define WEFT_DOCTOR_DOCTOR_H

#include "model/catalog.h"
#include "store/session.h"
#include "weft/weft.h"

/* `session` is the pattern of the sessions that the work opens, and is never used itself. `observer` hears how far it
 * is. The summary is filled also when the code is WEFT_FINDINGS: something was found and not fixed.
 * WEFT_UNKNOWN_LINK, WEFT_UNSUPPORTED (a read-only link keeps no rows); what `finding` answers; the stores' failures.
 */
weft_code weft_doctor_run(const weft_catalog *catalog,
                          const weft_doctor_options *options,
                          const weft_session *session,
                          const weft_observer *observer,
                          weft_doctor_summary *ret_summary,
                          weft_error *error);

#endif

/* One run of the doctor, and handing on what it finds. Not for other rooms. */
#ifndef WEFT_DOCTOR_EXAMINATION_H
#define WEFT_DOCTOR_EXAMINATION_H

#include "base/fail.h"
#include "doctor/doctor.h"
#include "json/writer.h"

#define WEFT_DOCTOR_BATCH_ROWS ((size_t)1000)

typedef struct weft_examination {
    const weft_catalog *catalog;
    const weft_doctor_options *options;
    const weft_session *pattern;
    const weft_observer *observer;
    const weft_link *only; /* NULL: everything */
    size_t batch_rows;
    uint32_t patience_ms; /* left for waiting until deletions that are at work have ended */
    weft_doctor_summary summary;
    bool is_away[WEFT_STORES_MAX]; /* by store index: could not be reached, and told so */
    size_t away_count;
    weft_arena page; /* of what is looked at now */
    weft_buf line;   /* the finding being told */
} weft_examination;

/* A session that has touched no store yet. */
void weft_examination_session(const weft_examination *examination,
                              weft_transaction transaction,
                              weft_session *ret_session);

/* What became of a finding. */
typedef enum weft_cure {
    WEFT_CURE_NONE = 0, /* nobody asked for one */
    WEFT_CURE_LEFT,     /* asked for, and this finding cannot be put right so */
    WEFT_CURE_GONE,     /* was no longer so in the writing transaction: no finding at all */
    WEFT_CURE_UNLINKED,
    WEFT_CURE_QUARANTINED,
    WEFT_CURE_RESTORED
} weft_cure;

/* One finding as a line of JSON: begin, add members, end. */
void weft_finding_begin(weft_examination *examination, const char *kind, const weft_store_def *store);
void weft_finding_add_text(weft_examination *examination, const char *key, weft_str text);
void weft_finding_add_value(weft_examination *examination, const char *key, const weft_value *value);
/* Hand it on and count it. A finding that is GONE is dropped. */
weft_code weft_finding_end(weft_examination *examination, weft_cure cure, weft_error *error);

/* The cure to tell where nothing can be done. */
static inline weft_cure weft_examination_left(const weft_examination *examination)
{
    return examination->options->fix == WEFT_DOCTOR_LOOK ? WEFT_CURE_NONE : WEFT_CURE_LEFT;
}

/* While a store is away nothing is fixed: an unfinished deletion of its own may be about what is found elsewhere. */
static inline bool weft_examination_may_fix(const weft_examination *examination)
{
    return examination->options->fix != WEFT_DOCTOR_LOOK && examination->away_count == 0;
}

/* After a step that ended with `*error`: when the reason is a store that cannot be reached, tell it as a finding, take
 * it as away from now on, and clear the error. Every other code is given back as it is. */
weft_code weft_examination_pass_over(weft_examination *examination, weft_code code, weft_error *error);

/* The checks, each in a file of its own. */
weft_code weft_doctor_check_stores(weft_examination *examination, weft_error *error);
weft_code weft_doctor_check_tables(weft_examination *examination, const weft_store_def *store, weft_error *error);
weft_code weft_doctor_check_deletions(weft_examination *examination, weft_error *error);
weft_code weft_doctor_check_ends(weft_examination *examination, const weft_link *link, weft_error *error);
weft_code weft_doctor_check_pairs(weft_examination *examination, const weft_link *link, weft_error *error);
weft_code weft_doctor_check_partners(weft_examination *examination, const weft_link *link, weft_error *error);

/* Is a deletion or a restore between its stores just now, in any of them? Waits until none is or patience ends;
 * *ret_is_quiet tells which. */
weft_code weft_doctor_wait_for_deletions(weft_examination *examination, bool *ret_is_quiet, weft_error *error);

#endif

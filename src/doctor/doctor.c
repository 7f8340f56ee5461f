/* The round: stores, tables, deletions, then each link. Where a link's tables are not there it is passed over, as that
 * has been told as drift; where a store cannot be reached, what needs it. Fails as the checks do. */
#include "doctor/examination.h"

#define PATIENCE_MS 1000

static weft_code find_link(weft_examination *examination, weft_error *error)
{
    const char *name = examination->options->link;
    if (!name) {
        return WEFT_OK;
    }
    const weft_link *link = weft_catalog_link(examination->catalog, weft_str_from(name));
    if (!link) {
        return weft_fail(error, WEFT_UNKNOWN_LINK, "no link is called \"%s\"", name);
    }
    if (link->is_read_only) {
        return weft_fail(error, WEFT_UNSUPPORTED, "link \"%s\" is read-only and keeps no rows", name);
    }
    if (!weft_link_has_rows(link)) {
        return weft_fail(error, WEFT_UNSUPPORTED, "the rows of link \"%s\" are not weft's to examine", name);
    }
    examination->only = link;
    return WEFT_OK;
}

static weft_code check_link(weft_examination *examination, const weft_link *link, weft_error *error)
{
    WEFT_TRY(weft_doctor_check_ends(examination, link, error));
    WEFT_TRY(weft_doctor_check_pairs(examination, link, error));
    return weft_doctor_check_partners(examination, link, error);
}

static weft_code check_wanted_link(weft_examination *examination,
                                   const weft_link *link,
                                   bool has_drift,
                                   weft_error *error)
{
    if (!weft_link_has_rows(link) || (examination->only && link != examination->only) ||
        examination->is_away[link->model->store->index]) {
        return WEFT_OK;
    }
    const weft_code code = check_link(examination, link, error);
    if (code == WEFT_SCHEMA_MISSING && has_drift) {
        weft_error_clear(error);
        return WEFT_OK;
    }
    return code == WEFT_OK ? WEFT_OK : weft_examination_pass_over(examination, code, error);
}

static weft_code check_links(weft_examination *examination, bool has_drift, weft_error *error)
{
    for (size_t i = 0; i < examination->catalog->link_count; i++) {
        WEFT_TRY(check_wanted_link(examination, examination->catalog->links[i], has_drift, error));
    }
    return WEFT_OK;
}

static weft_code check_tables(weft_examination *examination, weft_error *error)
{
    const weft_link *only = examination->only;
    for (size_t i = 0; i < examination->catalog->store_count; i++) {
        const weft_store_def *store = &examination->catalog->stores[i];
        if (examination->is_away[i] || (only && only->model->store != store)) {
            continue;
        }
        const weft_code code = weft_doctor_check_tables(examination, store, error);
        if (code != WEFT_OK) {
            WEFT_TRY(weft_examination_pass_over(examination, code, error));
        }
    }
    return WEFT_OK;
}

static weft_code examine(weft_examination *examination, weft_error *error)
{
    WEFT_TRY(find_link(examination, error));
    WEFT_TRY(weft_doctor_check_stores(examination, error));
    WEFT_TRY(check_tables(examination, error));
    const bool has_drift = examination->summary.found > examination->away_count;
    if (!examination->only) {
        WEFT_TRY(weft_doctor_check_deletions(examination, error));
    }
    return check_links(examination, has_drift, error);
}

static weft_code judge(const weft_doctor_summary *summary, weft_error *error)
{
    const uint64_t left = summary->found - summary->fixed;
    if (left == 0) {
        return WEFT_OK;
    }
    return weft_fail(error,
                     WEFT_FINDINGS,
                     left == 1 ? "%llu finding was not fixed" : "%llu findings were not fixed",
                     (unsigned long long)left);
}

weft_code weft_doctor_run(const weft_catalog *catalog,
                          const weft_doctor_options *options,
                          const weft_session *session,
                          const weft_observer *observer,
                          weft_doctor_summary *ret_summary,
                          weft_error *error)
{
    weft_examination examination = {.catalog = catalog,
                                    .options = options,
                                    .pattern = session,
                                    .observer = observer,
                                    .batch_rows = options->batch_rows ? options->batch_rows : WEFT_DOCTOR_BATCH_ROWS,
                                    .patience_ms = PATIENCE_MS};
    weft_error spare; /* what a step failed with must be read, also when the caller does not ask */
    weft_error_clear(&spare);
    weft_error *met = error ? error : &spare;
    weft_arena_init(&examination.page, session->allocator, 0);
    weft_buf_init(&examination.line, session->allocator);
    const weft_code code = examine(&examination, met);
    weft_buf_done(&examination.line);
    weft_arena_done(&examination.page);
    if (ret_summary && code == WEFT_OK) {
        *ret_summary = examination.summary;
    }
    return code == WEFT_OK ? judge(&examination.summary, error) : code;
}

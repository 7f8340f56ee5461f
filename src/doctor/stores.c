/* Stores that cannot be reached: each is a finding, and what needs it is passed over. Fails as the receiver of the
 * findings does, or when out of memory. */
#include "doctor/examination.h"

static weft_code tell(weft_examination *examination, size_t at, weft_error *error)
{
    weft_finding_begin(examination, "unreachable_store", &examination->catalog->stores[at]);
    weft_finding_add_text(examination, "message", weft_str_from(error->message));
    examination->is_away[at] = true;
    examination->away_count++;
    weft_error_clear(error);
    return weft_finding_end(examination, weft_examination_left(examination), error);
}

weft_code weft_examination_pass_over(weft_examination *examination, weft_code code, weft_error *error)
{
    for (size_t i = 0; code == WEFT_STORE_UNAVAILABLE && i < examination->catalog->store_count; i++) {
        const weft_str name = examination->catalog->stores[i].name;
        if (!examination->is_away[i] && weft_str_equal(name, weft_str_from(error->store))) {
            return tell(examination, i, error);
        }
    }
    return code;
}

static bool needs(const weft_examination *examination, const weft_store_def *store)
{
    const weft_link *only = examination->only;
    return !only || only->model->store == store || only->left.model->store == store ||
           only->right.model->store == store;
}

static weft_code reach(const weft_examination *examination, const weft_store_def *store, weft_error *error)
{
    weft_session session;
    weft_connection *connection = NULL;
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code = weft_session_connection(&session, store, &connection, error);
    weft_session_done(&session);
    return code;
}

weft_code weft_doctor_check_stores(weft_examination *examination, weft_error *error)
{
    for (size_t i = 0; i < examination->catalog->store_count; i++) {
        const weft_store_def *store = &examination->catalog->stores[i];
        const weft_code code = needs(examination, store) ? reach(examination, store, error) : WEFT_OK;
        if (code != WEFT_OK) {
            WEFT_TRY(weft_examination_pass_over(examination, code, error));
        }
    }
    return WEFT_OK;
}

/* Sessions of a run, and its findings as lines of JSON. Fails as the receiver of the findings does, or when out of
 * memory. */
#include "doctor/examination.h"

void weft_examination_session(const weft_examination *examination,
                              weft_transaction transaction,
                              weft_session *ret_session)
{
    *ret_session = *examination->pattern;
    ret_session->transaction = transaction;
}

void weft_finding_begin(weft_examination *examination, const char *kind, const weft_store_def *store)
{
    weft_buf *line = &examination->line;
    weft_buf_clear(line);
    weft_buf_add_text(line, "{\"kind\":");
    weft_json_add_text(line, weft_str_from(kind));
    weft_finding_add_text(examination, "store", store->name);
}

static void add_key(weft_buf *line, const char *key)
{
    weft_buf_add_char(line, ',');
    weft_json_add_text(line, weft_str_from(key));
    weft_buf_add_char(line, ':');
}

void weft_finding_add_text(weft_examination *examination, const char *key, weft_str text)
{
    add_key(&examination->line, key);
    weft_json_add_text(&examination->line, text);
}

void weft_finding_add_value(weft_examination *examination, const char *key, const weft_value *value)
{
    add_key(&examination->line, key);
    weft_json_add_value(&examination->line, value);
}

static const char *cure_name(weft_cure cure)
{
    switch (cure) {
    case WEFT_CURE_LEFT:
        return "left";
    case WEFT_CURE_UNLINKED:
        return "unlinked";
    case WEFT_CURE_QUARANTINED:
        return "quarantined";
    case WEFT_CURE_RESTORED:
        return "restored";
    case WEFT_CURE_NONE:
    case WEFT_CURE_GONE:
        break;
    }
    return NULL;
}

weft_code weft_finding_end(weft_examination *examination, weft_cure cure, weft_error *error)
{
    if (cure == WEFT_CURE_GONE) {
        return WEFT_OK;
    }
    weft_buf *line = &examination->line;
    const char *name = cure_name(cure);
    if (name) {
        weft_finding_add_text(examination, "fix", weft_str_from(name));
    } else {
        weft_buf_add_text(line, ",\"fix\":null");
    }
    weft_buf_add_char(line, '}');
    if (line->failed) {
        return weft_fail_no_memory(error);
    }
    examination->summary.found++;
    examination->summary.fixed += cure > WEFT_CURE_GONE;
    const weft_doctor_options *options = examination->options;
    const weft_code code = options->finding ? options->finding(options->ctx, line->data, line->len) : WEFT_OK;
    return code == WEFT_OK ? WEFT_OK : weft_fail(error, code, "a finding could not be handed on");
}

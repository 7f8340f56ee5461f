/* What happened to each change, in the order of the changes, as JSON. Pure. */
#include "link/link.h"

weft_str weft_link_outcome_name(weft_link_outcome outcome)
{
    switch (outcome) {
    case WEFT_LINK_CREATED:
        return WEFT_STR("created");
    case WEFT_LINK_UPDATED:
        return WEFT_STR("updated");
    case WEFT_LINK_REVIVED:
        return WEFT_STR("revived");
    case WEFT_LINK_UNCHANGED:
        return WEFT_STR("unchanged");
    case WEFT_LINK_DISMISSED:
        return WEFT_STR("dismissed");
    case WEFT_LINK_ABSENT:
        break;
    }
    return WEFT_STR("absent");
}

void weft_link_outcome_write(const weft_link_work *work, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"link\":");
    weft_json_add_text(buf, work->link->name);
    weft_buf_add_text(buf, ",\"id\":");
    if (work->id.data) {
        weft_json_add_text(buf, work->id);
    } else {
        weft_json_add_null(buf);
    }
    weft_buf_add_text(buf, ",\"left\":");
    weft_json_add_value(buf, &work->left);
    weft_buf_add_text(buf, ",\"right\":");
    weft_json_add_value(buf, &work->right);
    weft_buf_add_text(buf, ",\"outcome\":");
    weft_json_add_text(buf, weft_link_outcome_name(work->outcome));
    weft_buf_add_char(buf, '}');
}

void weft_link_outcomes_write(const weft_link_work *works, size_t count, weft_buf *buf)
{
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_link_outcome_write(&works[i], buf);
    }
    weft_buf_add_char(buf, ']');
}

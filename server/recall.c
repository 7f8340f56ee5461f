/* Compares addresses without their key, and cuts the key out of a request. Nothing fails: what cannot be recalled is
 * written anew. */
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/recall.h"

/* Clients hold what they recall for as long as they are connected. */
#define REQUEST_BYTES_MAX 4096

static const char *query_of(const weft_call *call)
{
    const char *query = strchr(call->sent, '?');
    return query ? query + 1 : "";
}

json_t *server_recall_request(const server_recall *recall, const weft_call *call, server_text *request)
{
    if (recall->project != call->project->number || strcmp(recall->query, query_of(call)) != 0 ||
        strcmp(recall->plural, weft_call_path_value(call, "plural")) != 0) {
        return NULL;
    }
    server_text_add(request, recall->before.data, recall->before.len);
    server_text_json(request, weft_call_path_value(call, "id"));
    server_text_add(request, recall->behind.data, recall->behind.len);
    return recall->entity;
}

void server_recall_done(server_recall *recall)
{
    free(recall->plural);
    free(recall->query);
    server_text_done(&recall->before);
    server_text_done(&recall->behind);
    *recall = (server_recall){.project = 0};
}

/* Where the text of the key stands in `condition`, {"id":"p1"}; NULL: it is no single text. */
static const char *find_key(const json_t *entity, const char *condition, const char *key, size_t *ret_len)
{
    const json_t *names = json_object_get(entity, "key");
    server_text text = {0};
    server_text_put(&text, "{");
    server_text_json(&text, json_string_value(json_array_get(names, 0)));
    server_text_put(&text, ":");
    const size_t at = text.len;
    server_text_json(&text, key);
    *ret_len = text.len - at;
    server_text_put(&text, "}");
    const bool is_single = !text.failed && json_array_size(names) == 1 && !strcmp(text.data, condition);
    server_text_done(&text);
    return is_single ? condition + at : NULL;
}

static bool hold(server_recall *recall, const weft_call *call)
{
    recall->plural = strdup(weft_call_path_value(call, "plural"));
    recall->query = strdup(query_of(call));
    return recall->plural && recall->query && !recall->before.failed && !recall->behind.failed;
}

void server_recall_keep(
    server_recall *recall, const weft_call *call, json_t *entity, const server_text *request, const char *condition)
{
    size_t key_len = 0;
    const char *key = find_key(entity, condition, weft_call_path_value(call, "id"), &key_len);
    server_recall_done(recall);
    if (!key || request->len > REQUEST_BYTES_MAX) {
        return;
    }
    /* Quotes of texts before it are escaped, so that the condition stands where it is found first. */
    const size_t at = (size_t)(strstr(request->data, condition) - request->data) + (size_t)(key - condition);
    server_text_add(&recall->before, request->data, at);
    server_text_add(&recall->behind, request->data + at + key_len, request->len - at - key_len);
    recall->entity = entity;
    if (hold(recall, call)) {
        recall->project = call->project->number;
    } else {
        server_recall_done(recall);
    }
}

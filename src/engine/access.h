/* Checks of a caller's rights: what they share. Not for other rooms. */
#ifndef WEFT_ENGINE_ACCESS_H
#define WEFT_ENGINE_ACCESS_H

#include "base/vec.h"
#include "engine/engine.h"
#include "model/role.h"
#include "query/uses.h"
#include "weft/access.h"

/* The view of `access` on the engine's catalog, in `keep`. WEFT_FORBIDDEN: the project has no such role. */
weft_code weft_access_view(
    const weft_engine *engine, const weft_access *access, weft_arena *keep, weft_view *ret_view, weft_error *error);

/* A check under way: what is used is marked, then held against the view. */
typedef struct weft_access_check {
    const weft_engine *engine;
    const weft_access *access;
    weft_arena arena;
    weft_view view;
    weft_uses uses;
    const weft_model *starred; /* a model of which "*" asks for too much */
    WEFT_VEC(weft_str) refused;
} weft_access_check;

/* Fails as weft_access_view, and then there is nothing to end either. WEFT_MISUSE: no engine or no access. */
weft_code weft_access_begin(weft_access_check *check,
                            const weft_engine *engine,
                            const weft_access *access,
                            weft_error *error);
void weft_access_end(weft_access_check *check);

/* Mark. False when out of memory. */
bool weft_access_use_model(weft_access_check *check, const weft_model *model);
bool weft_access_use_field(weft_access_check *check, const weft_field *field);

/* WEFT_FORBIDDEN when something marked is not shown, with all of it in *ret_refused, which may be NULL. */
weft_code weft_access_decide(weft_access_check *check, weft_text *ret_refused, weft_error *error);

#endif

/* Opens projects and passes the seat on. The lock is held for a count, never for work. */
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/openapi.h"
#include "server/project.h"

static void close_project(server_project *project)
{
    server_jwt_close(project->jwt);
    json_decref(project->access);
    server_schema_done(&project->schema);
    weft_close(project->engine);
    free(project->openapi);
    free(project);
}

static weft_code read_access(server_project *project, weft_error *error)
{
    weft_text text = {0};
    SERVER_TRY(weft_describe_access(project->engine, &text, error));
    project->access = json_loadb(text.data, text.len, 0, NULL);
    weft_text_free(&text);
    return project->access ? WEFT_OK : server_fail_no_memory(error);
}

static weft_code read_auth(server_project *project, const char *directory, weft_error *error)
{
    const json_t *jwt = json_object_get(json_object_get(project->access, "auth"), "jwt");
    return jwt ? server_jwt_open(jwt, directory, &project->jwt, error) : WEFT_OK;
}

const json_t *server_project_role(const server_project *project, const char *name)
{
    size_t at = 0;
    json_t *role = NULL;
    json_array_foreach(json_object_get(project->access, "roles"), at, role)
    {
        if (!strcmp(server_schema_text(role, "name"), name)) {
            return role;
        }
    }
    return NULL;
}

static weft_code open_project(server_project *project, const weft_options *options, weft_error *error)
{
    SERVER_TRY(weft_open(options, &project->engine, error));
    SERVER_TRY(server_schema_read(project->engine, &(weft_access){0}, &project->schema, error));
    SERVER_TRY(read_access(project, error));
    SERVER_TRY(read_auth(project, options->directory, error));
    return server_openapi_make(&project->schema, &project->openapi, error);
}

static void add_open(server_seat *seat, server_project *project)
{
    project->next = seat->open;
    project->place = &seat->open;
    if (project->next) {
        project->next->place = &project->next;
    }
    seat->open = project;
}

static void remove_open(server_project *project)
{
    *project->place = project->next;
    if (project->next) {
        project->next->place = project->place;
    }
}

weft_code server_seat_open(server_seat *seat, const weft_options *options, weft_error *error)
{
    server_project *project = calloc(1, sizeof(*project));
    if (!project) {
        return server_fail_no_memory(error);
    }
    project->uses = 1; /* the seat's own */
    const weft_code code = open_project(project, options, error);
    if (code != WEFT_OK) {
        close_project(project);
        return code;
    }
    (void)pthread_mutex_lock(&seat->lock);
    server_project *before = seat->project;
    project->number = ++seat->numbers;
    seat->project = project;
    add_open(seat, project);
    (void)pthread_mutex_unlock(&seat->lock);
    if (before) {
        server_seat_leave(seat, before);
    }
    return WEFT_OK;
}

server_project *server_seat_hold(server_seat *seat)
{
    (void)pthread_mutex_lock(&seat->lock);
    server_project *project = seat->project;
    project->uses++;
    (void)pthread_mutex_unlock(&seat->lock);
    return project;
}

void server_seat_leave(server_seat *seat, server_project *project)
{
    (void)pthread_mutex_lock(&seat->lock);
    const unsigned uses = --project->uses;
    if (uses == 0) {
        remove_open(project);
    }
    (void)pthread_mutex_unlock(&seat->lock);
    if (uses == 0) {
        close_project(project);
    }
}

void server_seat_stop(server_seat *seat)
{
    (void)pthread_mutex_lock(&seat->lock);
    for (server_project *project = seat->open; project; project = project->next) {
        weft_stop(project->engine);
    }
    (void)pthread_mutex_unlock(&seat->lock);
}

void server_seat_done(server_seat *seat)
{
    if (seat->project) {
        server_seat_leave(seat, seat->project);
        seat->project = NULL;
    }
    (void)pthread_mutex_destroy(&seat->lock);
}

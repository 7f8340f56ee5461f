/* JSON lines on stderr, each written whole by one write. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "server/call.h"
#include "server/text.h"

/* A request that has ended. */
void server_log_call(const weft_call *call);

/* Something that happened to the server: begin a line, add members, end it. Nothing is written where the log is off. */
void server_log_begin(server_text *line, const char *level, const char *event);
void server_log_text(server_text *line, const char *name, const char *value);
void server_log_error(server_text *line, const weft_error *error);
void server_log_end(const weft_server *server, server_text *line);

#endif

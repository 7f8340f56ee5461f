/* zlib does the work, at its fastest: answers are made anew each time. */
#include <stdlib.h>

#define ZLIB_CONST /* input is only read */
#include <zlib.h>

#include "server/gzip.h"

#define GZIP_WINDOW_BITS (15 + 16) /* 16 asks for gzip's envelope */
#define GZIP_MEMORY      8
#define PIECE_BYTES      ((size_t)16 * 1024)
#define INPUT_BYTES_MAX  ((size_t)1 << 30)

struct server_gzip {
    z_stream stream;
    unsigned char piece[PIECE_BYTES];
};

server_gzip *server_gzip_new(void)
{
    server_gzip *gzip = calloc(1, sizeof(*gzip));
    if (gzip &&
        deflateInit2(&gzip->stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY, Z_DEFAULT_STRATEGY) !=
            Z_OK) {
        free(gzip);
        gzip = NULL;
    }
    return gzip;
}

static void deflate_piece(server_gzip *gzip, int flush, server_text *out)
{
    do {
        gzip->stream.next_out = gzip->piece;
        gzip->stream.avail_out = sizeof(gzip->piece);
        (void)deflate(&gzip->stream, flush);
        server_text_add(out, (const char *)gzip->piece, sizeof(gzip->piece) - gzip->stream.avail_out);
    } while (gzip->stream.avail_out == 0 && !out->failed);
}

void server_gzip_add(server_gzip *gzip, const char *data, size_t len, bool is_end, server_text *out)
{
    do {
        const size_t now = len < INPUT_BYTES_MAX ? len : INPUT_BYTES_MAX;
        gzip->stream.next_in = (const Bytef *)data;
        gzip->stream.avail_in = (uInt)now;
        len -= now;
        data = data ? data + now : data;
        deflate_piece(gzip, is_end && len == 0 ? Z_FINISH : Z_NO_FLUSH, out);
    } while (len > 0 && !out->failed);
}

void server_gzip_free(server_gzip *gzip)
{
    if (gzip) {
        (void)deflateEnd(&gzip->stream);
        free(gzip);
    }
}

// zlib streams with a dictionary that both ends know, flushed piece by piece.
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "CCodecs.h"

static uInt at_most(size_t size) { return size < UINT_MAX / 2 ? (uInt)size : UINT_MAX / 2; }

void *apus_deflate_new(const uint8_t *dictionary, size_t size) {
  z_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  // A small window and little memory: headers of a stream are short, and a connection keeps this for its life.
  if (deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, 11, 4, Z_DEFAULT_STRATEGY) == Z_OK) {
    if (deflateSetDictionary(stream, dictionary, at_most(size)) == Z_OK) return stream;
    deflateEnd(stream);
  }
  free(stream);
  return NULL;
}

void apus_deflate_free(void *encoder) {
  deflateEnd(encoder);
  free(encoder);
}

int32_t apus_deflate_flush(void *encoder, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  z_stream *stream = encoder;
  uInt given = at_most(*in_size), room = at_most(*out_size);
  stream->next_in = (Bytef *)in;
  stream->avail_in = given;
  stream->next_out = out;
  stream->avail_out = room;
  int result = deflate(stream, Z_SYNC_FLUSH);
  *in_size = given - stream->avail_in;
  *out_size = room - stream->avail_out;
  return result == Z_OK || result == Z_BUF_ERROR ? APUS_CODEC_MORE : APUS_CODEC_CORRUPT;
}

void *apus_inflate_new(void) {
  z_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL || inflateInit(stream) == Z_OK) return stream;
  free(stream);
  return NULL;
}

void apus_inflate_free(void *decoder) {
  inflateEnd(decoder);
  free(decoder);
}

int32_t apus_inflate_step(void *decoder, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  z_stream *stream = decoder;
  uInt given = at_most(*in_size), room = at_most(*out_size);
  stream->next_in = (Bytef *)in;
  stream->avail_in = given;
  stream->next_out = out;
  stream->avail_out = room;
  int result = inflate(stream, Z_SYNC_FLUSH);
  *in_size = given - stream->avail_in;
  *out_size = room - stream->avail_out;
  switch (result) {
    case Z_OK:
    case Z_BUF_ERROR: return APUS_CODEC_MORE;
    case Z_STREAM_END: return APUS_CODEC_ENDED;
    case Z_NEED_DICT: return APUS_CODEC_DICTIONARY;
    default: return APUS_CODEC_CORRUPT;
  }
}

int32_t apus_inflate_set_dictionary(void *decoder, const uint8_t *dictionary, size_t size) {
  return inflateSetDictionary(decoder, dictionary, at_most(size)) == Z_OK ? APUS_CODEC_MORE : APUS_CODEC_CORRUPT;
}

// gzip by ISA-L (about 2.5 times as fast as zlib) where the host has it, else by zlib. ISA-L is looked for when the
// program runs: distributions have it as a dynamic library alone, and the program is to start without it.
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

#include "CCodecs.h"

static size_t at_most(size_t size) { return size < UINT_MAX / 2 ? size : UINT_MAX / 2; }

#if __has_include(<isa-l/igzip_lib.h>)
#include <isa-l/igzip_lib.h>

// The functions of libisal.so.2, whose number stands for the layout of its structures; NULL where it is missing.
static struct {
  void (*init)(struct inflate_state *);
  void (*reset)(struct inflate_state *);
  int (*inflate)(struct inflate_state *);
} isal;

static void find_isal(void) {
  void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return;
  void *init = dlsym(library, "isal_inflate_init"), *reset = dlsym(library, "isal_inflate_reset");
  void *inflate = dlsym(library, "isal_inflate");
  if (init == NULL || reset == NULL || inflate == NULL) return;
  *(void **)&isal.reset = reset;
  *(void **)&isal.inflate = inflate;
  *(void **)&isal.init = init;
}

static void begin(struct inflate_state *state) {
  isal.reset(state);
  state->crc_flag = ISAL_GZIP;
}

static int has_isal(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_isal);
  return isal.init != NULL;
}

static void *isal_new(void) {
  struct inflate_state *state = calloc(1, sizeof *state);
  if (state == NULL) return NULL;
  isal.init(state);
  begin(state);
  return state;
}

static int32_t isal_decode(
    struct inflate_state *state, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  uint32_t given = (uint32_t)at_most(*in_size), room = (uint32_t)at_most(*out_size);
  state->next_in = (uint8_t *)in;
  state->avail_in = given;
  state->next_out = out;
  state->avail_out = room;
  int result = isal.inflate(state);
  *in_size = given - state->avail_in;
  *out_size = room - state->avail_out;
  if (result < 0 || result == ISAL_NEED_DICT) return APUS_CODEC_CORRUPT;
  if (state->block_state != ISAL_BLOCK_FINISH) return APUS_CODEC_MORE;
  begin(state);
  return APUS_CODEC_ENDED;
}
#else
static int has_isal(void) { return 0; }
static void *isal_new(void) { return NULL; }
static int32_t isal_decode(void *state, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  (void)state, (void)in, (void)in_size, (void)out, (void)out_size;
  return APUS_CODEC_CORRUPT;
}
#endif

static z_stream *zlib_new(void) {
  z_stream *stream = calloc(1, sizeof *stream);
  // 15 is the greatest window, 16 stands for gzip alone.
  if (stream == NULL || inflateInit2(stream, 15 + 16) == Z_OK) return stream;
  free(stream);
  return NULL;
}

static int32_t zlib_decode(z_stream *stream, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  uInt given = (uInt)at_most(*in_size), room = (uInt)at_most(*out_size);
  stream->next_in = (Bytef *)in;
  stream->avail_in = given;
  stream->next_out = out;
  stream->avail_out = room;
  int result = inflate(stream, Z_NO_FLUSH);
  *in_size = given - stream->avail_in;
  *out_size = room - stream->avail_out;
  if (result == Z_STREAM_END) {
    inflateReset(stream);
    return APUS_CODEC_ENDED;
  }
  return result == Z_OK || result == Z_BUF_ERROR ? APUS_CODEC_MORE : APUS_CODEC_CORRUPT;
}

// A decoder and whose it is.
struct gzip {
  int is_isal;
  void *state;
};

void *apus_gzip_new(int32_t may_use_isal) {
  struct gzip *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) return NULL;
  decoder->is_isal = may_use_isal && has_isal();
  decoder->state = decoder->is_isal ? isal_new() : zlib_new();
  if (decoder->state != NULL) return decoder;
  free(decoder);
  return NULL;
}

void apus_gzip_free(void *pointer) {
  struct gzip *decoder = pointer;
  if (!decoder->is_isal) inflateEnd(decoder->state);
  free(decoder->state);
  free(decoder);
}

int32_t apus_gzip_decode(void *pointer, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  struct gzip *decoder = pointer;
  return decoder->is_isal ? isal_decode(decoder->state, in, in_size, out, out_size)
                          : zlib_decode(decoder->state, in, in_size, out, out_size);
}

const char *apus_gzip_library(void) { return has_isal() ? "isa-l" : "zlib"; }

// The decompressors behind opaque handles. No policy: how much may come out is the caller's to say.
#ifndef APUS_CCODECS_H
#define APUS_CCODECS_H

#include <stddef.h>
#include <stdint.h>

// How far a call came. Negative values of apus_decode are errors.
enum {
  APUS_CODEC_MORE = 0,   // give more input, or more room
  APUS_CODEC_ENDED = 1,  // one member (gzip) or frame (zstd) is complete; what follows begins anew
  APUS_CODEC_DICTIONARY = 2,  // the stream begins with a dictionary, which has to be set
  APUS_CODEC_CORRUPT = -1,
  APUS_CODEC_MEMORY = -2,  // it asks for a window greater than 128 MiB
};

// A decoder of the given format; NULL without memory. gzip is inflated by ISA-L if the host has it and it may be used.
void *_Nullable apus_gzip_new(int32_t may_use_isal);
void *_Nullable apus_zstd_new(void);
void apus_gzip_free(void *_Nonnull decoder);
void apus_zstd_free(void *_Nonnull decoder);

// Takes up to `*in_size` bytes and yields up to `*out_size`; both hold afterwards what was taken and yielded.
int32_t apus_gzip_decode(void *_Nonnull decoder, const uint8_t *_Nullable in, size_t *_Nonnull in_size,
                         uint8_t *_Nonnull out, size_t *_Nonnull out_size);
int32_t apus_zstd_decode(void *_Nonnull decoder, const uint8_t *_Nullable in, size_t *_Nonnull in_size,
                         uint8_t *_Nonnull out, size_t *_Nonnull out_size);

// zlib streams (RFC 1950) that begin with a dictionary; each piece is flushed, so that the other end can read it.
void *_Nullable apus_deflate_new(const uint8_t *_Nonnull dictionary, size_t size);
void *_Nullable apus_inflate_new(void);
void apus_deflate_free(void *_Nonnull encoder);
void apus_inflate_free(void *_Nonnull decoder);
int32_t apus_deflate_flush(void *_Nonnull encoder, const uint8_t *_Nullable in, size_t *_Nonnull in_size,
                           uint8_t *_Nonnull out, size_t *_Nonnull out_size);
int32_t apus_inflate_step(void *_Nonnull decoder, const uint8_t *_Nullable in, size_t *_Nonnull in_size,
                          uint8_t *_Nonnull out, size_t *_Nonnull out_size);
int32_t apus_inflate_set_dictionary(void *_Nonnull decoder, const uint8_t *_Nonnull dictionary, size_t size);

// The library behind gzip, looked for at the first call of this or of apus_gzip_new: "isa-l" or "zlib".
const char *_Nonnull apus_gzip_library(void);

#endif

// zstd by its own library.
#include <zstd.h>
#include <zstd_errors.h>

#include "CCodecs.h"

void *apus_zstd_new(void) {
  ZSTD_DCtx *context = ZSTD_createDCtx();
  // 2^27 is what a decoder has to take (RFC 8878, 3.1.1.1.2, recommends 8 MiB, the tools use up to 128).
  if (context != NULL) ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27);
  return context;
}

void apus_zstd_free(void *decoder) { ZSTD_freeDCtx(decoder); }

int32_t apus_zstd_decode(void *decoder, const uint8_t *in, size_t *in_size, uint8_t *out, size_t *out_size) {
  ZSTD_inBuffer input = {in, *in_size, 0};
  ZSTD_outBuffer output = {out, *out_size, 0};
  size_t result = ZSTD_decompressStream(decoder, &output, &input);
  *in_size = input.pos;
  *out_size = output.pos;
  if (result == 0) return APUS_CODEC_ENDED;
  if (!ZSTD_isError(result)) return APUS_CODEC_MORE;
  ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  int is_memory = code == ZSTD_error_frameParameter_windowTooLarge || code == ZSTD_error_memory_allocation;
  return is_memory ? APUS_CODEC_MEMORY : APUS_CODEC_CORRUPT;
}

// Terminals and pseudo terminals.
#ifndef APUS_CSHIMS_TERMINALS_H
#define APUS_CSHIMS_TERMINALS_H

#include <stdint.h>

// The kernel's struct termios, kept whole to be given back.
struct apus_terminal_mode {
  uint32_t bytes[15];
};

int64_t apus_terminal_get(int32_t fd, struct apus_terminal_mode *_Nonnull mode);
int64_t apus_terminal_set(int32_t fd, const struct apus_terminal_mode *_Nonnull mode);
void apus_terminal_make_raw(struct apus_terminal_mode *_Nonnull mode);
void apus_terminal_set_onlcr(struct apus_terminal_mode *_Nonnull mode);
void apus_terminal_clear_onlcr(struct apus_terminal_mode *_Nonnull mode);
int64_t apus_window_get(int32_t fd, uint16_t *_Nonnull rows, uint16_t *_Nonnull columns);
int64_t apus_window_set(int32_t fd, uint16_t rows, uint16_t columns);
int64_t apus_pty_unlock(int32_t fd);
int64_t apus_pty_peer(int32_t fd, int32_t flags);
int64_t apus_pty_number(int32_t fd);
int64_t apus_set_controlling_terminal(int32_t fd);

#endif

"""Faults by chance of the kernel's: each system call of a command made to fail, or the last one of its process."""

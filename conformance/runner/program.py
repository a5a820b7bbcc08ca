"""Tiny static programs that make one system call, written as bytes so that no compiler is needed."""

import platform
import struct

BASE = 0x400000
HEADER_SIZE = 64 + 56

# The program ends with the errno of the call (0 when the call succeeds), so a shell can read it from $?.


def _x86_64(number, arguments):
    code = b""
    registers = [b"\x48\xbf", b"\x48\xbe", b"\x48\xba", b"\x49\xba", b"\x49\xb8", b"\x49\xb9"]
    for opcode, value in zip(registers, arguments):
        code += opcode + struct.pack("<Q", value & 0xFFFFFFFFFFFFFFFF)
    code += b"\xb8" + struct.pack("<I", number) + b"\x0f\x05"
    code += b"\x31\xff"                          # xor edi, edi
    code += b"\x48\x3d" + struct.pack("<i", -4095)
    code += b"\x72\x04"                          # jb over the two instructions below (unsigned: no error)
    code += b"\xf7\xd8\x89\xc7"                  # neg eax; mov edi, eax
    code += b"\xb8\xe7\x00\x00\x00\x0f\x05"      # exit_group
    return code


def _aarch64(number, arguments):
    def move(register, value):
        words = []
        for shift in range(4):
            part = (value >> (16 * shift)) & 0xFFFF
            opcode = 0xD2800000 if shift == 0 else 0xF2800000
            words.append(opcode | (shift << 21) | (part << 5) | register)
        return words

    words = []
    for register, value in enumerate(arguments):
        words += move(register, value & 0xFFFFFFFFFFFFFFFF)
    words += move(8, number)
    words.append(0xD4000001)            # svc 0
    words.append(0xB13FFC1F)            # cmn x0, #4095
    words.append(0x54000062)            # b.hs to the negation: an error
    words.append(0xD2800000)            # mov x0, #0
    words.append(0x14000002)            # b over the negation
    words.append(0xCB0003E0)            # neg x0, x0
    words += move(8, 94)
    words.append(0xD4000001)            # exit_group
    return b"".join(struct.pack("<I", word) for word in words)


GENERATORS = {"x86_64": (62, _x86_64), "aarch64": (183, _aarch64)}


def number_for(numbers):
    """The call number for this machine from `{x86_64 = n, aarch64 = n}`, or the same integer for all."""
    if isinstance(numbers, int):
        return numbers
    return numbers.get(platform.machine())


def system_call_program(number, arguments):
    """Bytes of a static ELF program that makes the call and exits with its errno."""
    machine, generate = GENERATORS[platform.machine()]
    code = generate(number, arguments)
    size = HEADER_SIZE + len(code)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, BASE + HEADER_SIZE, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, BASE, BASE, size, size, 0x1000)
    return header + segment + code

// The architectures of a system call filter.

extension Seccomp {
  /// The architectures of a system call filter, by libseccomp's names (2.6.0).
  public enum Architecture: UInt8, NamedValue {
    case x86, amd64, x32, arm, aarch64, mips, mips64, mips64n32, mipsel, mipsel64, mipsel64n32, ppc, ppc64, ppc64le
    case s390, s390x, parisc, parisc64, riscv64, loongarch64, m68k, sh, sheb

    public static let names = [
      "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",
      "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32",
      "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC",
      "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH",
      "SCMP_ARCH_SHEB",
    ]

    public static var refusal: (before: String, after: String) { ("string ", " is not a valid arch for seccomp") }
  }
}

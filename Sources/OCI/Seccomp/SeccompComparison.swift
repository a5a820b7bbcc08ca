// The comparisons of system call arguments.

extension Seccomp {
  /// The comparisons of system call arguments, by libseccomp's names; its number is the raw value + 1.
  public enum Comparison: UInt8, NamedValue {
    case notEqual, less, lessOrEqual, equal, greaterOrEqual, greater, maskedEqual

    public static let names = [
      "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
    ]

    public static var refusal: (before: String, after: String) { ("string ", " is not a valid operator for seccomp") }
  }
}

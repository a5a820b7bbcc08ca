// The comparisons of system call arguments.

extension Seccomp {
  /// The comparisons of system call arguments, by libseccomp's names.
  public enum Comparison: String, NamedValue {
    case notEqual = "SCMP_CMP_NE"
    case less = "SCMP_CMP_LT"
    case lessOrEqual = "SCMP_CMP_LE"
    case equal = "SCMP_CMP_EQ"
    case greaterOrEqual = "SCMP_CMP_GE"
    case greater = "SCMP_CMP_GT"
    case maskedEqual = "SCMP_CMP_MASKED_EQ"

    public static func refusal(of name: String) -> String {
      "string \(quoted(name)) is not a valid operator for seccomp"
    }
  }
}

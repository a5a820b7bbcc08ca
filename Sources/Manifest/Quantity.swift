// Quantities of Kubernetes: 500m, 1.5, 128Mi, 1e3.

/// A quantity of Kubernetes (apimachinery's resource.Quantity), as a whole number of thousandths.
struct Quantity: Equatable, Sendable {
  let thousandths: Int64

  private static let suffixes: [(text: String, factor: Int64)] = [
    ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50),
    ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
  ]

  /// Nil for what is none, is negative, or does not fit.
  init?(_ text: String) {
    var digits = Substring(text)
    var (factor, divisor): (Int64, Int64) = (1000, 1)
    if let suffix = Self.suffixes.first(where: { text.hasSuffix($0.text) }) {
      digits = digits.dropLast(suffix.text.count)
      factor = suffix.factor.multipliedReportingOverflow(by: 1000).overflow ? 0 : suffix.factor * 1000
    } else if text.hasSuffix("m") {
      digits = digits.dropLast()
      factor = 1
    } else if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let exponent = Int(digits[digits.index(after: mark)...]), (0...15).contains(exponent) else { return nil }
      digits = digits[..<mark]
      for _ in 0..<exponent { factor *= 10 }
    }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard factor > 0, (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
      !parts[0].isEmpty, parts.last?.isEmpty == false, parts.count == 1 || parts[1].count <= 9
    else { return nil }
    for _ in 0..<(parts.count == 2 ? parts[1].count : 0) { divisor *= 10 }
    guard let value = Int64(parts.joined()) else { return nil }
    let product = value.multipliedFullWidth(by: factor)
    guard product.high == 0 || product.high < divisor else { return nil }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    // Rounded up, as Kubernetes does: less than a thousandth is one.
    self.thousandths = remainder > 0 ? quotient + 1 : quotient
  }

  /// Whole units, rounded up.
  var units: Int64 { thousandths / 1000 + (thousandths % 1000 > 0 ? 1 : 0) }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

// The parts of an ELF file that tell a static program from a dynamic one (elf(5)).

import Foundation

/// A little-endian 64-bit ELF file.
struct ElfFile {
  private let data: Data

  /// Program header types that only a dynamically linked program has.
  enum ProgramHeader: UInt64 {
    case dynamic = 2
    case interpreter = 3
  }

  init(contentsOf url: URL) throws {
    data = try Data(contentsOf: url)
    guard data.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { throw CocoaError(.fileReadCorruptFile) }
  }

  var byteCount: Int { data.count }

  /// The types of the program headers (p_type).
  var programHeaderTypes: [UInt64] {
    let start = Int(number(at: 0x20, bytes: 8))
    let size = Int(number(at: 0x36, bytes: 2))
    return (0..<Int(number(at: 0x38, bytes: 2))).map { number(at: start + $0 * size, bytes: 4) }
  }

  func has(_ header: ProgramHeader) -> Bool { programHeaderTypes.contains(header.rawValue) }

  /// The names of the symbols that are referred to but not defined, weak ones included.
  var undefinedSymbols: [String] {
    sections.filter { $0.isSymbolTable }.flatMap { table -> [String] in
      let names = sections[table.link]
      return stride(from: table.offset, to: table.offset + table.size, by: 24).compactMap { entry in
        let name = cString(at: names.offset + Int(number(at: entry, bytes: 4)))
        return number(at: entry + 6, bytes: 2) == 0 && !name.isEmpty ? name : nil
      }
    }
  }

  func contains(_ text: String) -> Bool { data.range(of: Data(text.utf8)) != nil }

  private struct Section {
    let isSymbolTable: Bool
    let offset: Int
    let size: Int
    let link: Int
  }

  private var sections: [Section] {
    let start = Int(number(at: 0x28, bytes: 8))
    return (0..<Int(number(at: 0x3c, bytes: 2))).map { index in
      let header = start + index * 64
      // SHT_SYMTAB is 2, SHT_DYNSYM is 11.
      return Section(
        isSymbolTable: [2, 11].contains(number(at: header + 4, bytes: 4)),
        offset: Int(number(at: header + 0x18, bytes: 8)), size: Int(number(at: header + 0x20, bytes: 8)),
        link: Int(number(at: header + 0x28, bytes: 4)))
    }
  }

  private func number(at offset: Int, bytes: Int) -> UInt64 {
    data[offset..<offset + bytes].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func cString(at offset: Int) -> String {
    String(decoding: data[offset...].prefix { $0 != 0 }, as: UTF8.self)
  }
}

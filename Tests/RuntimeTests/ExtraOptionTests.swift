// The options of the commands of apus-extra.

import Testing

@testable import ContainerRuntime

@Suite("The command line of update and events")
struct ExtraOptionTests {
  private func value(_ text: String) -> UpdateOptions.Value { UpdateOptions.Value(name: .memory, text: text) }

  @Test("sizes have units of 1024 in either case, with or without B and iB")
  func sizes() throws {
    let expected: [(String, Int64)] = [
      ("0", 0), ("1024", 1024), ("-1", -1), ("64M", 64 << 20), ("64m", 64 << 20), ("64MB", 64 << 20),
      ("64MiB", 64 << 20),
      ("1.5K", 1536), ("2g", 2 << 30), ("3T", 3 << 40), ("1P", 1 << 50), ("10 k", 10_240), ("7b", 7),
    ]
    for (text, size) in expected { #expect(try value(text).size() == size, "\(text)") }
    for text in ["", "M", "x", "12Q", "-2", "1..5K", "99999999999P", "1,5M", "0x10"] {
      #expect(throws: RuntimeError.self, "\(text)") { try value(text).size() }
    }
  }

  @Test("numbers are those of the kernel's types, and the message names the flag")
  func numbers() throws {
    #expect(try value("-5").signed() == -5)
    #expect(try value("18446744073709551615").unsigned() == .max)
    for text in ["-1", "18446744073709551616", "1k", ""] {
      #expect(throws: RuntimeError.self, "\(text)") { try value(text).unsigned() }
    }
    let error = #expect(throws: RuntimeError.self) { try value("many").unsigned() }
    #expect(error?.message == "invalid value for memory: parsing \"many\": invalid syntax")
  }

  private func milliseconds(_ text: String) throws -> Int64 {
    var flags = ScannedArguments()
    flags.flags = [(.interval, text)]
    return try EventOptions(id: "x", flags: flags).milliseconds()
  }

  @Test("intervals are durations as Go writes them")
  func intervals() throws {
    let expected: [(String, Int64)] = [
      ("5s", 5000), ("500ms", 500), ("1m30s", 90_000), ("1.5h", 5_400_000), ("2h3m4s5ms", 7_384_005), ("+3s", 3000),
      ("1us", 1), ("10µs", 1), (".5s", 500),
    ]
    for (text, value) in expected { #expect(try milliseconds(text) == value, "\(text)") }
    for text in ["", "5", "s", "5x", "1s-", "1m 30s", "99999999h", "1..5s"] {
      #expect(
        throws: RuntimeError.usage("invalid value \"\(text)\" for flag -interval: parse error"), "\(text)"
      ) { try milliseconds(text) }
    }
    for text in ["0", "0s", "-1s"] {
      #expect(throws: RuntimeError.usage("duration interval must be greater than 0")) { try milliseconds(text) }
    }
  }

  @Test(
    "commands of apus-extra are handed over with their words, their help too",
    arguments: ["update", "events", "mounts", "validate"])
  func handedOver(_ word: String) throws {
    let name = try #require(CommandName(word))
    #expect(CommandLine(["apus", "--root", "/x", word, "-h", "id"]).request == .extra(name, ["-h", "id"]))
    #expect(CommandLine(["apus", "help", word]).request == .extra(name, ["--help"]))
    let text = HelpText.text(of: CommandGrammar(extra: name), program: "apus")
    #expect(text.hasPrefix("NAME:\n   apus \(word) - "))
    for flag in CommandGrammar(extra: name).flags { #expect(text.contains("--" + flag.text) == !flag.isHidden) }
  }
}

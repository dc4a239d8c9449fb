import CacheBashTesting
import Foundation
import Testing

@testable import CacheBash

/// Words that agents left on a real server, found on the phone without asking it again.
@Suite(.timeLimit(.minutes(2))) struct SearchStoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  @Test func whatWasReadIsFoundOfflineAndIsGoneWithItsAccount() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: "Home")).id
    let builder = try await server.agent("builder")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await builder.patch(
      "/v1/program-state/builder",
      [
        "sessionId": "builder.auth-1",
        "contextSummary": [
          "handoffNotes": "Left for the next session: a refresh token that arrives in its last second.",
          "openQuestions": ["Should an expired refresh token answer 401 or 403?"],
          "activeWorkItems": ["日本語の説明"],
        ],
      ])
    try await phone.refresh(companion)
    _ = try await companion.refreshProgram(account: account, program: "builder")

    // The network goes: what is on the phone is searched all the same.
    server.stop()
    let found = try await companion.search(query: SearchQuery(text: "refresh tok"))
    #expect(Set(found.hits.map(\.kind)) == [.handOffNotes, .openQuestion])
    #expect(found.total == 2 && found.kinds.reduce(0) { $0 + $1.count } == 2)
    for hit in found.hits {
      #expect(hit.program == "builder" && hit.opens == .program(program: "builder"))
      let units = Array(hit.piece.utf16)
      let marked = hit.marks.map {
        String(decoding: units[Int($0.start)..<Int($0.end)], as: UTF16.self)
      }
      #expect(marked == ["refresh tok"])
    }
    let notes = try await companion.search(query: SearchQuery(text: "refresh tok", kind: .handOffNotes))
    #expect(notes.hits.map(\.kind) == [.handOffNotes])
    #expect(try await companion.search(query: SearchQuery(text: "本")).hits.map(\.kind) == [.workItem])
    #expect(try await companion.search(query: SearchQuery(text: "horoscope")).hits == [])
    #expect(found.reach.programs == 1 && found.reach.statesRead == 1)

    // It is on the disk, where else.
    try await companion.suspend()
    #expect(try phone.files(with: "refresh token") != [])
    try await companion.resume()

    // Signed out: nothing of it is found any more, and nothing of it is on the disk.
    try await companion.removeAccount(account: account)
    let after = try await companion.search(query: SearchQuery(text: "refresh tok"))
    #expect(after.hits == [] && after.total == 0 && after.kinds == [])
    try await companion.suspend()
    #expect(try phone.files(with: "refresh token") == [])
  }
}

extension Phone {
  /// The files of this phone in which these words stand.
  func files(with words: String) throws -> [String] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return try (all?.compactMap { $0 as? URL } ?? []).filter { file in
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return false }
      return try Data(contentsOf: file).range(of: Data(words.utf8)) != nil
    }.map(\.lastPathComponent)
  }
}

import CacheBashTesting
import Foundation
import Testing

@testable import CacheBash

/// An app that is put away while agents work on, and says on its return what became of them.
@Suite(.timeLimit(.minutes(2))) struct AwayStoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  @Test func whatHappenedWhileTheAppWasPutAwayIsToldOnceOnItsReturn() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    var companion = try phone.open()
    _ = try await companion.addAccount(account: server.owner(label: "Home"))
    let builder = try await server.agent("builder")
    let linter = try await server.agent("linter")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await linter.reports("linter.auth-1", "Linting", progress: 90)
    try await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).rows.count == 2)
    try await companion.suspend()

    // Nobody looks: one finishes, the other cannot go on.
    try phone.passes(seconds: 1_800, on: server)
    try await linter.patch(
      "/v1/sessions/linter.auth-1",
      ["status": "Auth package is clean", "state": "complete", "progress": 100])
    try await builder.patch(
      "/v1/sessions/builder.auth-1", ["status": "Run it now?", "state": "blocked", "progress": 45])

    // The system killed the app meanwhile; it is started anew.
    companion = try phone.open()
    try await phone.refresh(companion)
    let told = try companion.away()
    #expect(told.from > noon && told.until > noon + 1_800_000)
    #expect(told.waiting.map(\.program) == ["builder"])
    #expect(told.waiting.map(\.event) == [.waits(words: "Run it now?")])
    #expect(told.finished.map(\.program) == ["linter"])
    #expect(told.finished.map(\.event) == [.finished(words: "Auth package is clean")])
    #expect(Set(told.lanes.filter(\.eventful).map(\.program)) == ["builder", "linter"])
    #expect(told.unseen.count == 1, "nobody watched in between")

    // It was seen: the next return tells nothing of it, and who asks for the time before gets it again.
    try await companion.suspend()
    try await companion.resume()
    try phone.passes(seconds: 60, on: server)
    try await phone.refresh(companion)
    let again = try companion.away()
    #expect(again.waiting == [] && again.finished == [] && again.changed == [])
    let since = try companion.away(account: nil, since: noon)
    #expect(since.waiting.map(\.program) == ["builder"] && since.finished.map(\.program) == ["linter"])
    #expect(throws: CompanionError.NotFound) { try companion.away(account: "nobody", since: nil) }
  }
}

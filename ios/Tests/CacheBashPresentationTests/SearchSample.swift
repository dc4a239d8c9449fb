import CacheBash

/// Hits as core gives them.
extension Sample {
  static let hit = SearchHit(
    account: "home", kind: .openQuestion, program: "builder", opens: .program(program: "builder"),
    at: now - 490_000, piece: "an expired refresh token",
    marks: [HitMark(start: 11, end: 18), HitMark(start: 19, end: 22)], cutBefore: true, cutAfter: false,
    keptHere: true)

  static let alertHit = SearchHit(
    account: "home", kind: .alert, program: nil, opens: .alert(alert: "a-1"), at: nil,
    piece: "refresh the token",
    marks: [HitMark(start: 0, end: 7)], cutBefore: false, cutAfter: true, keptHere: false)

  /// A hit whose text is this and nothing else.
  static func hit(_ piece: String, _ marks: HitMark...) -> SearchHit {
    SearchHit(
      account: "home", kind: .task, program: "builder", opens: .task(task: "t-1"), at: nil, piece: piece,
      marks: marks, cutBefore: false, cutAfter: false, keptHere: false)
  }

  static let reach = SearchReach(
    programs: 13, statesRead: 4, tasks: 50, messagesSince: now - 403_200_000 - 25 * 60_000,
    questionsWhole: false)

  static func found(
    _ hits: SearchHit..., total: Int? = nil, reach: SearchReach = reach
  ) -> SearchPage {
    var kinds: [KindCount] = []
    for hit in hits where !kinds.contains(where: { $0.kind == hit.kind }) {
      kinds.append(
        KindCount(kind: hit.kind, count: UInt32(hits.filter { $0.kind == hit.kind }.count)))
    }
    return SearchPage(
      hits: hits, offset: 0, total: UInt32(total ?? hits.count), kinds: kinds, now: now,
      reach: reach)
  }
}

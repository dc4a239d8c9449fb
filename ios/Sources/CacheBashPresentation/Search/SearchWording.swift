import CacheBash

/// From core's page of hits to what the screen draws. Pure: labels in, words out.
extension SearchState {
  /// Before anything was typed.
  static let nothingTyped = SearchState(
    hint: Words.howToSearch, kinds: [], hits: [], more: nil, reach: nil)

  /// Where it could not be looked for: what was found before belongs to other words.
  static let nothingKnown = SearchState(hint: nil, kinds: [], hits: [], more: nil, reach: nil)

  /// What was found. `chosen` is the kind that was asked for; accounts are named where there are two or more.
  public init(_ page: SearchPage, chosen: HitKind?, accounts: [Account], labels: Labels) {
    let names = Dictionary(accounts.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    let all = page.kinds.reduce(0) { $0 + Int($1.count) }
    let hidden = Int(page.total) - Int(page.offset) - page.hits.count
    let kinds = page.kinds.map { counted in
      HitKindState(
        kind: counted.kind,
        label: Words.counted(Words.names(of: counted.kind), labels.number(Int(counted.count))),
        chosen: counted.kind == chosen)
    }
    let whole = HitKindState(
      kind: nil, label: Words.counted(Words.allKinds, labels.number(all)), chosen: chosen == nil)
    self.init(
      hint: page.hits.isEmpty ? Words.nothingFound : nil, kinds: all > 0 ? [whole] + kinds : [],
      hits: page.hits.enumerated().map { place, hit in
        HitState(
          hit, place: place, account: accounts.count > 1 ? names[hit.account] : nil, labels: labels,
          now: page.now)
      },
      more: hidden > 0 ? Words.moreHits(hidden, labels.number(hidden)) : nil,
      reach: ReachState(page.reach, labels: labels, now: page.now))
  }
}

extension HitState {
  fileprivate init(_ hit: SearchHit, place: Int, account: String?, labels: Labels, now: Int64) {
    self.init(
      id: place, program: hit.program, kind: Words.name(of: hit.kind), account: account,
      kept: hit.keptHere ? Words.keptHere : nil, time: hit.at.map { labels.dayClock($0, now: now) },
      pieces: hit.pieces, opens: hit.page.map { ProgramKey(account: hit.account, program: $0) })
  }
}

extension SearchHit {
  /// The text taken apart at its matches, which are told in UTF-16 units.
  fileprivate var pieces: [PieceState] {
    let units = Array(piece.utf16)
    var pieces: [PieceState] = []
    var at = 0
    func take(until: Int, found: Bool) {
      let end = min(until, units.count)
      guard end > at else { return }
      pieces.append(PieceState(text: String(decoding: units[at..<end], as: UTF16.self), found: found))
      at = end
    }
    if cutBefore { pieces.append(PieceState(text: "… ", found: false)) }
    for mark in marks {
      take(until: Int(mark.start), found: false)
      take(until: Int(mark.end), found: true)
    }
    take(until: units.count, found: false)
    if cutAfter { pieces.append(PieceState(text: "…", found: false)) }
    return pieces
  }

  /// The program whose page shows it, or that it is about.
  fileprivate var page: String? {
    switch opens {
    case .program(let program), .session(let program, _): program
    case .question, .task, .message, .alert, .group, .sprint, .key, .outbox: program
    }
  }
}

extension ReachState {
  fileprivate init(_ reach: SearchReach, labels: Labels, now: Int64) {
    self.init(title: Words.notEverything, lines: labels.reach(reach, now: now))
  }
}

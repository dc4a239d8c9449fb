import CacheBash

/// A program's open questions in words, and which of them can be replied to.
extension QuestionsCard {
  /// Nil where there are none.
  init?(_ page: ProgramPage, labels: Labels, now: Int64) {
    let view = page.context
    let texts = (view.cleared?.context ?? view.context).openQuestions
    guard !texts.isEmpty else { return nil }
    let cleared = view.cleared != nil
    // What the server cleared nobody can be replied to about.
    let replies =
      cleared
      ? [:]
      : Dictionary(
        page.replies.map { (Int($0.question), $0.progress) }, uniquingKeysWith: { first, _ in first })
    let open = cleared ? [] : texts.indices.filter { replies[$0] == nil }
    self.init(
      count: replies.isEmpty
        ? labels.number(texts.count) : labels.count(.withoutAReply, open.count),
      kept: view.cleared.map { labels.cleared($0.clearedAt, now: now) },
      questions: texts.enumerated().map { place, text in
        OpenQuestionState(
          id: place, number: labels.number(place + 1), text: text,
          since: replies[place] == nil ? page.since(place, labels: labels, now: now) : nil,
          replied: replies[place].map { labels.reply($0, now: now) },
          // One filled button a card.
          reply: open.contains(place) ? (place == open.first ? .filled : .tonal) : nil)
      },
      pending: page.pendingEdit { if case .editOpenQuestions = $0 { true } else { false } }
        .map(labels.delivery),
      canEdit: !cleared)
  }
}

extension ProgramPage {
  /// The open question in this place, with what tells it from others of the same text.
  func openQuestion(at place: Int) -> OpenQuestion? {
    let questions = context.context.openQuestions
    guard questions.indices.contains(place) else { return nil }
    let before = questions[..<place].filter { $0 == questions[place] }.count
    return OpenQuestion(program: row.program, text: questions[place], occurrence: UInt32(before))
  }

  /// When the question in this place came into the state, where that is known.
  func sinceWhen(_ place: Int) -> Int64? {
    guard context.cleared == nil else { return context.cleared?.writtenAt }
    // Where this device knows the times of the others, this one stands only here so far.
    guard let time = time(of: place) else { return context.questions.isEmpty ? context.writtenAt : nil }
    return time.since
  }

  /// The edit that is shown as if it were done already: the last of those that go on by themselves.
  func pendingEdit(_ isOf: (Action) -> Bool) -> OutboxLine? {
    pending.last { line in
      switch line.delivery {
      case .waiting, .sending: isOf(line.action)
      case .refused, .unknown, .keyRefused, .notesChanged, .questionsChanged, .keyIssued, .keyUnseen: false
      }
    }
  }

  fileprivate func since(_ place: Int, labels: Labels, now: Int64) -> String? {
    if let since = sinceWhen(place) { return labels.questionSince(since, now: now) }
    return time(of: place).map { labels.questionTime($0.since, firstSeen: $0.firstSeen, now: now) }
  }

  /// What this device knows of the time of the question in this place.
  private func time(of place: Int) -> QuestionTime? {
    context.cleared == nil ? context.questions.first { Int($0.question) == place } : nil
  }
}

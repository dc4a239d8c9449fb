import CacheBashPresentation
import SwiftUI

/// What one session leaves for the next: whole up to ten lines, then on demand. Selectable.
struct NotesCardView: View {
  var card: NotesCard
  var showsAll: Bool
  var showAllTapped: @MainActor () -> Void
  var editTapped: @MainActor () -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Phrase.handOffNotes.text, tail: card.time)
      KeptLine(text: card.kept)
      Text(card.text).typeset(.body).textSelection(.enabled)
        .lineLimit(card.showAll == nil || showsAll ? nil : 10)
      if let showAll = card.showAll, !showsAll {
        Button(action: showAllTapped) {
          Text(showAll).typeset(.support, .strong).frame(minHeight: Space.s48)
        }
        .buttonStyle(.plain)
      }
      WriterLine(text: card.by)
      EditLine(pending: card.pending, canEdit: card.canEdit, editTapped: editTapped)
    }
  }
}

/// Who wrote it.
struct WriterLine: View {
  var text: String?

  var body: some View {
    if let text {
      Text(text).typeset(.support, .plain, .ink3).monospacedDigit().padding(.top, Space.s8)
    }
  }
}

/// What the agent does not know, numbered.
struct QuestionsCardView: View {
  var card: QuestionsCard
  var replyTapped: @MainActor (Int) -> Void
  var editTapped: @MainActor () -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Phrase.openQuestions.text, tail: card.count)
      KeptLine(text: card.kept)
      ForEach(card.questions) { question in
        OpenQuestionView(question: question) { replyTapped(question.id) }
      }
      EditLine(pending: card.pending, canEdit: card.canEdit, editTapped: editTapped)
    }
  }
}

/// Its number and words, then since when, or what became of the reply, and Reply.
struct OpenQuestionView: View {
  var question: OpenQuestionState
  var replyTapped: @MainActor () -> Void

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
      Text(question.number).typeset(.body, .strong).monospacedDigit()
        .frame(minWidth: 20, alignment: .leading)
      VStack(alignment: .leading, spacing: 0) {
        VStack(alignment: .leading, spacing: 0) {
          Text(question.text).typeset(.body).textSelection(.enabled)
          ForEach([question.since, question.replied].compactMap(\.self), id: \.self) { line in
            Text(line).typeset(.support, .plain, .ink3).monospacedDigit()
          }
        }
        .accessibilityElement(children: .combine)
        if let weight = question.reply {
          CardButton(label: Words.reply, weight: weight, tapped: replyTapped)
        }
      }
    }
    .padding(.vertical, 6)
  }
}

/// How far an edit has come, and the way to another.
struct EditLine: View {
  var pending: String?
  var canEdit: Bool
  var editTapped: @MainActor () -> Void

  var body: some View {
    if let pending {
      Text(pending).typeset(.support, .plain, .ink2).monospacedDigit().padding(.top, Space.s8)
    }
    if canEdit {
      CardButton(label: Words.edit, weight: .tonal, tapped: editTapped).padding(.top, Space.s4)
    }
  }
}

/// What is under way.
struct ItemsCardView: View {
  var card: ItemsCard

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Phrase.workItems.text, tail: card.count)
      KeptLine(text: card.kept)
      ForEach(Array(card.items.enumerated()), id: \.offset) { item in
        HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
          Circle().fill(.token(.ink3)).frame(width: 6, height: 6).frame(width: 20)
            .accessibilityHidden(true)
          Text(item.element).typeset(.body).textSelection(.enabled)
        }
        .padding(.vertical, 6)
      }
      WriterLine(text: card.by)
    }
  }
}

/// The task worked on last: title, outcome as shape and word, notes.
struct LastTaskCardView: View {
  var card: LastTaskCard

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Phrase.lastTask.text, tail: nil)
      KeptLine(text: card.kept)
      if let title = card.title { Text(title).typeset(.body).textSelection(.enabled) }
      if let outcome = card.outcome {
        HStack(spacing: Space.s8) {
          if let shape = card.shape { ShapeView(shape, size: 16) }
          Text(outcome.text).typeset(.support, .strong, outcome.colour)
        }
        .padding(.top, Space.s4)
        .accessibilityElement(children: .combine)
      }
      if let notes = card.notes {
        Text(notes).typeset(.body, .plain, .ink2).textSelection(.enabled).padding(.top, Space.s8)
      }
      WriterLine(text: card.by)
    }
  }
}

/// A lock, and which right is missing. Never red: it is an ordinary state.
struct PermissionCardView: View {
  var card: PermissionCard
  var otherKeyTapped: (@MainActor () -> Void)?

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      Image(systemName: "lock").typeset(.head, .plain, .ink2).accessibilityHidden(true)
      VStack(alignment: .leading, spacing: Space.s8) {
        VStack(alignment: .leading, spacing: Space.s8) {
          Text(card.title).typeset(.head)
          Text(card.text).typeset(.support, .plain, .ink2)
        }
        .accessibilityElement(children: .combine)
        if let otherKeyTapped {
          Button(Phrase.useAnotherKey.text, action: otherKeyTapped).buttonStyle(TonalButton())
        }
      }
    }
  }
}

/// A shape per session, newest first, with a line between; dashed where nothing is recorded.
struct ChainCardView: View {
  var card: ChainCard

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Words.chain, tail: card.count)
      ForEach(card.nodes) { ChainNodeView(node: $0) }
    }
  }
}

/// One session of the chain.
struct ChainNodeView: View {
  var node: ChainNode

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      VStack(spacing: Space.s4) {
        ShapeView(node.shape)
        if !node.last {
          Path(.line([GridPoint(1, 0), GridPoint(1, 400)]))
            .stroke(
              .token(node.gap == nil ? .line : .outline),
              style: StrokeStyle(lineWidth: 2, dash: node.gap == nil ? [] : [4, 4])
            )
            .frame(width: 2)
            .clipped()
            .accessibilityHidden(true)
        }
      }
      VStack(alignment: .leading, spacing: 0) {
        Text(node.id).typeset(.body, .strong).lineLimit(1).truncationMode(.middle)
        Text(node.text).typeset(.support, .plain, .ink2).monospacedDigit()
        if let taken = node.tookOver {
          Text(taken).typeset(.support).monospacedDigit()
            .padding(Space.s12)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(
              .token(.sunken), in: RoundedRectangle(cornerRadius: Corner.note, style: .continuous)
            )
            .padding(.top, Space.s8)
        }
        if let gap = node.gap {
          Text(gap).typeset(.support, .plain, .ink3).monospacedDigit().padding(.top, Space.s8)
        }
      }
      .padding(.bottom, node.last ? 0 : Space.s12)
    }
    .fixedSize(horizontal: false, vertical: true)
    .accessibilityElement(children: .combine)
  }
}

/// The program's keys, as far as this key may see them.
struct KeysCardView: View {
  var card: KeysCard
  var createTapped: @MainActor () -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Phrase.keys.text, tail: card.count)
      if let unread = card.unread { Text(unread).typeset(.support, .plain, .ink2) }
      ForEach(card.keys) { key in
        VStack(alignment: .leading, spacing: 0) {
          Text(key.label).typeset(.body)
          Text(key.used).typeset(.support, .plain, .ink2).monospacedDigit()
          if let end = key.end { Text(end).typeset(.support, .plain, .ink2).monospacedDigit() }
          if let missing = key.missing { Text(missing).typeset(.support, .plain, .ink2) }
        }
        .padding(.vertical, 6)
        .accessibilityElement(children: .combine)
      }
      Button(Words.createKey, action: createTapped).buttonStyle(TonalButton()).padding(.top, Space.s8)
    }
  }
}

#if DEBUG
  import CacheBash
  import CacheBashPresentation
  import SwiftUI

  /// An outbox for previews: one of each that a person has to decide, and one that waits.
  enum SampleActs {
    static var outbox: OutboxState {
      let lines = [
        line(
          "1", .unknown(looked: false),
          .createTask(
            to: "reviewer", title: "Check the refresh path before the release", instructions: "")),
        line(
          "2", .refused(setback: .rejected(reason: .unknownTarget)),
          .sendMessage(
            to: "deploy", text: "Hold the release until the reviewer is done.", kind: .directive,
            repliesTo: nil)),
        line(
          "3", .notesChanged(theirs: "The refresh token passes now."),
          .editHandOffNotes(program: "builder", notes: "Ask me first.", seen: "")),
        line(
          "4", .waiting(notBefore: nil),
          .sendMessage(
            to: "builder", text: "Answer 401, and name the reason in the body.", kind: .directive,
            repliesTo: nil)),
      ]
      return OutboxState(
        OutboxView(lines: lines, decisions: 3, accounts: [], fresh: false, now: SampleFleet.now),
        bar: SampleFleet.offline.bar, labels: .device, now: SampleFleet.now)
    }

    private static func line(_ id: String, _ delivery: Delivery, _ action: Action) -> OutboxLine {
      OutboxLine(
        account: "home", id: id, action: action, askedAt: SampleFleet.now, delivery: delivery,
        mayHaveArrived: false, behind: nil)
    }
  }

  /// The outbox, and the sheet that asks for leave: light and dark.
  struct ActingPreviews: PreviewProvider {
    static var previews: some View {
      Group {
        ScrollView { OutboxScreenView(state: SampleActs.outbox) }.background(.token(.canvas))
        ScrollView { OutboxScreenView(state: SampleActs.outbox) }.background(.token(.canvas))
          .preferredColorScheme(.dark)
        AllowView(allow: AllowState(aside: "Home fleet, agents.example.org", busy: false))
      }
    }
  }
#endif

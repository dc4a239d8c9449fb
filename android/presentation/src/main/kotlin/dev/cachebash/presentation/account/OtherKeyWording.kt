package dev.cachebash.presentation.account

import dev.cachebash.ffi.Account
import dev.cachebash.presentation.hostOf
import dev.cachebash.presentation.inALine
import dev.cachebash.presentation.key.Secret
import dev.cachebash.presentation.words.Labels

/** Why a key goes into no ring, and what can be done with it instead. */
internal enum class Instead {
    /** Its link names another server. */
    Elsewhere,

    /** It is another owner's, on the same server. */
    OtherOwner,
}

/** The sheet while something is pasted. */
internal fun Labels.pasting(
    account: Account,
    refused: Boolean,
    text: Secret,
    scanned: Int,
    scans: Boolean,
    ready: Boolean,
    trouble: String?,
): OtherKeyState {
    val lead = if (refused) "other_key.lead.refused" else "other_key.lead"
    return otherKey(
        account,
        refused,
        words.text(lead, account.label, hostOf(account.server)),
        OtherKeyStep.Pasting(
            label = text("paste"),
            text = text,
            scanned = scanned,
            scan = if (scans) text("scan") else null,
            use = text("other_key.use"),
            ready = ready,
        ),
        trouble,
    )
}

/** The sheet once the key is in the ring. It may read no more than the other: then the page behind the sheet does not change. */
internal fun Labels.kept(account: Account): OtherKeyState =
    otherKey(
        account,
        refused = false,
        words.text("other_key.kept", account.label),
        OtherKeyStep.Kept(text("done")),
        trouble = null,
    )

/** The sheet while it asks what to do with a key for [server]. */
internal fun Labels.deciding(
    account: Account,
    instead: Instead,
    server: String,
    busy: Boolean,
    trouble: String?,
): OtherKeyState {
    val lead =
        when (instead) {
            Instead.Elsewhere -> "other_key.elsewhere"
            Instead.OtherOwner -> "other_key.other_owner"
        }
    return otherKey(
        account,
        refused = false,
        words.text(lead, hostOf(server), account.label),
        OtherKeyStep.Deciding(yes = text("other_key.connect"), back = text("back"), busy = busy),
        trouble,
    )
}

/** What signing out loses of the outbox; absent where that is nothing. */
internal fun Labels.loss(count: Int): String? = count.takeIf { it > 0 }?.let { count("lost", it.toLong()) }

private fun Labels.otherKey(
    account: Account,
    refused: Boolean,
    lead: String,
    step: OtherKeyStep,
    trouble: String?,
) = OtherKeyState(
    aside = account.inALine,
    title = text(if (refused) "replace_key" else "use_another_key"),
    close = text("close"),
    lead = lead,
    step = step,
    trouble = trouble,
)

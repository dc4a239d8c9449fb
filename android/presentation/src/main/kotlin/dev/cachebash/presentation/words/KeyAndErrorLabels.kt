package dev.cachebash.presentation.words

// Keys, rights and errors, as a person can use them.

/** What a key cannot do for an agent's job. */
fun Labels.missingCapability(capability: String): String =
    words.textOrNull("missing.$capability") ?: words.text("missing", capability)

/** A program's state that the key may not read. */
fun Labels.mayNotRead(program: String): String = words.text("may_not_read", program)

/** Under it; [capability] where the server says which right is missing. */
fun Labels.mayNotReadWhy(capability: String?): String =
    capability?.let { words.text("may_not_read.why", it) } ?: words.text("may_not_read.why.unknown")

/** When a key likely ends: an estimate, and labelled so. */
fun Labels.expiryEstimate(
    at: Long?,
    now: Long,
): String =
    when {
        at == null -> words.text("expiry.unknown")
        else -> words.text(if (at < now) "expiry.past" else "expiry", day(at, now), count("days", USUAL_TERM_DAYS))
    }

private const val USUAL_TERM_DAYS = 90L

/** So much of a key's fingerprint as tells it from the others. */
fun Labels.keyFingerprint(hash: String): String = words.text("key.fingerprint", hash.take(SHORT_FINGERPRINT))

private const val SHORT_FINGERPRINT = 8

/** When a key was last used. */
fun Labels.keyUsed(
    at: Long?,
    now: Long,
    fresh: Boolean,
): String =
    when {
        at == null -> words.text("key.never_used")
        !fresh || at - now > Labels.AHEAD || now - at >= Labels.WEEK -> words.text("key.used", dayClock(at, now))
        now - at < Labels.SECOND -> words.text("key.used", words.text("now"))
        else -> words.text("key.used", words.text("ago", duration(now - at)))
    }

/** When a key was revoked. */
fun Labels.revoked(
    at: Long?,
    now: Long,
): String = at?.let { words.text("revoked.at", dayClock(it, now)) } ?: words.text("revoked")

/** What went wrong. */
sealed interface ErrorWord {
    /** An error without values, by its key. */
    enum class Plain(
        val key: String,
    ) : ErrorWord {
        Offline("offline"),
        Unauthorized("unauthorized"),
        NotFound("not_found"),
        ServerUnavailable("server_unavailable"),
        Suspended("suspended"),
        ReadOnly("read_only"),
    }

    /** The key lacks a right. */
    data class Forbidden(
        val capability: String?,
    ) : ErrorWord

    /** The server asked to wait. */
    data class RateLimited(
        val until: Long,
    ) : ErrorWord

    /** This device's storage failed. */
    data class Storage(
        val reference: String,
    ) : ErrorWord

    /** A fault of ours. */
    data class Internal(
        val reference: String,
    ) : ErrorWord

    /** A refusal without values, by its key. */
    enum class Rejected(
        val key: String,
    ) : ErrorWord {
        UnknownTarget("unknown_target"),
        NotYours("not_yours"),
        AlreadyTaken("already_taken"),
        PlanLimit("plan_limit"),
        Paused("paused"),
        ChangedSince("changed_since"),
    }

    /** A text is too long. */
    data class TooLong(
        val field: String,
        val limit: Long,
    ) : ErrorWord

    /** A field, or with an empty name the whole, is not valid. */
    data class Invalid(
        val field: String,
    ) : ErrorWord

    /** A refusal this version does not know. */
    data class RejectedOther(
        val reference: String,
    ) : ErrorWord
}

/** What went wrong, as a person can use it. */
fun Labels.error(error: ErrorWord): String =
    when (error) {
        is ErrorWord.Plain -> {
            words.text("error.${error.key}")
        }

        is ErrorWord.Forbidden -> {
            error.capability?.let { words.text("error.forbidden", it) } ?: words.text("error.forbidden.unknown")
        }

        is ErrorWord.RateLimited -> {
            words.text("error.rate_limited", clockSeconds(error.until))
        }

        is ErrorWord.Storage -> {
            words.text("error.storage", error.reference)
        }

        is ErrorWord.Internal -> {
            words.text("error.internal", error.reference)
        }

        is ErrorWord.Rejected -> {
            words.text("rejected.${error.key}")
        }

        is ErrorWord.TooLong -> {
            words.text("rejected.too_long", error.field, count("characters", error.limit))
        }

        is ErrorWord.Invalid -> {
            if (error.field.isEmpty()) {
                words.text(
                    "rejected.invalid.whole",
                )
            } else {
                words.text("rejected.invalid", error.field)
            }
        }

        is ErrorWord.RejectedOther -> {
            words.text("rejected.other", error.reference)
        }
    }

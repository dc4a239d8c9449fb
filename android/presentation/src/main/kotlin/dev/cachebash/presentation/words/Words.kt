package dev.cachebash.presentation.words

import java.util.Properties

/** The words of this face, from one resource. A missing entry is a mistake of ours and fails at once. */
internal class Words private constructor(
    private val entries: Map<String, String>,
) {
    /** The entry of [key], with its places filled. */
    fun text(
        key: String,
        vararg parts: String,
    ): String = fill(entry(key), parts)

    /** The entry for a word that may be new to us; `null` when there is none. */
    fun textOrNull(key: String): String? = entries[key]

    /** The form of [key] that [count] asks for; its first place is the count itself. */
    fun plural(
        key: String,
        count: Long,
        shown: String,
    ): String {
        val form =
            when (count) {
                0L -> "zero"
                1L -> "one"
                2L -> "two"
                else -> "other"
            }
        return fill(entries["$key.$form"] ?: entry("$key.other"), arrayOf(shown))
    }

    /** Whether [key] has plural forms. */
    fun counts(key: String): Boolean = "$key.other" in entries

    private fun entry(key: String): String = requireNotNull(entries[key]) { "no words for $key" }

    private fun fill(
        template: String,
        parts: Array<out String>,
    ): String = PLACE.replace(template) { parts[it.groupValues[1].toInt()] }

    companion object {
        private val PLACE = Regex("""\{(\d)}""")

        /** The only language that ships. */
        val English: Words by lazy {
            val properties = Properties()
            val resource =
                requireNotNull(Words::class.java.getResourceAsStream("/dev/cachebash/presentation/words.properties"))
            resource.reader().use(properties::load)
            Words(properties.entries.associate { (key, value) -> key.toString() to value.toString() })
        }
    }
}

package dev.cachebash.presentation

import dev.cachebash.presentation.words.Labels
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.time.ZoneId

/** This face says what the table says, word for word; so do the other two. */
class LabelsTest {
    @Test
    fun `every case of the shared table is worded as it says`() {
        val table =
            Json
                .parseToJsonElement(
                    File(System.getProperty("fixtures.dir"), "labels.json").readText(),
                ).jsonObject
        val cases = table.getValue("cases").jsonArray.map { it.jsonObject }
        assertTrue(cases.isNotEmpty())
        val wrong =
            cases.mapNotNull { case ->
                val v = Values(case)
                val labels = Labels(ZoneId.of(v.text("zone")), v.int("hours") == 24)
                val said = runCatching { labels.say(v.text("rule"), requireNotNull(v.inner("values"))) }
                val name = "${v.text("rule")}: ${v.text("name")}"
                said.fold(
                    { if (it == v.text("text")) null else "$name\n  expected ‹${v.text("text")}›\n  but was  ‹$it›" },
                    { "$name\n  $it" },
                )
            }
        assertEquals("", wrong.joinToString("\n"))
    }
}

package dev.cachebash.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.FindingSign
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.FindingMark
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import org.junit.jupiter.api.Test

/** Every sign, on rows' size and large enough to see its geometry. */
class ShapesTest {
    @Test
    fun `every shape as the design draws it`() = Golden("shapes").check { Sheet() }

    @Composable
    private fun Sheet() {
        Column(Modifier.fillMaxSize().background(Look.colours.canvas).padding(16.dp), Arrangement.spacedBy(16.dp)) {
            for (size in listOf(16.dp, 20.dp, 80.dp)) {
                FlowRow(
                    horizontalArrangement = Arrangement.spacedBy(8.dp),
                    verticalArrangement = Arrangement.spacedBy(8.dp),
                ) {
                    for (shape in Shape.entries) ShapeSign(shape, size = size)
                }
            }
            FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
                for (sign in FindingSign.entries) FindingMark(sign, sign.colour)
            }
        }
    }
}

package dev.cachebash.ui.sign

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.requiredSize
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Paint
import androidx.compose.ui.graphics.drawscope.drawIntoCanvas
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.unit.dp
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel
import com.google.zxing.qrcode.encoder.Encoder

/** A text as a QR code: dark on white by day and by night, with the quiet zone that scanners want. */
@Composable
internal fun QrCode(
    text: String,
    says: String,
    modifier: Modifier = Modifier,
) {
    val modules = remember(text) { qrModules(text) }
    Box(
        modifier
            .background(Color.White, RoundedCornerShape(16.dp))
            .clearAndSetSemantics { contentDescription = says },
    ) {
        GridCanvas(SIZE, (modules.size + 2 * QUIET).toFloat(), Modifier.requiredSize(SIZE)) {
            // Without smoothing, so that no light shows between two modules.
            val paint =
                Paint().apply {
                    color = INK
                    isAntiAlias = false
                }
            drawIntoCanvas { canvas ->
                modules.forEachIndexed { y, row ->
                    row.forEachIndexed { x, dark ->
                        if (dark) canvas.drawRect(Rect(Offset(x + QUIET, y + QUIET), MODULE), paint)
                    }
                }
            }
        }
    }
}

/** The code's modules by row; true is dark. */
internal fun qrModules(text: String): List<List<Boolean>> {
    val matrix = Encoder.encode(text, ErrorCorrectionLevel.M).matrix
    return List(matrix.height) { y -> List(matrix.width) { x -> matrix.get(x, y).toInt() == 1 } }
}

private val SIZE = 184.dp
private val INK = Color(0xFF14171C)
private const val QUIET = 4f
private val MODULE = Size(1f, 1f)

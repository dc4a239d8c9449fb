package dev.cachebash.testing

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

/** An agent, or whoever hands out keys: plain HTTP with a key of its own, nothing of ours in between. */
class Agent(
    private val server: String,
    /** What it has to show. */
    val key: String,
) {
    /** Calls the API and insists on both successes. */
    fun call(
        method: String,
        path: String,
        body: JsonElement,
    ): JsonObject {
        val request =
            HttpRequest
                .newBuilder(URI("$server$path"))
                .header("Authorization", "Bearer $key")
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .build()
        val reply = http.send(request, HttpResponse.BodyHandlers.ofString())
        val outer = Json.parseToJsonElement(reply.body()).jsonObject
        check(outer.succeeded()) { "$method $path: ${reply.statusCode()} $outer" }
        val data = outer.getValue("data").jsonObject
        check(data.succeeded()) { "$method $path: $data" }
        return data
    }

    /** Brings a program into being, and hands out a key that may do what programs usually may, or [capabilities] alone. */
    fun createKey(
        program: String,
        label: String,
        capabilities: List<String>? = null,
    ): Agent {
        val body =
            buildJsonObject {
                put("programId", program)
                put("label", label)
                capabilities?.let { put("capabilities", JsonArray(it.map(::JsonPrimitive))) }
            }
        return Agent(server, call("POST", "/v1/keys", body).getValue("key").jsonPrimitive.content)
    }

    private fun JsonObject.succeeded(): Boolean = get("success")?.jsonPrimitive?.content != "false"

    private companion object {
        val http: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    }
}

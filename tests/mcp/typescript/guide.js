// Every example of the guide to programs as it is written there, both names of tools, and a question from both sides.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { did, needed, ownerKey, run, sitDown } from "./desk.js";

run(async () => {
  const owner = await sitDown(ownerKey);
  const examples = JSON.parse(await readFile(needed("CACHEBASH_EXAMPLES"), "utf8"));
  assert.ok(examples.length >= 5);
  let builder;
  for (const example of examples) {
    const desk = example.as === "owner" ? owner : builder;
    const data = await desk.call(example.call.name, example.call.arguments);
    for (const field of example.answers) {
      assert.ok(field in data, `${example.call.name} answers without ${field}`);
    }
    if (example.call.name === "create_key") {
      builder = await sitDown(data.key);
    }
    await did(`example ${example.call.name}`);
  }
  const { state } = await builder.call("get_program_state", { programId: "builder" });
  assert.equal(state.contextSummary.activeWorkItems[0], "Refresh token edge cases");
  const { sessions } = await builder.call("list_sessions", { programId: "builder" });
  assert.equal(sessions.find((session) => session.sessionId === "session-id").progress, 45);

  const tools = await builder.tools();
  const names = tools.map((tool) => tool.name);
  assert.ok(names.includes("pulse_update_session") && names.includes("signal_ask_question"), names.join(" "));
  assert.ok(!names.includes("keys_list_keys"), "a tool that the key may not use is offered");
  assert.ok(tools.every((tool) => tool.description && tool.inputSchema.type === "object"));
  await did(`${names.length} tools listed`);

  for (const name of ["list_sessions", "pulse_list_sessions"]) {
    const { count } = await builder.call(name, { limit: 50 });
    assert.equal(count, 2);
  }
  await did("flat and prefixed names");

  const wrong = await builder.ask("list_sessions", { limit: 60 });
  assert.ok(wrong.isError && wrong.text.startsWith("Error: ["), wrong.text);
  const forbidden = await builder.ask("keys_list_keys");
  assert.ok(forbidden.isError && forbidden.text.startsWith("Insufficient capability: "), forbidden.text);
  const unknown = await builder.ask("no_such_tool");
  assert.deepEqual(unknown, { text: "Unknown tool: no_such_tool", isError: true });
  await did("refusals");

  const { questionId } = await builder.call("ask_question", { question: "Deploy v2?", options: ["yes", "no"] });
  assert.equal((await builder.call("get_response", { questionId })).answered, false);
  await owner.call("signal_answer_question", { questionId, response: "yes" });
  const answer = await builder.call("signal_get_response", { questionId });
  assert.deepEqual([answer.answered, answer.response], [true, "yes"]);
  await did("a question and its answer");

  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      builder.call(number % 2 ? "create_session" : "pulse_create_session", {
        sessionId: `builder.many${number}`,
        name: `Number ${number}`,
      }),
    ),
  );
  replies.forEach((reply, number) => assert.equal(reply.sessionId, `builder.many${number}`));
  await did("fifty calls at once");

  await builder.standUp();
  await owner.standUp();
});

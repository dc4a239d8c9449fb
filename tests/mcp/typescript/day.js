// An agent's whole day over MCP: two sessions with a hand-off between them, a task, a question that a phone answers, and a
// new key. The test lets the time pass.

import assert from "node:assert/strict";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { did, needed, ownerKey, pass, rest, run, server, sitDown } from "./desk.js";

const phoneKey = needed("CACHEBASH_PHONE_KEY");
// What a new agent's key has by itself does not let it replace that key.
const capabilities = ["pulse", "state", "dispatch", "signal"].flatMap((of) => [`${of}.read`, `${of}.write`]);
capabilities.push("keys.write");

run(async () => {
  const owner = await sitDown(ownerKey);
  const made = await owner.call("create_key", { programId: "builder", label: "Builder agent key", capabilities });
  let builder = await sitDown(made.key);
  await did("the owner let the builder in");

  const before = await builder.call("get_program_state", { programId: "builder" });
  assert.equal(before.exists, false);
  const morning = "builder.morning";
  await builder.call("create_session", { sessionId: morning, name: "Building auth module", state: "working", progress: 0 });
  await pass(60);
  await builder.call("update_session", { sessionId: morning, status: "Reading the code", progress: 10, lastHeartbeat: true });
  await did("the morning began");

  const { taskId } = await owner.call("create_task", {
    title: "Implement auth module",
    instructions: "JWT validation first, then refresh tokens",
    target: "builder",
    priority: "high",
  });
  const waiting = await builder.call("get_tasks", { target: "builder" });
  assert.deepEqual(waiting.tasks.map((task) => task.id), [taskId]);
  await builder.call("dispatch_claim_task", { taskId, sessionId: morning });
  await pass(600);
  await builder.call("pulse_update_session", { sessionId: morning, status: "Implementing JWT validation", progress: 45, contextBytes: 40 });
  await did("a task was claimed");

  const asked = await builder.call("ask_question", {
    question: "Should expired refresh tokens return 401 or 403?",
    options: ["401", "403"],
    priority: "high",
  });
  await builder.call("update_session", { sessionId: morning, status: "Waiting for an answer", state: "blocked", progress: 45 });
  assert.equal((await builder.call("get_response", { questionId: asked.questionId })).answered, false);
  await pass(120);
  await rest(phoneKey, "POST", `/v1/questions/${asked.questionId}/answer`, { response: "401", idempotency_key: "tap-1" });
  const answer = await builder.call("get_response", { questionId: asked.questionId });
  assert.deepEqual([answer.answered, answer.response], [true, "401"]);
  await did("a question was answered from a phone");

  await builder.call("update_session", { sessionId: morning, status: "Refresh tokens", state: "working", progress: 90 });
  await builder.call("complete_task", {
    taskId,
    model: "demo-model",
    provider: "demo",
    tokens_in: 1200,
    tokens_out: 340,
    cost_usd: 0.25,
    completed_status: "SUCCESS",
    result: "JWT validation works",
  });
  await builder.call("update_program_state", {
    programId: "builder",
    sessionId: morning,
    contextSummary: {
      lastTask: { taskId, title: "Implement auth module", outcome: "completed", notes: "JWT validation works" },
      activeWorkItems: ["Refresh token edge cases"],
      handoffNotes: "Auth module 90% done. One edge case remaining in token refresh.",
      openQuestions: [],
    },
  });
  await builder.call("update_session", { sessionId: morning, status: "Handed off", state: "complete", progress: 100 });
  await did("the morning was handed off");

  const rotated = await builder.call("rotate_key");
  const old = builder;
  builder = await sitDown(rotated.key);
  await old.call("list_sessions", { limit: 1 });
  await pass(31);
  await assert.rejects(old.call("list_sessions", { limit: 1 }), /unauthori|401|Invalid or expired token/i);
  const late = new StreamableHTTPClientTransport(new URL(`${server}/v1/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${made.key}` } },
  });
  await assert.rejects(new Client({ name: "late", version: "0.0.1" }).connect(late));
  await did("the old key died after its grace");

  const { state } = await builder.call("state_get_program_state", { programId: "builder" });
  assert.equal(state.contextSummary.handoffNotes, "Auth module 90% done. One edge case remaining in token refresh.");
  const afternoon = "builder.afternoon";
  await builder.call("create_session", { sessionId: afternoon, name: "Refresh token edge cases", state: "working", progress: 0 });
  await pass(300);
  await builder.call("update_session", { sessionId: afternoon, status: "Testing the last edge case", progress: 80, contextUsedPct: 30 });
  await builder.call("update_program_state", {
    programId: "builder",
    sessionId: afternoon,
    contextSummary: { handoffNotes: "Only the tests are left.", activeWorkItems: ["Tests"] },
  });
  await did("the afternoon went on from the notes");

  await builder.standUp();
  await owner.standUp();
});

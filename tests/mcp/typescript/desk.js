// An agent's desk: the official SDK's client and nothing of ours, and the line to the test that started this program.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

export const server = needed("CACHEBASH_URL");
export const ownerKey = needed("CACHEBASH_OWNER_KEY");

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export function needed(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

/** Tells the test what was done, and goes on when it has looked. */
export const did = (what) => say({ did: what });

/** Asks the test to let so many seconds pass, and returns when they have. */
export const pass = (seconds) => say({ pass: seconds });

async function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
  const { done } = await lines.next();
  assert.ok(!done, "the test is gone");
}

/** Runs a program's one function; whatever it throws is its failure. */
export async function run(story) {
  await story();
  process.stdout.write(`${JSON.stringify({ end: true })}\n`);
  process.exit(0);
}

/** An agent with a key, connected. */
export async function sitDown(key) {
  const client = new Client({ name: "cachebash-mcp-tests", version: "0.0.1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${server}/v1/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${key}` } },
  });
  await client.connect(transport);
  assert.equal(client.getServerVersion()?.name, "cachebash-mcp");
  assert.ok(transport.sessionId, "no session was handed out");
  return new Desk(client, transport);
}

export class Desk {
  constructor(client, transport) {
    this.client = client;
    this.transport = transport;
  }

  async tools() {
    const { tools } = await this.client.listTools();
    return tools;
  }

  /** The raw answer of a tool: its text, and whether it is an error. */
  async ask(name, args = {}) {
    const result = await this.client.callTool({ name, arguments: args });
    assert.equal(result.content.length, 1);
    assert.equal(result.content[0].type, "text");
    return { text: result.content[0].text, isError: result.isError === true };
  }

  /** The data of a call that did what it was asked. */
  async call(name, args = {}) {
    const { text, isError } = await this.ask(name, args);
    assert.ok(!isError, `${name}: ${text}`);
    const data = JSON.parse(text);
    assert.equal(data.success, true, `${name}: ${text}`);
    return data;
  }

  async standUp() {
    await this.transport.terminateSession();
    await this.client.close();
  }
}

/** A REST call, as a phone makes it. */
export async function rest(key, method, path, body) {
  const response = await fetch(`${server}${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const reply = await response.json();
  assert.ok(response.ok && reply.success && reply.data.success !== false, `${method} ${path}: ${JSON.stringify(reply)}`);
  return reply.data;
}

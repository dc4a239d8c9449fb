"""An agent's desk: the official SDK's client and nothing of ours, and the line to the test that started this program."""

import asyncio
import json
import logging
import os
import sys
from contextlib import asynccontextmanager

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


# Flat names work and are not listed; the SDK says so at each call.
logging.disable(logging.WARNING)


def needed(name):
    value = os.environ.get(name)
    assert value, f"{name} is not set"
    return value


SERVER = needed("CACHEBASH_URL")
OWNER_KEY = needed("CACHEBASH_OWNER_KEY")


async def say(what):
    print(json.dumps(what), flush=True)
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    assert line, "the test is gone"


async def did(what):
    """Tells the test what was done, and goes on when it has looked."""
    await say({"did": what})


async def pass_time(seconds):
    """Asks the test to let so many seconds pass, and returns when they have."""
    await say({"pass": seconds})


def run(story):
    """Runs a program's one function; whatever it throws is its failure."""
    asyncio.run(story())
    print(json.dumps({"end": True}), flush=True)


def http(key):
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30)


class Desk:
    def __init__(self, client):
        self.client = client

    async def tools(self):
        return (await self.client.list_tools()).tools

    async def ask(self, name, arguments=None):
        """The raw answer of a tool: its text, and whether it is an error."""
        result = await self.client.call_tool(name, arguments or {})
        assert len(result.content) == 1 and result.content[0].type == "text", result
        return result.content[0].text, bool(result.is_error)

    async def call(self, name, /, **arguments):
        """The data of a call that did what it was asked."""
        text, is_error = await self.ask(name, arguments)
        assert not is_error, f"{name}: {text}"
        data = json.loads(text)
        assert data["success"] is True, f"{name}: {text}"
        return data


@asynccontextmanager
async def desk(key, mode="auto"):
    """An agent with a key, connected: `auto` takes the newest protocol there is, `legacy` shakes hands."""
    async with http(key) as client, Client(streamable_http_client(f"{SERVER}/v1/mcp", http_client=client), mode=mode) as it:
        assert it.server_info and it.server_info.name == "cachebash-mcp", it.server_info
        yield Desk(it)


async def rest(key, method, path, body=None):
    """A REST call, as a phone makes it."""
    async with http(key) as client:
        reply = (await client.request(method, f"{SERVER}{path}", json=body)).json()
    assert reply["success"] and reply["data"].get("success") is not False, f"{method} {path}: {reply}"
    return reply["data"]

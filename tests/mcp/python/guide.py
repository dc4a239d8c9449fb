"""Every example of the guide to programs as it is written there, both names of tools, and a question from both sides; over
the newest protocol and over the one with a handshake."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

from desk import OWNER_KEY, desk, did, needed, run


async def guide(mode, version):
    async with AsyncExitStack() as desks:
        owner = await desks.enter_async_context(desk(OWNER_KEY, mode))
        assert owner.client.protocol_version == version, owner.client.protocol_version
        builder = None
        examples = json.loads(Path(needed("CACHEBASH_EXAMPLES")).read_text())
        assert len(examples) >= 5
        for example in examples:
            name = example["call"]["name"]
            who = owner if example["as"] == "owner" else builder
            data = await who.call(name, **example["call"]["arguments"])
            for field in example["answers"]:
                assert field in data, f"{name} answers without {field}"
            if name == "create_key":
                builder = await desks.enter_async_context(desk(data["key"], mode))
            await did(f"{mode}: example {name}")
        state = (await builder.call("get_program_state", programId="builder"))["state"]
        assert state["contextSummary"]["activeWorkItems"] == ["Refresh token edge cases"]
        sessions = (await builder.call("list_sessions", programId="builder"))["sessions"]
        assert next(it for it in sessions if it["sessionId"] == "session-id")["progress"] == 45

        tools = await builder.tools()
        names = [tool.name for tool in tools]
        assert "pulse_update_session" in names and "signal_ask_question" in names, names
        assert "keys_list_keys" not in names, "a tool that the key may not use is offered"
        assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools)
        await did(f"{mode}: {len(names)} tools listed")

        flat = await builder.call("list_sessions", limit=50)
        prefixed = await builder.call("pulse_list_sessions", limit=50)
        assert flat == prefixed and flat["count"] >= 2
        await did(f"{mode}: flat and prefixed names")

        text, is_error = await builder.ask("list_sessions", {"limit": 60})
        assert is_error and text.startswith("Error: ["), text
        text, is_error = await builder.ask("keys_list_keys")
        assert is_error and text.startswith("Insufficient capability: "), text
        assert await builder.ask("no_such_tool") == ("Unknown tool: no_such_tool", True)
        await did(f"{mode}: refusals")

        asked = await builder.call("ask_question", question="Deploy v2?", options=["yes", "no"])
        question = asked["questionId"]
        assert (await builder.call("get_response", questionId=question))["answered"] is False
        await owner.call("signal_answer_question", questionId=question, response="yes")
        answer = await builder.call("signal_get_response", questionId=question)
        assert (answer["answered"], answer["response"]) == (True, "yes")
        await did(f"{mode}: a question and its answer")

        async def one(number):
            tool = "create_session" if number % 2 else "pulse_create_session"
            session = f"builder.{mode}{number}"
            reply = await builder.call(tool, sessionId=session, name=f"Number {number}")
            assert reply["sessionId"] == session, reply

        await asyncio.gather(*(one(number) for number in range(50)))
        await did(f"{mode}: fifty calls at once")


async def both():
    await guide("auto", "2026-07-28")
    await guide("legacy", "2025-11-25")


run(both)

"""The math agent with AgentScope. Usage: agentscope_agent.py GATEWAY RUN [WORKERS]"""

import asyncio
import sys

from agentscope.agent import Agent, InjectionConfig, ReActConfig
from agentscope.credential import OpenAICredential
from agentscope.message import TextBlock, UserMsg
from agentscope.model import OpenAIChatModel
from agentscope.permission import PermissionBehavior, PermissionDecision
from agentscope.tool import FunctionTool, ToolChunk, Toolkit

import hone_client

SYSTEM = ("You solve math problems with a Python tool. Write code that prints the result, read the result, then give "
          "the final answer in \\boxed{}.")
SCHEMA = {"type": "object", "properties": {"code": {"type": "string", "description": "Python code"}},
          "required": ["code"]}


def solve(episode):
    async def execute_python_code(code: str) -> ToolChunk:
        text = await asyncio.to_thread(episode.run_python, code)
        return ToolChunk(content=[TextBlock(text=text)])

    async def reply():
        model = OpenAIChatModel(
            credential=OpenAICredential(api_key=episode.api_key, base_url=episode.base_url),
            model=episode.model, max_retries=0)
        agent = Agent(
            name="solver",
            system_prompt=SYSTEM,
            model=model,
            toolkit=Toolkit(tools=[FunctionTool(
                execute_python_code, description="Runs Python code and returns what it prints.", input_schema=SCHEMA,
                permission=PermissionDecision(behavior=PermissionBehavior.ALLOW, message="sandboxed"))]),
            react_config=ReActConfig(max_iters=3),
            # The policy reads the problem alone: no date and time, which would differ in every episode.
            injection_config=InjectionConfig(inject_runtime_state=False))
        async with model.client:
            return await agent.reply(UserMsg(name="user", content=episode.query))

    return asyncio.run(reply()).get_text_content() or ""


if __name__ == "__main__":
    hone_client.work(sys.argv[1], sys.argv[2], solve, int(sys.argv[3]) if len(sys.argv) > 3 else 8)

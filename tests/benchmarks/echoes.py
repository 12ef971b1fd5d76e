"""The servers we compare with: a bare FastAPI + wechatpy encrypted echo, and a WeRoBot echo."""

import sys

import uvicorn
import waitress
import werobot
from fastapi import FastAPI, Request, Response
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from tests.benchmarks.load import AES_KEY, APP_ID, TOKEN


def bare_echo() -> FastAPI:
    app = FastAPI()
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)

    @app.post("/echo")
    async def echo(request: Request, msg_signature: str, timestamp: str, nonce: str) -> Response:
        xml = crypto.decrypt_message(await request.body(), msg_signature, timestamp, nonce)
        message = parse_message(xml)
        reply = TextReply(content=message.content, message=message)
        return Response(
            crypto.encrypt_message(reply.render(), nonce, timestamp), media_type="application/xml"
        )

    return app


def serve_werobot(port: int) -> None:
    robot = werobot.WeRoBot(token=TOKEN, encoding_aes_key=AES_KEY, app_id=APP_ID, enable_session=False)

    @robot.text
    def echo(message: object) -> object:
        return message.content  # type: ignore[attr-defined]

    waitress.serve(robot.wsgi, host="127.0.0.1", port=port, threads=8, _quiet=True)


if __name__ == "__main__":
    which, at = sys.argv[1], int(sys.argv[2])
    if which == "werobot":
        serve_werobot(at)
    else:
        uvicorn.run(
            bare_echo(),
            host="127.0.0.1",
            port=at,
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
        )

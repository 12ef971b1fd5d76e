"""What the ways out to WeChat and WeCom share: our token on every call, a timeout, and errors that can be judged."""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from wechatpy.client.base import BaseWeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.channels.base import SendError
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wechat_errors import STALE_TOKEN, explain, refused, unanswered

TIMEOUT_SECONDS = 5.0
MEDIA_LIMIT = 20 * 1024 * 1024
CHUNK = 64 * 1024
CONNECTIONS = 64
"""As many as pushes are sent at once."""
LONGEST_TOKEN = 24 * 3600

T = TypeVar("T")
Asked = tuple[dict[str, Any], SendError | None]
"""The platform's answer, or what went wrong."""


class PlatformClient(ABC):
    """Calls one account's API through wechatpy's client."""

    def __init__(self, client: BaseWeChatClient, *, base: str, keeper: TokenKeeper, timeout: float) -> None:
        self._client = client
        self._base = base
        self._keeper = keeper
        self._timeout = timeout
        self._client.API_BASE_URL = base
        self._downloads = requests.Session()
        self._sessions: tuple[requests.Session, ...] = (
            self._client._http,  # noqa: SLF001 - wechatpy has no other door
            self._downloads,
        )
        for session in self._sessions:
            session.mount(base, HTTPAdapter(pool_maxsize=CONNECTIONS))
        # At DEBUG it would log every address, and with it the token.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def download_media(self, media_id: str, limit: int = MEDIA_LIMIT) -> bytes:
        """Fetch a picture, voice or video that a person sent within the last three days."""
        return self._authorized(lambda token: self._download(token, media_id, limit))

    def check_credentials(self) -> None:
        """Have a token; raises SendError with the platform's number where it gives none."""
        self._keeper.current(self._fetch_token)

    def ask(self, endpoint: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call an API about the account itself; without data it is only read. Raises SendError where refused."""
        return self._authorized(lambda token: self._asked(endpoint, token, data))

    def close(self) -> None:
        """Let go of the connections."""
        for session in self._sessions:
            session.close()

    @abstractmethod
    def _ask_for_token(self, *, force: bool) -> Asked:
        """Make the platform's own token call."""

    def _judge(self, failure: SendError) -> SendError:
        """Read a failure as this platform means it."""
        return failure

    def _authorized(self, call: Callable[[str], T]) -> T:
        """Call with the shared token; if it is refused, once more with another."""
        token = self._keeper.current(self._fetch_token)
        try:
            return call(token)
        except SendError as error:
            if error.code not in STALE_TOKEN:
                raise
        return call(self._keeper.replace(token, self._fetch_token))

    def _fetch_token(self, force: bool) -> tuple[str, int]:
        answer, failure = self._ask_for_token(force=force)
        if failure:
            # Whatever became of this call, the push itself has not gone out.
            raise SendError(failure.code, retryable=True, reaction=failure.reaction)
        value, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (
            isinstance(value, str) and value and isinstance(seconds, int) and 0 < seconds <= LONGEST_TOKEN
        ):
            raise SendError("token_unreadable", retryable=True)
        return value, seconds

    def _send(
        self, endpoint: str, token: str, data: Mapping[str, Any], *, may_repeat: bool
    ) -> dict[str, Any]:
        answer, failure = self._post(endpoint, token, data, may_repeat=may_repeat)
        if failure:
            raise failure
        if answer.get("errcode") != 0:
            raise unanswered("no_errcode", may_repeat=may_repeat)
        return answer

    def _asked(self, endpoint: str, token: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
        address = urljoin(self._base, endpoint)
        if data is None:
            answer, failure = self._read(address, {"access_token": token})
        else:
            answer, failure = self._post(address, token, data, may_repeat=True)
        if failure:
            raise failure
        return answer

    def _read(self, endpoint: str, params: Mapping[str, str | None]) -> Asked:
        return self._call(
            lambda: self._client.get(endpoint, params=dict(params), allow_redirects=False), may_repeat=True
        )

    def _post(self, endpoint: str, token: str | None, data: Mapping[str, Any], *, may_repeat: bool) -> Asked:
        return self._call(
            lambda: self._client.post(
                endpoint, params={"access_token": token}, data=dict(data), allow_redirects=False
            ),
            may_repeat=may_repeat,
        )

    def _upload(self, token: str, kind: str, name: str, content: bytes) -> str:
        """Hand a file over for three days; give the id under which it can be sent."""
        answer, failure = self._call(
            lambda: self._client.post(
                "media/upload",
                params={"access_token": token, "type": kind},
                files={"media": (name, content)},
                allow_redirects=False,
            ),
            may_repeat=True,
        )
        if failure:
            raise failure
        if not answer.get("media_id"):
            raise SendError("no_media_id", retryable=True)
        return str(answer["media_id"])

    def _call(self, call: Callable[[], Any], *, may_repeat: bool) -> Asked:
        """Call JSON; give the answer or what went wrong, with nothing of the call hanging on to it."""
        try:
            answer = call()
        except (WeChatClientException, requests.RequestException, ValueError, TypeError) as error:
            return {}, self._judge(explain(error, may_repeat=may_repeat))
        if not isinstance(answer, dict):
            return {}, unanswered("not_json", may_repeat=may_repeat)
        return answer, None

    def _download(self, token: str, media_id: str, limit: int) -> bytes:
        body = self._get(f"{self._base}media/get", {"access_token": token, "media_id": media_id}, limit)
        if not body.startswith(b"{"):
            return body
        try:
            answer = json.loads(body)
        except ValueError:
            raise SendError("not_media", retryable=True) from None
        if code := answer.get("errcode"):
            raise self._judge(refused(str(code)))
        address = str(answer.get("video_url", ""))
        if not address.startswith(("https://", "http://")):
            raise SendError("not_media", retryable=False)
        return self._get(address, {}, limit)

    def _get(self, address: str, params: Mapping[str, str], limit: int) -> bytes:
        """Read at most `limit` bytes; asking again does no harm, so nothing here is of unknown outcome."""
        body, code, retryable = bytearray(), "", True
        try:
            with self._downloads.get(address, params=params, stream=True, timeout=self._timeout) as response:
                if not response.ok:
                    code = f"http_{response.status_code}"
                elif "html" in response.headers.get("Content-Type", ""):
                    code = "not_media"
                else:
                    for chunk in response.iter_content(CHUNK):
                        body += chunk
                        if len(body) > limit:
                            code, retryable = "media_too_big", False
                            break
        except requests.RequestException as error:
            code = explain(error, may_repeat=True).code
        if not code and not body:
            code = "not_media"
        if code:
            raise SendError(code, retryable=retryable)
        return bytes(body)

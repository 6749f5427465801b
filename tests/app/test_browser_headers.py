"""What our frame changes in every answer, and that the framework's page still holds what it replaces."""

from __future__ import annotations

import asyncio
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from app.browser.headers import COOKIE, HEADERS, OURS, POLICY, TEXTS, OurFrame, language_of
from app.browser.speech import speech

Headers = list[tuple[bytes, bytes]]


def template(name: str) -> str:
    """Return a template of the installed framework, without importing it."""
    spec = importlib.util.find_spec("solara")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folders = [Path(place) / "server" / "templates" for place in spec.submodule_search_locations]
    return next(folder / name for folder in folders if (folder / name).is_file()).read_text(encoding="utf-8")


PAGE = template("solara.html.j2").replace("{{title}}", "Wijklab") + template("loader-plain.html")


class Answer:
    """What a visitor gets."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def header(self, name: str) -> list[str]:
        return [value.decode("latin-1") for key, value in self.headers if key == name.encode()]


def asked(
    body: str | bytes = PAGE,
    kind: str = "text/html; charset=utf-8",
    headers: Headers = [],  # noqa: B006 - never changed
    query: str = "",
    scheme: str = "http",
    root_path: str = "",
    accept: str = "text/html,*/*",
    status: int = 200,
    pieces: int = 1,
) -> Answer:
    """Ask our frame around an application that answers so."""
    content = body.encode("utf-8") if isinstance(body, str) else body
    seen: dict[str, Any] = {}
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)
        own = [(b"Content-Type", kind.encode()), (b"content-length", str(len(content)).encode()), *headers]
        await send({"type": "http.response.start", "status": status, "headers": own})
        size = -(-len(content) // pieces) or 1
        for number in range(pieces):
            part = content[number * size : (number + 1) * size]
            await send({"type": "http.response.body", "body": part, "more_body": number < pieces - 1})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "scheme": scheme,
        "query_string": query.encode(),
        "headers": [(b"accept", accept.encode()), (b"accept-encoding", b"gzip")],
    }
    asyncio.run(OurFrame(inner, root_path, f"{root_path}/own", "abc")(scope, None, send))  # type: ignore[arg-type]
    assert [name for name, _ in seen["headers"]] == [b"accept"], "compressed outside of us, once"
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert starts == sent[:1]
    whole = b"".join(message["body"] for message in sent[1:])
    assert not sent[-1].get("more_body")
    return Answer(starts[0]["status"], starts[0]["headers"], whole)


# --- the framework's page


@pytest.mark.parametrize("found", [found for found, _ in (*OURS, *TEXTS)])
def test_what_is_replaced_is_in_the_page_of_the_installed_framework(found: str) -> None:
    assert found in PAGE


def test_every_sentence_of_the_framework_is_replaced() -> None:
    """What a visitor may read in the page's template; what stands in brackets is for developers only."""
    html = asked().text
    visible = re.sub(
        r"<!--.*?-->|<script(?! type=\"text/x-template\").*?</script>|<style.*?</style>", "", html, flags=re.S
    )
    start = html.index('<script type="x-template"')
    visible += re.sub(r"<!--.*?-->", "", html[start : html.index("</script>", start)], flags=re.S)
    texts = re.sub(r"<[^>]*>|\{\{.*?\}\}|\{[%#].*?[%#]\}", "\n", visible, flags=re.S)
    english = {line.strip() for line in texts.splitlines() if len(re.findall(r"\b[A-Za-z]{3,}\b", line)) >= 1}
    ours = {speech("nl")(key).strip() for _, key in TEXTS} | {speech("nl")("site.title"), speech("nl")("site.loading")}
    never_seen = {
        "Clear messages",  # only where messages of the program are shown
        "mdi-bug-outline",
        "mdi-trash-can-outline",
        "Could not restore session. Will refresh in  seconds.",  # not in production
        "Could not restore session. Will refresh in",
        "seconds.",
        'A widget with mount-id="solara-main" should go here',  # replaced before it is shown
    }
    assert english - ours - never_seen == set()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_ours(language: str) -> None:
    words, html = speech(language), asked(query=f"lang={language}").text
    assert f'<html lang="{language}">' in html
    assert html.count("<html") == 1
    assert 'content="width=device-width, initial-scale=1"' in html
    assert "user-scalable" not in html
    assert "maximum-scale" not in html
    assert f"<title>{words('site.title')}</title>" in html
    assert words("site.refresh") in html
    assert words("site.disconnected") in html
    assert "refresh the page" not in html
    assert "Refresh now" not in html
    assert "<v-progress-linear" not in html
    assert "<h1>" not in html
    assert "debug = true" not in html
    link = '<link rel="stylesheet" href="/own/style.css?v=abc" type="text/css">'
    assert html.index(link) < html.index('<script src="/own/own.js?v=abc"></script>') < html.index("</head>")


def test_a_page_is_whole_however_it_is_sent_and_says_its_length() -> None:
    whole = asked()
    assert whole.header("content-length") == [str(len(whole.body))]
    assert whole.header("content-type") == ["text/html; charset=utf-8"]
    assert whole.header("cache-control") == ["no-store"]
    assert asked(pieces=7).body == whole.body


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("", "nl"),
        ("lang=en", "en"),
        ("a=1&lang=en&lang=nl", "en"),
        ("lang=de", "nl"),
        ("lang=", "nl"),
        ("lang=%22%3E%3Cscript%3E", "nl"),
        ("lang=%ff%fe&%", "nl"),
    ],
)
def test_the_language_is_that_of_the_address(query: str, language: str) -> None:
    assert language_of(query) == language
    assert f'<html lang="{language}">' in asked(query=query).text


# --- headers and cookie


def test_every_answer_has_the_headers() -> None:
    for answer in (asked(), asked("x", "text/css"), asked("404", "text/plain", status=404)):
        for name, value in HEADERS.items():
            assert answer.header(name) == [value]
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == rules["connect-src"] == "'self'"
    assert rules["object-src"] == rules["frame-ancestors"] == rules["form-action"] == "'none'"
    assert rules["base-uri"] == "'self'"
    assert "http" not in POLICY
    assert "*" not in POLICY


SOLARA = b"solara-session-id=0a-1b; expires=Thu, 31 Dec 2037 23:59:59 GMT; Max-Age=3600; Path=/; HttpOnly; SameSite=lax"


def test_the_cookie_ends_with_the_visit() -> None:
    (cookie,) = asked(headers=[(b"Set-Cookie", SOLARA), (b"set-cookie", b"other=1; Max-Age=9")]).header("set-cookie")
    assert cookie == f"{COOKIE}=0a-1b; HttpOnly; SameSite=Strict; Path=/"
    (cookie,) = asked(headers=[(b"set-cookie", SOLARA)], scheme="https", root_path="/wijklab").header("set-cookie")
    assert cookie == f"{COOKIE}=0a-1b; HttpOnly; SameSite=Strict; Path=/wijklab; Secure"
    assert asked().header("set-cookie") == []


def test_addresses_in_the_page_begin_with_the_path_of_the_proxy() -> None:
    html = asked(root_path="/wijk/lab").text
    assert 'href="/wijk/lab/own/style.css?v=abc"' in html
    assert 'src="/wijk/lab/own/own.js?v=abc"' in html


# --- what is no page


def test_other_files_are_left_as_they_are() -> None:
    content = bytes(range(256)) * 50
    answer = asked(content, "image/png", pieces=3)
    assert answer.body == content
    assert answer.header("content-type") == ["image/png"]
    assert answer.header("content-length") == [str(len(content))]
    assert answer.header("cache-control") == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_that_is_not_there_is_a_sentence(language: str) -> None:
    answer = asked("Page not found", "text/plain", status=404, query=f"lang={language}", root_path="/lab")
    assert answer.status == 404
    assert answer.header("content-type") == ["text/html; charset=utf-8"]
    assert answer.header("content-length") == [str(len(answer.body))]
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{speech(language)('site.lost')}</h1>" in answer.text
    assert f'<a href="/lab/?lang={language}">' in answer.text


def test_a_file_that_is_not_there_is_no_page() -> None:
    answer = asked("404", "text/plain", status=404, accept="text/css,*/*;q=0.1")
    assert (answer.status, answer.text, answer.header("content-type")) == (404, "404", ["text/plain"])


def test_what_is_no_request_for_a_page_passes() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    scope = {"type": "websocket", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(OurFrame(inner, "", "/own", "abc")(scope, None, None))  # type: ignore[arg-type]
    assert seen == [{"type": "websocket", "headers": [(b"accept-encoding", b"gzip")]}]

"""What the pages on serving say, held against the program: container, service, proxy, limits, cookie, accessibility."""

from __future__ import annotations

import configparser
import contextlib
import csv
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from app.browser.speech import speech
from app.commands import build
from app.words import LANGUAGES, Words
from tests.browser.browser_tools import NARROW, PAGES, PLAIN, WIDE, chromium_path, running_browser

ROOT = Path(__file__).parents[2]
DEPLOY, DOCS = ROOT / "deploy", ROOT / "docs"
ABOUT_SERVING = ("deployment.md", "data-protection.md", "accessibility.md")
FILES = ("Containerfile", "compose.yaml", "nginx.conf", "wijklab.service")
PORT = "8765"
SECONDS = 60.0
REGISTRY = re.compile(r"\b(?:[\w-]+\.)?(?:pypi|docker|quay|ghcr|npmjs|gcr|pythonhosted)\.(?:org|io|com)\b")
"""Where images and packages come from is the choice of whoever builds."""

LIMITS = """
import json
from app.browser import headers, results_files, server, service, solara_settings
print(json.dumps({
    "visits": solara_settings.MOST_VISITS, "idle": solara_settings.SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"],
    "questions": service.MOST_QUESTIONS, "seconds": service.SECONDS_PER_RUN, "message": server.WEBSOCKET_BYTES,
    "file": results_files.MOST_BYTES, "rows": results_files.MOST_ROWS_READ, "cookie": headers.COOKIE,
}))
"""
"""In a process of its own: the settings have to be made before the framework is imported."""


def text_of(name: str) -> str:
    return ((DOCS if name.endswith(".md") else DEPLOY) / name).read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container file, comments left out."""
    lines = [line for line in text_of("Containerfile").splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def rests(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


def container_variables() -> dict[str, str]:
    return dict(rest.split("=", 1) for rest in rests("ENV"))  # type: ignore[misc]


def container_command() -> list[str]:
    (command,) = rests("CMD")
    return list(json.loads(command))


def unit() -> dict[str, list[str]]:
    """Return the service's settings by name; a name may occur more than once."""
    parsed: dict[str, list[str]] = {}
    for line in text_of("wijklab.service").splitlines():
        name, mark, value = line.partition("=")
        if mark and not line.startswith("#"):
            parsed.setdefault(name, []).append(value)
    return parsed


def app_options() -> dict[str, str]:
    """Return the options of ``wijklab app`` with their variables, those of every command left out."""
    command: Any = typer.main.get_command(build(Words("en"), None))
    every = {parameter.name for parameter in command.params}
    own = [one for one in command.commands["app"].params if one.name not in every and one.name != "help"]
    return {one.opts[0]: one.envvar for one in own}


@pytest.fixture(scope="module")
def limits() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", LIMITS], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


# --- the pages


@pytest.mark.parametrize("page", ABOUT_SERVING)
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s#]+)", text_of(page)):
        assert (DOCS / link).exists(), link


@pytest.mark.parametrize("name", [*ABOUT_SERVING, *FILES])
def test_no_registry_is_named(name: str) -> None:
    assert not REGISTRY.search(text_of(name))


def test_every_option_is_described_and_no_other() -> None:
    rows = re.findall(r"^\| `(--[\w-]+)` \| `(WIJKLAB_\w+)` \|", text_of("deployment.md"), re.MULTILINE)
    assert dict(rows) == app_options()


def test_limits_are_those_of_the_program(limits: dict[str, Any]) -> None:
    found = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text_of("deployment.md"), re.MULTILINE))
    said = {
        "pages open at a time": f"{limits['visits']};",
        "an idle page ends after": f"{limits['idle'].removesuffix('m')} minutes",
        "questions in the queue": f"{limits['questions']};",
        "one run": f"{limits['seconds']:.0f} seconds",
        "message from a page": f"{limits['message'] / 1e6:.0f} MB",
        "a table or report to take along": f"{limits['file'] / 1e6:.0f} MB, out of at most {limits['rows']:,} rows",
    }
    for name, start in said.items():
        assert found[name].startswith(start), name


def test_the_cookie_is_the_one_that_is_named(limits: dict[str, Any]) -> None:
    assert text_of("data-protection.md").count(f"`{limits['cookie']}`") == len(LANGUAGES)


def test_the_statement_rests_on_what_was_tested() -> None:
    with (DOCS / "accessibility.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    every = {(page, language, str(width)) for page in PAGES for language in LANGUAGES for width in (NARROW, WIDE)}
    assert {(row["page"], row["language"], row["width"]) for row in rows} == every
    assert all(row["violations"] == "0" and int(row["rules_passed"]) > 0 for row in rows)
    statement = text_of("accessibility.md")
    assert f"Dat zijn {len(every)} toetsen" in statement
    assert all(f" {width} " in statement for width in (NARROW, WIDE))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"voor versie {version}" in statement
    named = re.search(r"Elke pagina \(([^)]+)\)", statement)
    assert named is not None
    words = speech("nl")
    names = [words(f"site.{page}") for page in PAGES if page not in PLAIN]
    assert named[1].split(", ") == [*names, words("documents_page.title"), "een document"]


# --- the files


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    copied = {name for rest in rests("COPY") if not rest.startswith("--") for name in rest.split()[:-1]}
    assert set(packages["wheel"]["only-include"]) < copied
    assert {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"} < copied
    assert all((ROOT / name).exists() for name in copied)
    order = [name for name, _ in instructions()]
    assert order.index("USER") > max(place for place, name in enumerate(order) if name in ("RUN", "COPY"))
    assert all(part.isdigit() and int(part) > 0 for part in rests("USER")[0].split(":"))


def test_variables_are_options_that_exist() -> None:
    known = {*app_options().values()}
    composed = yaml.safe_load(text_of("compose.yaml"))["services"]["wijklab"]["environment"]
    set_by_unit = dict(pair.split("=", 1) for pair in unit()["Environment"])
    for names in (container_variables(), composed, set_by_unit):
        own = {name for name in names if name.startswith("WIJKLAB_")}
        assert own
        assert own <= known


def test_commands_are_of_options_that_exist() -> None:
    unit_command = shlex.split(unit()["ExecStart"][0])
    for command in (container_command(), unit_command):
        assert Path(command[0]).name == "wijklab"
        assert command[1] == "app"
        given = [part.replace("--no-browser", "--browser") for part in command if part.startswith("--")]
        assert set(given) <= set(app_options())
        assert command[command.index("--port") + 1] == PORT


def test_the_container_is_as_locked_as_the_page_says() -> None:
    whole = yaml.safe_load(text_of("compose.yaml"))
    found = whole["services"]["wijklab"]
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["user"] == rests("USER")[0]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert any(volume.endswith(":/results:ro") for volume in found["volumes"])
    writable = [volume.rpartition(":")[2] for volume in found["volumes"] if not volume.endswith(":ro")]
    assert [*writable, *(place.partition(":")[0] for place in found["tmpfs"])] == ["/cache", "/tmp"]
    gateway = whole["networks"]["pages"]["ipam"]["config"][0]["gateway"]
    assert found["environment"]["FORWARDED_ALLOW_IPS"] == gateway
    assert (DEPLOY / found["build"]["context"] / found["build"]["dockerfile"]).exists()


def test_the_proxy_passes_web_sockets_on_and_writes_no_address() -> None:
    text = re.sub(r"#.*", "", text_of("nginx.conf"))
    assert text.count("{") == text.count("}")
    assert set(re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", text)) == {PORT}
    headers = dict(re.findall(r'proxy_set_header (\S+) "?([^";]*)"?;', text))
    assert headers == {
        "Host": "$http_host", "Upgrade": "$http_upgrade", "Connection": "$connection_upgrade",
        "X-Forwarded-Proto": "$scheme", "X-Forwarded-For": "",
    }  # fmt: skip
    (form,) = re.findall(r"log_format (\w+) '([^']*)';", text)
    written = {"time_iso8601", "request_method", "uri", "status", "body_bytes_sent", "request_time"}
    assert set(re.findall(r"\$(\w+)", form[1])) == written
    assert set(re.findall(r"access_log (.*);", text)) == {f"/var/log/nginx/wijklab.log {form[0]}", "off"}
    assert set(re.findall(r"error_log \S+ (\w+);", text)) == {"emerg"}


def test_the_service_is_what_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    place = tmp_path / "wijklab.service"
    place.write_text(text_of("wijklab.service").replace("/opt/wijklab/bin/wijklab", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(place)], capture_output=True, text=True, check=False)
    told = [line for line in (done.stdout + done.stderr).splitlines() if "wijklab.service" in line]
    assert told == []
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read(place)
    assert parsed["Service"]["DynamicUser"] == parsed["Service"]["NoNewPrivileges"] == "yes"
    assert parsed["Service"]["ProtectSystem"] == "strict"


# --- the container's command, on this machine


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(held: Path, *more: str, before: tuple[str, ...] = ()) -> Iterator[tuple[int, Path]]:
    """Run the command of the container with its variables, its folders being ones of this machine."""
    port, log = free_port(), held / "log"
    variables = {name: value for name, value in container_variables().items() if name != "PATH"}
    for name in ("cache", "results", "tmp"):
        (held / name).mkdir(exist_ok=True)
        variables = {key: re.sub(rf"^/{name}\b", str(held / name), value) for key, value in variables.items()}
    command = [part.replace(PORT, str(port)).replace("0.0.0.0", "127.0.0.1") for part in container_command()[1:]]
    environment = {**os.environ, **variables, "TMPDIR": str(held / "tmp"), "HOME": "/nonexistent"}
    environment |= {"PYTHONPATH": str(ROOT), "WIJKLAB_WORKERS": "1"}
    with log.open("w") as told:
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "app.cli", *command, *more],
            cwd="/", env=environment, stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
        try:
            until = time.monotonic() + SECONDS
            while not healthy(port):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < until, log.read_text(encoding="utf-8")
                time.sleep(0.2)
            yield port, log
        finally:
            # the signal of the container file
            os.killpg(process.pid, getattr(signal, rests("STOPSIGNAL")[0]))
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def healthy(port: int) -> bool:
    """Ask as the container asks."""
    (check,) = rests("HEALTHCHECK")
    code = json.loads(check.partition("CMD ")[2])[2].replace(PORT, str(port))
    with contextlib.suppress(OSError):
        exec(compile(code, "check", "exec"), {})
        return True
    return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="containers are POSIX")
def test_the_command_serves_and_writes_in_its_folders_only(tmp_path: Path) -> None:
    read_only = 'mount -o remount,bind,ro / && mount --bind "$0" "$0" && mount -o remount,bind,rw "$0" && exec "$@"'
    alone = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", read_only, str(tmp_path))
    try:
        tried = subprocess.run([*alone, "sh", "-c", "! touch /x && touch $0/y", str(tmp_path)], check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if tried.returncode:
        pytest.skip("this machine gives no file system of one's own")
    with served(tmp_path, before=alone) as (port, log):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/about?lang=en", timeout=SECONDS) as answer:
            assert 'lang="en"' in answer.read().decode()
        assert "Traceback" not in log.read_text(encoding="utf-8")
        assert "not a writable" not in log.read_text(encoding="utf-8")
    assert not list((tmp_path / "results").iterdir())


@contextlib.contextmanager
def proxied(to: int, path: str, scheme: str) -> Iterator[int]:
    """Stand before the pages as the proxy of the example does: takes the path off, says how a visitor came in."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = int(listening.getsockname()[1])

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65_536):
                target.sendall(content)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def serve(visitor: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (more := visitor.recv(65_536)):
            head += more
        if not head:
            return
        lines, _, body = head.partition(b"\r\n\r\n")
        first, *rest = lines.split(b"\r\n")
        if not first.split(b" ")[1].startswith(path.encode()):
            visitor.sendall(b"HTTP/1.1 404 Not here\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            visitor.close()
            return
        upgrade = any(line.lower().startswith(b"upgrade:") for line in rest)
        kept = [line for line in rest if upgrade or not line.lower().startswith(b"connection:")]
        kept += [b"X-Forwarded-Proto: " + scheme.encode(), *([] if upgrade else [b"Connection: close"])]
        first = first.replace(path.encode(), b"", 1)
        pages = socket.create_connection(("127.0.0.1", to))
        pages.sendall(b"\r\n".join([first, *kept]) + b"\r\n\r\n" + body)
        threading.Thread(target=pump, args=(visitor, pages), daemon=True).start()
        pump(pages, visitor)
        visitor.close()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield port
    finally:
        listening.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="containers are POSIX")
def test_the_pages_work_behind_a_proxy_under_a_path(tmp_path: Path) -> None:
    path = "/wijklab"
    chromium_path()
    with served(tmp_path, "--root-path", path) as (port, log):
        with proxied(port, path, "https") as secure:
            answer = urllib.request.urlopen(f"http://127.0.0.1:{secure}{path}/about", timeout=SECONDS)
            cookie = answer.headers["set-cookie"]
            assert f"Path={path};" in cookie
            assert cookie.endswith("Secure")
            assert "Expires" not in cookie
            assert "Max-Age" not in cookie
        with proxied(port, path, "http") as plain, running_browser() as browser:
            page = browser.new_page()
            failed: list[str] = []
            page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
            page.goto(f"http://127.0.0.1:{plain}{path}/about?lang=en")
            page.wait_for_selector("main h1:text-is('About')", timeout=SECONDS * 1000)
            page.wait_for_selector("#evidence-grade")
            page.select_option("#evidence-grade", "high")
            page.wait_for_selector("h3:text-matches('\\\\([1-9][0-9]?\\\\)')")
            assert not failed
        told = log.read_text(encoding="utf-8")
        assert "127.0.0.1:" not in told.replace(f"http://127.0.0.1:{port}", "")
        assert "Traceback" not in told

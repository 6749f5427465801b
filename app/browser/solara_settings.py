"""Settings of Solara, which it reads when it is first imported: nothing is fetched, nothing is reported, nothing stays.

Import this module before ``solara``.
"""

from __future__ import annotations

import os
import sys

if "solara.server.settings" in sys.modules:
    raise ImportError("Solara was imported before its settings were made; start the browser with 'wijklab app'")

SETTINGS = {
    "SOLARA_APP": "app.browser.site",
    "SOLARA_MODE": "production",
    # nothing leaves this machine, and the server fetches nothing
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_PROXY": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    # visits: the cookie is not for scripts, an idle page ends
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    # how it looks
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_TITLE": "Wijklab",
}

MOST_VISITS = 400
"""Pages that the server remembers at a time; whoever comes then is sent away until an idle one ends."""


def path_of_site() -> str:
    """Return the path under which a proxy shows the site, empty or with a slash in front."""
    return os.environ.get("SOLARA_ROOT_PATH", "")


def set_up(root_path: str) -> None:
    """Set what Solara reads from the environment.

    Args:
        root_path: path under which a proxy shows the site, empty or with a slash in front.
    """
    os.environ.update(SETTINGS)
    os.environ["SOLARA_KERNEL_MAX_COUNT"] = str(MOST_VISITS)
    os.environ["SOLARA_ASSETS_CDN"] = f"{root_path}/cdn/"
    os.environ["SOLARA_ROOT_PATH"] = root_path

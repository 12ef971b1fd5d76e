"""Where this machine keeps a font with Chinese letters, for charts."""

from pathlib import Path

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
NAMES = (
    "NotoSansCJK-Regular.*",
    "NotoSansCJKsc-Regular.*",
    "NotoSansSC-Regular.*",
    "SourceHanSans*-Regular.*",
    "wqy-microhei.*",
    "wqy-zenhei.*",
    "msyh.*",
    "PingFang.*",
    "simhei.*",
    "NotoS*CJK*.*",
)
"""Best first."""


def chinese_font(named: str, folders: tuple[str, ...] = FOLDERS) -> str:
    """Give the font that the operator named, else one that the system has; empty where there is none."""
    if named:
        return named
    homes = [Path(folder).expanduser() for folder in folders]
    found = (file for name in NAMES for home in homes if home.is_dir() for file in sorted(home.rglob(name)))
    return str(next(found, ""))

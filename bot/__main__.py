"""The command `lianxinqiao`."""

from bot.cli.main import app


def main() -> None:
    app()


if __name__ == "__main__":
    main()

"""A district at work on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.driver import Story, prepare, running


@pytest.fixture
def story(database_url: str, tmp_path: Path) -> Iterator[Story]:
    prepare(database_url)
    with running(database_url, tmp_path) as story:
        yield story

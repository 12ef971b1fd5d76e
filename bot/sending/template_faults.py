"""Where the settings name a template or subscription message that the account does not have as they say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.settings import Settings

LONG_TERM = 3
"""How the platform marks a 订阅通知 template that needs no new acceptance for each message."""

Answer = Mapping[str, Any]

_Templates = Mapping[str, Answer]
"""Templates of the account by id."""


def template_faults(
    settings: Settings, templates: Answer | None, subscriptions: Answer | None
) -> Iterator[str]:
    """Compare the settings with the account's two lists; None stands for a list that it did not give."""
    yield from _faults_of_templates(
        "LXQ_OFFICIAL_TEMPLATE",
        settings.official_templates,
        settings.official_template_fields,
        _listed(templates, "template_list", "template_id"),
    )
    there = _listed(subscriptions, "data", "priTmplId")
    yield from _faults_of_templates(
        "LXQ_OFFICIAL_SUBSCRIPTION",
        settings.official_subscriptions,
        settings.official_subscription_fields,
        there,
    )
    yield from _faults_of_duration(settings, there or {})


def _listed(answer: Answer | None, name: str, key: str) -> _Templates | None:
    found = answer.get(name) if answer else None
    if not isinstance(found, list):
        return None
    return {str(each.get(key, "")): each for each in found if isinstance(each, dict)}


def _faults_of_templates(
    prefix: str, wanted: Mapping[str, str], fields: Mapping[str, Mapping[str, str]], there: _Templates | None
) -> Iterator[str]:
    """Say where the settings name a template, or a field of it, that the account does not have."""
    if wanted and there is None:
        yield f"templates are set ({prefix}_…), but the account gives no list of them"
        return
    for key, template_id in wanted.items():
        yield from _faults_of_one(f"{prefix}_{key.upper()}", template_id, fields.get(key, {}), there or {})


def _faults_of_duration(settings: Settings, there: _Templates) -> Iterator[str]:
    """Say where an acceptance is taken to last although the template is good for one message only."""
    for key, template_id in settings.official_subscriptions.items():
        kind = there.get(template_id, {}).get("type", LONG_TERM)
        if settings.official_subscriptions_last and kind != LONG_TERM:
            yield (
                f"LXQ_OFFICIAL_SUBSCRIPTION_{key.upper()} is a one-time template (一次性订阅); "
                "choose a long-term one (长期订阅) or set LXQ_OFFICIAL_SUBSCRIPTIONS_LAST=false"
            )


def _faults_of_one(
    variable: str, template_id: str, names: Mapping[str, str], there: _Templates
) -> Iterator[str]:
    if template_id not in there:
        yield f"{variable} is not a template of this account; copy the id from the console's 我的模板"
        return
    has = set(re.findall(r"\{\{(\w+)\.DATA\}\}", str(there[template_id].get("content", ""))))
    if missing := sorted(set(names.values()) - has):
        yield (
            f"{variable}_FIELDS names {', '.join(missing)}, which the template does not have; "
            f"it has {', '.join(sorted(has))}"
        )

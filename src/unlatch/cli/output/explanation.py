"""An explanation in words, for people and as JSON. It prints nothing; what is in it has no secret to show."""

import json
import textwrap
from collections.abc import Iterator

from unlatch.auth.explanation import Explanation, Finding, Part, Trial, quirks, reach
from unlatch.cli.output.wording import duration, of_event
from unlatch.model.credentials import shown_username
from unlatch.model.index import Authenticate
from unlatch.model.text import printable
from unlatch.model.url import shown

_WIDTH = 100
_COLUMN = 16
_PARTS = {
    Part.SENT: "sent",
    Part.FALL_BACK: "a fall-back, sent if what stands before it is refused",
    Part.NOT_NEEDED: "not sent: an install does not come to it",
    Part.ENDED: "not sent: it has ended",
}


def text(explanation: Explanation) -> str:
    """Return the explanation for a person: a conclusion, five parts, no line longer than 100 if its words allow."""
    parts = {
        "What unlatch knows of the index": _index(explanation),
        "What each source said, in the order in which they are asked": _sources(explanation),
        "What the index said": _answers(explanation),
        "Where the credentials go": _reach(explanation),
        "What to do next": _next(explanation),
    }
    blocks = [_wrapped(explanation.conclusion)]
    for heading, lines in parts.items():
        written = "".join(_line(label, words) for label, words in lines)
        if written:
            blocks.append(f"{heading}\n{written}")
    return "\n".join(blocks)


def _line(label: str, words: str) -> str:
    first = f"  {label:<{_COLUMN}}"
    return _wrapped(words, first if first.endswith(" ") else f"{first} ", " " * (_COLUMN + 4))


def _wrapped(words: str, first: str = "", others: str = "") -> str:
    """Return words as lines: what begins the first one, and what begins the others. A URL stays whole."""
    return (
        textwrap.fill(
            printable(words),
            _WIDTH,
            initial_indent=first,
            subsequent_indent=others,
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
    )


def _index(explanation: Explanation) -> Iterator[tuple[str, str]]:
    index, service = explanation.index, explanation.service
    origin = f", configured in {explanation.configured_in}" if explanation.configured_in else ""
    yield "index", f"{index.name}, {shown(index.url)}{origin}" if index.name else f"{shown(index.url)}{origin}"
    if service is not None:
        yield "service", "; ".join([service.name, *quirks(service)])
    user = shown_username(explanation.question.username)
    if user is not None:
        place = "the URL" if index.userinfo.username is not None else "the environment"
        yield "user", f"{user or 'an empty username'}, from {place}"
    yield "credentials", _policy(explanation)


def _policy(explanation: Explanation) -> str:
    if explanation.index.authenticate is Authenticate.NEVER:
        return 'are never sent: authenticate = "never"'
    if not explanation.index.admits_credentials:
        return "are never sent: it is plain http, to another machine"
    if explanation.eagerness:
        return f"are looked up before the first request: {explanation.eagerness}"
    return "at hand are sent with the first request; the other sources are asked when it is refused"


def _sources(explanation: Explanation) -> Iterator[tuple[str, str]]:
    silent: list[str] = []
    for finding in explanation.findings:
        if finding.part is Part.NOTHING and not finding.outcome:
            silent.append(finding.source)
            continue
        yield finding.source, _finding(finding)
        for event in finding.heard:
            yield "", f"- {of_event(event)[1].text}"
    if silent:
        yield "the others", f"have nothing to do with it: {', '.join(silent)}"


def _finding(finding: Finding) -> str:
    detail = f" ({finding.detail})" if finding.detail else ""
    if finding.part is Part.NOT_ASKED:
        return f"not asked: {finding.outcome}" if not finding.outcome.startswith("an install") else finding.outcome
    if finding.credentials is None:
        took = f", {duration(finding.seconds)}" if finding.seconds is not None and finding.seconds >= 0.1 else ""
        return f"{finding.outcome}{detail}{took}"
    return f"found {finding.username or 'an empty username'}{detail}: {_PARTS[finding.part]}"


def _answers(explanation: Explanation) -> Iterator[tuple[str, str]]:
    for trial in explanation.trials:
        who = "a stranger" if trial.credentials is None else shown_username(trial.credentials.username)
        yield f"to {who or 'no username'}", _answer(trial, explanation)
        yield from (("", warning) for warning in trial.warnings)


def _answer(trial: Trial, explanation: Explanation) -> str:
    if trial.status is None:
        return trial.problem.message if trial.problem is not None else "nothing"
    words = f"{trial.status} in {duration(trial.seconds)}"
    if trial.url != explanation.index.url:
        words += f", from {shown(trial.url)}"
    if trial.challenges:
        offers = [f"{each.scheme} for {each.realm}" if each.realm else each.scheme for each in trial.challenges]
        words += f"; it takes {', '.join(offers)}"
    return words


def _reach(explanation: Explanation) -> Iterator[tuple[str, str]]:
    if explanation.winner is not None:
        always, never = reach(explanation.index)
        yield "to", always
        yield "never to", "; ".join(never)


def _next(explanation: Explanation) -> Iterator[tuple[str, str]]:
    if explanation.hint is not None:
        yield "hint:", explanation.hint
    elif explanation.failure is None:
        yield "nothing:", "an install is let in"


def data(explanation: Explanation) -> str:
    """Return the explanation as JSON, as docs/reference/auth-explain.md describes it."""
    index, service, failure = explanation.index, explanation.service, explanation.failure
    always, never = reach(index)
    user = shown_username(explanation.question.username)
    return (
        json.dumps(
            {
                "version": 1,
                "index": {
                    "url": shown(index.url),
                    "name": index.name,
                    "authenticate": index.authenticate.value,
                    "configured_in": explanation.configured_in or None,
                },
                "service": None
                if service is None
                else {"name": service.name, "username": service.username, "quirks": list(quirks(service))},
                "username": user,
                "looked_up_first": explanation.eagerness or None,
                "sources": [_finding_data(finding) for finding in explanation.findings],
                "requests": [_trial_data(trial) for trial in explanation.trials],
                "sent_to": None if explanation.winner is None else always,
                "never_sent_to": None if explanation.winner is None else never,
                "is_let_in": failure is None,
                "conclusion": explanation.conclusion,
                "failure": None
                if failure is None
                else {
                    "kind": type(failure).__name__,
                    "exit_status": failure.exit_status,
                    "message": failure.message,
                    "details": list(failure.details),
                },
                "hint": explanation.hint,
            },
            indent=2,
        )
        + "\n"
    )


def _finding_data(finding: Finding) -> dict[str, object]:
    found = finding.credentials
    return {
        "source": finding.source,
        "part": finding.part.value,
        "username": finding.username,
        "scheme": None if found is None else found.scheme.value,
        "expires": None if found is None else found.expires,
        "outcome": finding.outcome or None,
        "detail": finding.detail or None,
        "heard": [of_event(event)[1].text for event in finding.heard],
        "seconds": None if finding.seconds is None else round(finding.seconds, 3),
    }


def _trial_data(trial: Trial) -> dict[str, object]:
    sent = trial.credentials
    return {
        "username": None if sent is None else shown_username(sent.username),
        "source": None if sent is None else sent.source,
        "url": shown(trial.url),
        "status": trial.status,
        "challenges": [
            {"scheme": each.scheme, "realm": each.realm, "is_spoken": each.is_supported} for each in trial.challenges
        ],
        "problem": None if trial.problem is None else trial.problem.message,
        "warnings": list(trial.warnings),
        "seconds": round(trial.seconds, 3),
    }

"""What the solver is answered."""

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.positions import Positions
from unlatch.resolve.provider import Provider

UNIVERSE = {
    "a": {"2.0": {"requires": ["b>=2"]}, "1.0": {"requires": ["b"]}},
    "b": {"2.0": {"requires_python": ">=3.12"}, "1.0": {}},
}


def provider(*requirements):
    return Provider(Catalogue(request(*requirements), InMemoryPackages(UNIVERSE)))


def test_a_version_is_chosen_from_the_range_alone():
    answers = provider("b")
    assert answers.choose_version("b", Positions.full()) == 1
    assert answers.choose_version("b", Positions(0b01)) is None
    assert answers.has_satisfying_version("b", Positions.full())
    assert not answers.has_satisfying_version("b", Positions(0b01))


def test_a_version_that_contradicts_what_stands_is_passed_over_with_its_reason():
    answers = provider("a", "b")
    answers.receive_partial_solution_hint({"b": Positions(0b10)}, {"b": 1})
    assert answers.choose_version("a", Positions.full()) == 1
    (fact,) = answers.consume_pending_clauses()
    assert [(term.package, term.constraint, term.is_positive()) for term in fact.terms] == [
        ("a", Positions(0b01), True),
        ("b", Positions(0b01), False),
    ]
    assert answers.consume_pending_clauses() == []


def test_what_is_pinned_comes_first_and_then_what_was_asked_for_in_order():
    answers = provider("b", "a")
    assert answers.prioritize("b", Positions.full(), {}) < answers.prioritize("a", Positions.full(), {})
    assert answers.prioritize("a", Positions(0b10), {}) < answers.prioritize("b", Positions.full(), {})

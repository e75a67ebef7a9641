"""Whether there is anything to do."""

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.resolve import Candidate, satisfied

INSTALLED = {
    "a": {"1.0": {"requires": ["b>=1", "c ; python_version < '3'"], "extras": {"x": ["d"], "y": ["missing"]}}},
    "b": {"1.0": {"requires": ["a"]}},
    "d": {"1.0": {}},
    "old": {"1.0": {"requires": ["b>=2"]}},
    "broken": {"1.0": {"requires": ["b (>dev)"]}},
    "pre": {"2.0rc1": {}},
}


def is_met(*requirements, **told):
    versions = {name: next(iter(versions)) for name, versions in INSTALLED.items()}
    packages = InMemoryPackages({}, installed=INSTALLED)

    def metadata(name):
        return packages.metadata(Candidate(canonicalize_name(name), Version(versions[name]), is_installed=True))

    return satisfied(request(*requirements, installed=versions, **told), metadata) is not None


@pytest.mark.parametrize(
    ("requirements", "told", "answer"),
    [
        ([], {}, True),
        (["a"], {}, True),
        (["A>=1", "b<2"], {}, True),
        (["a[x]"], {}, True),
        (["a[y]"], {}, False),
        (["a>1"], {}, False),
        (["missing"], {}, False),
        (["missing ; sys_platform == 'win32'"], {}, True),
        (["old"], {}, False),
        (["old"], {"no_deps": True}, True),
        (["broken"], {}, False),
        (["pre"], {}, True),
        (["a"], {"upgrade": ["a"]}, False),
        (["a"], {"upgrade": ["b"]}, False),
        (["d"], {"upgrade": ["a"]}, True),
        (["d"], {"upgrade_all": True}, False),
        (["a"], {"constraints": ["b<1"]}, False),
        (["a"], {"constraints": ["b<1 ; sys_platform == 'win32'"]}, True),
        (["d"], {"constraints": ["b<1"]}, True),
        (["a @ https://host/a-1.0-py3-none-any.whl"], {}, False),
    ],
)
def test_requirements_are_met_if_all_that_they_need_is_there(requirements, told, answer):
    assert is_met(*requirements, **told) is answer

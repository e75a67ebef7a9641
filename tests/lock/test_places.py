"""Where a lock may lead: beside it and below, and to folders that the user has named."""

import pytest

from unlatch.lock.places import Places
from unlatch.model.errors import ConfigurationError

HERE = Places("file:///home/me/project", ["file:///srv/wheels/"])
DRIVE = Places("file:///C:/code/project")


@pytest.mark.parametrize(
    ("places", "path", "url"),
    [
        (HERE, "x-1-py3-none-any.whl", "file:///home/me/project/x-1-py3-none-any.whl"),
        (HERE, "wheels/x 1.whl", "file:///home/me/project/wheels/x%201.whl"),
        (HERE, "wheels\\x.whl", "file:///home/me/project/wheels/x.whl"),
        (HERE, "../project/x.whl", "file:///home/me/project/x.whl"),
        (HERE, "../../../srv/wheels/x.whl", "file:///srv/wheels/x.whl"),
        (HERE, "/srv/wheels/x.whl", "file:///srv/wheels/x.whl"),
        (DRIVE, "wheels\\x.whl", "file:///C:/code/project/wheels/x.whl"),
        (DRIVE, "C:\\code\\project\\x.whl", "file:///C:/code/project/x.whl"),
    ],
)
def test_a_path_in_a_lock_is_a_url(places, path, url):
    assert places.url_of(path, "x") == url


@pytest.mark.parametrize(
    ("places", "path"),
    [
        (HERE, "../x.whl"),
        (HERE, "wheels/../../x.whl"),
        (HERE, "..\\..\\x.whl"),
        (HERE, "/etc/x.whl"),
        (HERE, "/srv/wheels-of-others/x.whl"),
        (HERE, "//other/share/x.whl"),
        (HERE, "/srv/wheels/../x.whl"),
        (HERE, "x\0.whl"),
        (HERE, ""),
        (HERE, "C:\\x.whl"),
        (DRIVE, "D:\\code\\project\\x.whl"),
        (DRIVE, "..\\x.whl"),
    ],
)
def test_a_path_that_leads_out_is_refused(places, path):
    with pytest.raises(ConfigurationError, match="outside of the lock's folder"):
        places.url_of(path, "x")


@pytest.mark.parametrize(
    "url", ["file:///etc/x.whl", "file:///home/me/project/%2e%2e/x.whl", "file://other/srv/wheels/x.whl"]
)
def test_a_url_that_leads_out_is_refused(url):
    with pytest.raises(ConfigurationError, match="outside of the lock's folder"):
        HERE.admitted(url, "x")


@pytest.mark.parametrize(
    ("places", "url", "path"),
    [
        (HERE, "file:///home/me/project/wheels/x%201.whl", "wheels/x 1.whl"),
        (HERE, "file:///srv/wheels/x.whl", "../../../srv/wheels/x.whl"),
        (DRIVE, "file:///c:/code/x.whl", "../x.whl"),
        (DRIVE, "file:///D:/x.whl", "D:/x.whl"),
    ],
)
def test_a_local_file_is_told_from_the_locks_folder(places, url, path):
    assert places.told(url) == path

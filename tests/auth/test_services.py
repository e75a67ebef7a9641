"""Known services are known by their whole host, on a dot boundary."""

import pytest

from unlatch.auth.services import is_sign_in_page, service_of


@pytest.mark.parametrize(
    ("url", "name", "username"),
    [
        ("https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/", "Azure Artifacts", "VssSessionToken"),
        ("https://org.pkgs.visualstudio.com/_packaging/f/pypi/simple/", "Azure Artifacts", "VssSessionToken"),
        ("https://PKGS.DEV.AZURE.COM/org/_packaging/f/pypi/simple/", "Azure Artifacts", "VssSessionToken"),
        ("https://europe-west1-python.pkg.dev/p/r/simple/", "Google Artifact Registry", "oauth2accesstoken"),
        (
            "https://my-domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/repo/simple/",
            "AWS CodeArtifact",
            "aws",
        ),
        ("https://gitlab.com/api/v4/projects/1/packages/pypi/simple", "GitLab", "__token__"),
        ("https://corp.jfrog.io/artifactory/api/pypi/team/simple", "JFrog Artifactory", None),
        ("https://pypi.fury.io/corp/", "Gemfury", None),
        ("https://huggingface.co/corp/wheels/resolve/main/x-1.0-py3-none-any.whl", "Hugging Face", None),
        ("https://pypi.org/simple/", "PyPI", None),
    ],
)
def test_a_service_is_recognised(url, name, username):
    service = service_of(url)
    assert service is not None
    assert (service.name, service.username) == (name, username)


def test_a_service_is_known_by_each_of_its_hosts():
    assert service_of("https://x-111122223333.d.codeartifact.cn-north-1.amazonaws.com.cn/pypi/r/simple/") is not None
    assert service_of("https://test.pypi.org/simple/") is not None
    assert service_of("https://files.pythonhosted.org/packages/x.whl") is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://evilpkgs.dev.azure.com/org/",
        "https://pkgs.dev.azure.com.evil.example/org/",
        "https://pkgs.visualstudio.com/",
        "https://pkgs-dev-azure.com/",
        "https://a.b-python.pkg.dev/p/r/simple/",
        "https://my-domain-12.d.codeartifact.eu-west-1.amazonaws.com/pypi/repo/",
        "https://gitlab.com/group/project",
        "https://corp.jfrog.io/ui/login/",
        "https://jfrog.io/artifactory/api/pypi/team/simple",
        "https://corp.jfrog.io.evil.example/artifactory/api/pypi/team/simple",
        "https://notpypi.fury.io/corp/",
        "https://cdn.huggingface.co/x-1.0-py3-none-any.whl",
        "https://nothuggingface.co/x-1.0-py3-none-any.whl",
        "https://notpypi.org/simple/",
        "https://pypi.org.evil.example/simple/",
        "https://pkgs.example.com/simple/",
    ],
)
def test_a_look_alike_is_nobody(url):
    assert service_of(url) is None


def test_sign_in_hosts_are_whole_hosts():
    assert is_sign_in_page("https://login.microsoftonline.com/common/oauth2")
    assert is_sign_in_page("https://spsprodcus1.vssps.visualstudio.com/_signin")
    assert not is_sign_in_page("https://evilvssps.visualstudio.com/_signin")
    assert not is_sign_in_page("https://notlogin.microsoftonline.com/")

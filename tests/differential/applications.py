"""What people install: the requirements of applications, as their users write them, with extras, markers and caps.

Each stands for a kind of difficulty, which its comment names. The versions are the public index's of the day.
"""

from typing import NamedTuple


class Application(NamedTuple):
    """Requirements to resolve, one a line, and the parts of them that need something built (`sources`)."""

    name: str
    requirements: tuple[str, ...]
    sources: bool = False


APPLICATIONS = (
    # Plugins that are found by entry points, and cap their host.
    Application("datasette", ("datasette", "datasette-graphql", "datasette-cluster-map>=0.17")),
    # Extras of extras.
    Application(
        "mkdocs", ("mkdocs-material[imaging]", "mkdocstrings[python]", "mkdocs-gen-files; python_version>'3.8'")
    ),
    # Tools beside one another, which share much and cap some of it.
    Application("checks", ("black[d,jupyter,colorama]", "pre-commit", "tox>=4,<5", "mypy[faster-cache]")),
    # Upper bounds everywhere.
    Application("mlflow", ("mlflow",)),
    Application("ansible", ("ansible", "ansible-lint", "molecule")),
    Application("fastapi", ("fastapi[all]", "uvicorn[standard]", "sqlmodel", "celery[redis,sqs]")),
    # An older major version is wanted, and add-ons that would rather have the next.
    Application(
        "django",
        ("Django>=4.2,<5", "djangorestframework", "django-allauth[socialaccount]", "psycopg[binary]", "gunicorn"),
    ),
    Application("scrapy", ("scrapy", "scrapy-playwright", "spidermon[monitoring]", "itemadapter!=0.9.*")),
    Application("dask", ("dask[complete]", "s3fs", "xarray[io]", "zarr~=3.0")),
    Application("locust", ("locust", "streamlit", "prefect")),
    # Source distributions alone on the index.
    Application("sources", ("docopt", "crcmod==1.7", "pyperclip==1.8.2", "requests"), sources=True),
)

"""Bytes that nobody thought of, for everything that reads what strangers send.

    targets     what reads, and what must hold of whatever it reads
    seeds       where to begin: the corpus, and the catalogue of bad archives and pages
    atheris     lets atheris (libFuzzer) find its way by what it covers
    plain       changes the seeds at random, where there is no atheris

`test_fuzz` gives each target its seeds and a few hundred changes of them. `python -m tests.fuzz --seconds 600 wheel`
goes on for as long as one likes; what it finds is written to `tests/fuzz/corpus/`, and is a test from then on.
"""

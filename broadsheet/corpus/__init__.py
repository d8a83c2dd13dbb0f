"""Cleaning a corpus: what has to be known so that a kill costs nothing, and a person can check what went."""

from broadsheet.corpus.run import CorpusRun, Wish

__all__ = ["CorpusRun", "Wish"]

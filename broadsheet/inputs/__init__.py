"""What is already there, as pages: files, folders, rows of corpora, WARC, standard input."""

from broadsheet.inputs.rows import Fields
from broadsheet.inputs.sources import Given, check_inputs, chosen_pages, read_inputs

__all__ = ["Fields", "Given", "check_inputs", "chosen_pages", "read_inputs"]

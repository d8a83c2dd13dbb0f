"""What is already there, as pages: files, folders, JSON lines, WARC, standard input."""

from broadsheet.inputs.sources import Given, check_inputs, read_inputs

__all__ = ["Given", "check_inputs", "read_inputs"]

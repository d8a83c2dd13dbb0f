"""The demo: two small newspapers on loopback, scraped and cleaned before your eyes."""

from broadsheet.demo.tour import run_demo

__all__ = ["run_demo"]

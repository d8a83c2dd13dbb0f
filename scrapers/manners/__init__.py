"""How a crawl behaves towards hosts: one budget for all crawls of the machine, delays, and waiting when asked to."""

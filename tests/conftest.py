"""What holds for every test."""

from __future__ import annotations

import signal

# A shell starts its background jobs with SIGINT ignored, and programs started by the tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

"""The browser's door: Fava behind our own fence, read-only.

Guarantees: importing this package switches Beancount's pickle cache off for the process (a planted cache file would
be code, and a stale one another year's figures), which is why it comes before any import of Beancount or Fava here.
"""

from __future__ import annotations

import os

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

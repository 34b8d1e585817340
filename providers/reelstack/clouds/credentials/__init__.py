"""Where credentials come from: the vendors' default chains, as far as they need no further package.

`chain` has what both have in common. Alibaba Cloud's chain is at hand here; Huawei Cloud's is the module `huawei`.
"""

from __future__ import annotations

from reelstack.clouds.credentials.alibaba import default_chain, describe, find
from reelstack.clouds.credentials.chain import Absent, Credentials, Found, Source

__all__ = ["Absent", "Credentials", "Found", "Source", "default_chain", "describe", "find"]

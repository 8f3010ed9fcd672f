"""numpy, loaded by the first thing that counts: a web process that draws nothing never pays for it.

    from analysis.lazy_numpy import np

`np` is the module itself for a type checker. Its types are named in quotes, since a name that is
looked up at import would load it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
else:

    class _Numpy:
        """Asks numpy for a name once, then keeps it."""

        def __getattr__(self, name: str) -> Any:
            import numpy  # noqa: PLC0415 - this is what the module is for

            value = getattr(numpy, name)
            setattr(self, name, value)
            return value

    np = _Numpy()

__all__ = ["np"]

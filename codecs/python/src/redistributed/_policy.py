"""How messages of some channels are traced."""

import re
from dataclasses import dataclass
from enum import Enum

from ._codec import Format


class Relation(Enum):
    """How the consumer's span relates to the sender's."""

    PARENT = "parent"
    """A child of the sender's span."""
    LINK = "link"
    """The root of a new trace, with a link to the sender's span: the trust boundary."""
    BOTH = "both"
    """A child of the sender's span that is also linked to it."""
    PROPAGATE = "propagate"
    """No span; the sender's context is current while the handler runs."""
    OFF = "off"
    """The header is taken off, nothing else."""


@dataclass(frozen=True)
class ChannelPolicy:
    """How messages of some channels are traced. Both formats are read, whatever is written.

    channels is a glob over destination names: * is any characters, ? is one. baggage says whether consumers take over
    the sender's baggage and tracestate; by default they do, except with Relation.LINK.
    """

    channels: str = "*"
    write: Format | str = Format.NONE
    relation: Relation | str = Relation.PARENT
    baggage: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "write", Format(self.write))
        object.__setattr__(self, "relation", Relation(self.relation))
        if self.baggage is None:
            object.__setattr__(self, "baggage", self.relation is not Relation.LINK)
        glob = "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in self.channels)
        object.__setattr__(self, "_pattern", re.compile(glob, re.DOTALL))

    def matches(self, destination: str) -> bool:
        """Whether this is a policy for the destination."""
        return self._pattern.fullmatch(destination) is not None  # type: ignore[attr-defined]

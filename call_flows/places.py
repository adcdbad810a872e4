"""Where each value and key of a YAML document stands, found by its path."""

from dataclasses import dataclass, field

from call_flows.problems import Place

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Places:
    """The places of one file. A path that is not there is answered with its nearest parent's place."""

    file: str
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def of(self, path: Path) -> Place:
        """Where the value at this path begins."""
        for length in range(len(path), -1, -1):
            if (place := self.values.get(path[:length])) is not None:
                return place
        return Place(self.file)

    def key(self, path: Path) -> Place:
        """Where the key at the end of this path is written; for a list's item, the item itself."""
        return self.keys.get(path) or self.of(path)

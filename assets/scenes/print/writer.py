"""Sentences for the almanack: short phrases, joined by rule, drawn like cards."""

from pathlib import Path

PARTS = 3  # openings, statements, endings
# In these topics the opening is the subject of the sentence and takes no comma.
JOINED = (
    "REMARKABLE VOYAGES",
    "NOTICES TO MARINERS",
    "TALES OF THE COAST",
    "FROM OUR READERS",
)


def read_phrases(path: Path):
    """Lists by their mark, such as "{P}", and topics by their title: three lists each."""
    lists, topics, into = {}, {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            name, into = line[2:], []
            if name.startswith("{"):
                lists[name] = into
            else:
                topics[name] = []
        elif line.startswith("- "):
            into = []
            topics[name].append(into)
        elif line:
            into.append(line)
    for parts in topics.values():
        assert len(parts) == PARTS, "a topic has openings, statements, endings"
        parts[0] = parts[0] or [""]  # a topic whose sentences begin with the statement
    return lists, topics


LISTS, TOPICS = read_phrases(Path(__file__).with_name("phrases.txt"))
MONTHS = LISTS["{M}"]


class Writer:
    """Draws sentences, no phrase twice until all of its kind are used."""

    def __init__(self, rng):
        self.rng, self.decks = rng, {}

    def draw(self, key, items):
        """One of the items, from a shuffled deck that is kept under the key."""
        if not self.decks.get(key):
            self.decks[key] = [items[i] for i in self.rng.permutation(len(items))]
        return self.decks[key].pop()

    def fill(self, text):
        """The text with each mark replaced by a name of its list."""
        for mark in ("{P}", "{S}", "{N}", "{M}", "{W}", "{n}"):
            while mark in text:
                text = text.replace(mark, self.draw(mark, LISTS[mark]), 1)
        return text

    def sentence(self, topic):
        """One sentence: opening and statement in either order, an ending or a second statement."""
        a, b, c = (self.draw((topic, i), part) for i, part in enumerate(TOPICS[topic]))
        joined, shape = topic in JOINED, self.rng.random()
        text = a + ("" if not a else " " if joined or a[-1] == "," else ", ") + b
        if a and not joined and shape < 0.22 and a[-1] != ",":
            text = b + ", " + a[0].lower() + a[1:] if not a.startswith("{") else b
        if shape > 0.35 or len(text) < 60:
            text += ", " + c
        if 0.22 < shape < 0.35:
            text += "; " + self.draw((topic, 1), TOPICS[topic][1]) if not joined else ""
        text = self.fill(text)
        return text[0].upper() + text[1:] + "."

    def paragraph(self, topic):
        """Three to six sentences."""
        return " ".join(self.sentence(topic) for _ in range(self.rng.integers(3, 7)))

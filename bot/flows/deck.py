"""The study deck, card by card: a question, and its answer when it is asked for."""

from bot.conversation import Commanded, Message, Turn
from bot.course.model import Flashcard
from bot.flows.reference import citation, plain
from bot.flows.scene import Scene

ALL, TAGGED = "deck", "topic"
PREFIXES = (f"{ALL}-", f"{TAGGED}-")
BACK = "-back"


def command(scene: Scene, deed: Commanded) -> Turn | None:
    """Answer /cards, with or without a topic; None for any other command."""
    if deed.name != "cards":
        return None
    deck, asked = scene.course.deck, " ".join(deed.args.split()).casefold().replace(" ", "-")
    if not deck:
        return scene.turn(Message(scene.say("deck.none")))
    if not asked:
        return _card(scene, deck, deck[0], ALL, back=False)
    chosen = tuple(card for card in deck if card.tag == asked)
    if not chosen:
        tags = scene.say("deck.tags", tags=", ".join(dict.fromkeys(card.tag for card in deck)))
        unknown = scene.say("deck.unknown", asked=plain(deed.args))
        return scene.turn(Message(f"{unknown} {tags}"))
    return _card(scene, chosen, chosen[0], TAGGED, back=False)


def pressed(scene: Scene, what: str) -> Turn | None:
    """Show a card or its answer; None for a card that is not there any more."""
    way, _, rest = what.partition("-")
    card_id, back = rest.removesuffix(BACK), rest.endswith(BACK)
    card = next((card for card in scene.course.deck if card.id == card_id), None)
    if card is None:
        return None
    deck = scene.course.deck
    cards = deck if way == ALL else tuple(each for each in deck if each.tag == card.tag)
    return _card(scene, cards, card, way, back=back)


def _card(
    scene: Scene, cards: tuple[Flashcard, ...], card: Flashcard, way: str, *, back: bool
) -> Turn:
    number = next(n for n, each in enumerate(cards) if each.id == card.id)
    following = cards[(number + 1) % len(cards)]
    text = scene.say(
        "deck.back" if back else "deck.front",
        number=number + 1,
        count=len(cards),
        tag=card.tag,
        front=card.front,
        back=card.back,
    )
    onward = scene.choice(f"{way}-{following.id}", scene.say("deck.next"))
    if not back:
        shown = scene.choice(f"{way}-{card.id}{BACK}", scene.say("deck.show"))
        return scene.turn(Message(text, (shown, onward), page=True))
    if card.source in scene.course.sources:
        source = citation(scene.course.sources[card.source])
        text = f"{text}\n\n{scene.say('deck.source', source=source)}"
    return scene.turn(Message(text, (onward,), page=True))

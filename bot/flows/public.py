"""Where others read along: the way to a private chat, and what may be asked right here."""

from dataclasses import replace

from bot.conversation import Choice, Key, Look, Message, Turn
from bot.flows.scene import Scene
from bot.permissions import PUBLIC


def invite(scene: Scene) -> Turn:
    """Learning is between the bot and one person: a button leads there."""
    return scene.turn(Message(scene.say("public.invite"), (_aside(scene),)))


def help_text(scene: Scene) -> Turn:
    """What may be asked where others read along, and the way to the rest."""
    lines = [
        scene.say("help.line", name=name, what=scene.say(f"command.{name}")) for name in PUBLIC
    ]
    listed = "\n".join(f"- {line}" for line in lines)
    text = "\n\n".join([scene.say("public.help"), listed, scene.say("public.invite")])
    return scene.turn(Message(text, (_aside(scene),)))


def aside(scene: Scene, outcome: Turn | Look) -> Turn | Look:
    """What a command about a group leads to, given in its midst: posts stay, and what is for the
    instructor alone goes to their own chat; the others see that it did.
    """
    if not isinstance(outcome, Turn):
        return outcome
    own = scene.by.direct
    messages = tuple(m if m.to else replace(m, to=own) for m in outcome.messages)
    here = any(message.to == scene.by.among for message in messages)
    told = () if here else (Message(scene.say("public.answered")),)
    return replace(outcome, messages=(*told, *messages))


def _aside(scene: Scene) -> Choice:
    key = Key("start", scene.course.id)
    return Choice(str(key), scene.say("public.aside"), aside=True)

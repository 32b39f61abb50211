"""Where others read along: the way to a private chat, and what may be asked right here."""

from bot.conversation import Choice, Key, Message, Turn
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


def _aside(scene: Scene) -> Choice:
    key = Key("start", scene.course.id)
    return Choice(str(key), scene.say("public.aside"), aside=True)

"""Settings: read once, secrets unseen, slips named."""

import re
from pathlib import Path

import pytest

from bot.config import Config, ConfigError, read
from bot.conversation import Budget


def test_nothing_needs_to_be_set() -> None:
    assert read({}) == Config()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("SYLLABOT_DB=from-file.db\nSYLLABOT_CONTENT='my courses'\n# a remark\n")
    config = read({"SYLLABOT_ENV_FILE": str(file), "SYLLABOT_DB": "mine.db"})
    assert (config.db, config.content) == (Path("mine.db"), Path("my courses"))


def test_a_secret_comes_from_a_file_of_its_own_and_is_never_printed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    config = read({"TELEGRAM_TOKEN_FILE": str(file), "DISCORD_TOKEN": "0ther"})
    assert (config.telegram_token, config.discord_token) == ("s3cret", "0ther")
    assert "s3cret" not in repr(config)
    assert "0ther" not in f"{config}"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_misspelt_name_is_an_error_that_names_the_right_one(tmp_path: Path, where: str) -> None:
    file = tmp_path / "settings"
    file.write_text("SYLLABOT_CONTNET=x\n" if where == "file" else "")
    slip = {"SYLLABOT_CONTNET": "x"} if where == "environment" else {}
    with pytest.raises(ConfigError, match=r"SYLLABOT_CONTNET is not .*SYLLABOT_CONTENT"):
        read({"SYLLABOT_ENV_FILE": str(file), **slip})


def test_other_programs_names_are_left_alone() -> None:
    assert read({"PATH": "/bin", "SYLLABUS": "x", "SYLLABOT_SPECS": "/specs"}) == Config()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SYLLABOT_ENV_FILE": "/no/such"}, "no such file"),
        ({"DISCORD_TOKEN_FILE": "/no/such"}, "cannot be read"),
        ({"DISCORD_TOKEN_FILE": "/x", "DISCORD_TOKEN": "y"}, "both set"),
    ],
)
def test_what_cannot_be_read_is_said(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(environ)


def test_a_secret_file_that_is_not_text_is_said_without_showing_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"\xff\xfe\x00s3cret")
    with pytest.raises(ConfigError, match="it is not text") as caught:
        read({"DISCORD_TOKEN_FILE": str(file)})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("TELEGRAM_TOKN", "TELEGRAM_TOKEN"), ("TELEGRAM_WEBHOK_URL", "TELEGRAM_WEBHOOK_URL")],
)
def test_a_name_that_is_nearly_ours_is_taken_for_a_slip(slip: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"{slip} is not .*{meant}"):
        read({slip: "x"})
    assert read({"TELEGRAM_CHAT_ID": "7"}) == Config()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TELEGRAM_API_URL": "api.telegram.org"}, "a whole address"),
        ({"TELEGRAM_API_URL": "htp://x"}, "a whole address"),
        ({"SYLLABOT_OPERATORS": "telegram:7, Bob"}, "names Bob"),
    ],
)
def test_a_setting_that_cannot_work_is_said(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(environ)


def test_who_may_learn_is_open_unless_it_is_said() -> None:
    assert read({}).access == read({"SYLLABOT_ACCESS": "open"}).access == "open"
    assert read({"SYLLABOT_ACCESS": "Cohort"}).access == "cohort"
    with pytest.raises(ConfigError, match="Write open, so that everybody may learn"):
        read({"SYLLABOT_ACCESS": "closed"})


def test_an_empty_token_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("\n")
    with pytest.raises(ConfigError, match="which is empty"):
        read({"TELEGRAM_TOKEN_FILE": str(file)})


def test_where_to_listen_may_be_an_address_of_the_sixth_version() -> None:
    assert read({"TELEGRAM_WEBHOOK_LISTEN": "[::1]:8443"}).telegram_webhook_listen == "[::1]:8443"


GOOD = ("https://example.org/hook", "https://bot.example.org:8443", "https://1.1.1.1/x")


@pytest.mark.parametrize("url", GOOD)
def test_an_address_that_telegram_can_reach_is_taken(url: str) -> None:
    assert read({"TELEGRAM_WEBHOOK_URL": url}).telegram_webhook_url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/hook", "https://"),
        ("example.org/hook", "https://"),
        ("https://", "https://"),
        ("https://example.org:444/hook", "443, 80, 88, 8443"),
        ("https://example.org:x/hook", "whole address"),
        ("https://localhost/hook", "from the internet"),
        ("https://10.0.0.3/hook", "from the internet"),
        ("https://intranet/hook", "from the internet"),
        ("https://ann:pw@example.org/hook", "from the internet"),
    ],
)
def test_an_address_that_telegram_cannot_reach_is_refused(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read({"TELEGRAM_WEBHOOK_URL": url})


@pytest.mark.parametrize("listen", ["8443", "127.0.0.1", ":8443", "127.0.0.1:0", "a:b"])
def test_where_to_listen_is_an_address_and_a_port(listen: str) -> None:
    assert read({"TELEGRAM_WEBHOOK_LISTEN": "0.0.0.0:88"}).telegram_webhook_listen == "0.0.0.0:88"
    with pytest.raises(ConfigError, match=r"as in 127\.0\.0\.1:8443"):
        read({"TELEGRAM_WEBHOOK_LISTEN": listen})


# -- the model -----------------------------------------------------------------------------------


def test_a_model_has_prices_and_budgets_by_default() -> None:
    models = read({"ANTHROPIC_API_KEY": "k"}).models
    assert [name for name, _ in models.prices] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert [each.scope("7") for each in models.budgets] == [
        *("learner:7/day", "learner:7/month", "service/day", "service/month")
    ]
    assert all(each.cost for each in models.budgets if each.scope("") != "service/day")


def test_another_server_and_its_model_are_settings() -> None:
    models = read(
        {
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/",
            "SYLLABOT_MODEL": "ours",
            "SYLLABOT_MODEL_PRICES": "ours 0 0 0 0 0, theirs 1 2 3 4 5",
            "SYLLABOT_BUDGETS": "learner/day 20000 tokens, service/month $1.50 9 tokens",
            "SYLLABOT_MODEL_COMPANY": "Ours Ltd",
            "SYLLABOT_MODEL_DAYS": "1",
            "SYLLABOT_TALK_DAYS": "7",
        }
    ).models
    assert models.url == "http://127.0.0.1:9"
    assert [name for name, _ in models.prices] == ["ours"]
    assert models.budgets == (
        Budget("learner", "day", tokens=20_000),
        Budget("service", "month", tokens=9, cost=1_500_000_000),
    )
    assert (models.company, models.days, models.kept) == ("Ours Ltd", 1, 7)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SYLLABOT_MODEL": "mine"}, "The model mine has no price"),
        ({"SYLLABOT_SECOND_MODEL": "mine"}, "The model mine has no price"),
        ({"SYLLABOT_MODEL_PRICES": "mine 1 2"}, "“mine 1 2”, but a model and five prices"),
        ({"SYLLABOT_MODEL_PRICES": "mine 1 2 3 4 x"}, "five prices"),
        ({"SYLLABOT_MODEL_PRICES": "mine 1 2 3 4 -5"}, "five prices"),
        ({"SYLLABOT_MODEL_PRICES": "mine 1 2 3 4 nan"}, "five prices"),
        ({"SYLLABOT_BUDGETS": "learner/week $1"}, "as in learner/day"),
        ({"SYLLABOT_BUDGETS": "everybody/day $1"}, "as in learner/day"),
        ({"SYLLABOT_BUDGETS": "learner/day 1$"}, "as in learner/day"),
        ({"SYLLABOT_BUDGETS": "learner/day $0"}, "leaves nothing to spend"),
        ({"SYLLABOT_BUDGETS": "learner/day 0 tokens"}, "leaves nothing to spend"),
        ({"SYLLABOT_MODEL_DAYS": "soon"}, "SYLLABOT_MODEL_DAYS is soon"),
        ({"SYLLABOT_TALK_DAYS": "0"}, "SYLLABOT_TALK_DAYS is 0"),
        ({"SYLLABOT_TALK_DAYS": "999999"}, "at most 3650"),
        ({"SYLLABOT_BUDGETS": ","}, "names no budget"),
        ({"SYLLABOT_BUDGETS": "learner/day $1 $2"}, "sets learner/day twice"),
        ({"SYLLABOT_BUDGETS": "learner/day $1, learner/day $2"}, "sets learner/day twice"),
        ({"ANTHROPIC_BASE_URL": "https://example.org"}, "set SYLLABOT_MODEL_COMPANY"),
        ({"ANTHROPIC_BASE_URL": "api.example.org"}, "a whole address is needed"),
        ({"SYLLABOT_BUGETS": "x"}, "Did you mean SYLLABOT_BUDGETS"),
    ],
)
def test_a_setting_of_the_model_that_cannot_work_is_said(
    environ: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        read(environ)


def test_the_log_the_health_address_and_the_backups_have_settings() -> None:
    given = {
        "SYLLABOT_LOG": "JSON",
        "SYLLABOT_LOG_LEVEL": "debug",
        "SYLLABOT_HEALTH_LISTEN": "off",
        "SYLLABOT_BACKUPS": "copies",
        "SYLLABOT_BACKUP_HOURS": "6",
        "SYLLABOT_BACKUPS_KEPT": "3",
    }
    config = read(given)
    assert (config.log, config.log_level, config.health_listen) == ("json", "debug", "")
    assert (config.backups, config.backup_hours, config.backups_kept) == (Path("copies"), 6, 3)
    assert read({}).health_listen == "127.0.0.1:9464"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SYLLABOT_LOG", "xml", "Write text or json"),
        ("SYLLABOT_LOG_LEVEL", "loud", "debug or info or warning or error"),
        ("SYLLABOT_HEALTH_LISTEN", "9464", "an address and a port"),
        ("SYLLABOT_BACKUP_HOURS", "0", "a whole number from 1"),
        ("SYLLABOT_BACKUPS_KEPT", "many", "a whole number from 1"),
    ],
)
def test_settings_of_the_operator_that_cannot_work_are_said(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        read({name: value})

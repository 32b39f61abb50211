"""deploy/: image, compose file, unit and their settings say what is true of the program.

What needs other tools (hadolint, Compose, systemd-analyze) is `make lint-deploy`; what needs the
package index and root is `make rehearse`.
"""

import importlib
import re
import shlex
import subprocess
from argparse import ArgumentParser
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from bot import config
from bot.__main__ import COMMANDS
from deploy.dockerfile import Stage, stages

TOP = Path(__file__).parent.parent
DEPLOY = TOP / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
README = (DEPLOY / "README.md").read_text()
EXAMPLE = (DEPLOY / ".env.example").read_text()
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR", "SQLITE_TMPDIR"}
NAMES = {*config.PLAIN, *config.SECRET, *(f"{name}_FILE" for name in config.SECRET)}
BUILD, IMAGE = stages(DOCKERFILE)
FILES = sorted(each for each in DEPLOY.iterdir() if each.suffix != ".lock" and each.is_file())

# -- the Dockerfile ------------------------------------------------------------------------------


def test_every_stage_comes_from_one_named_release_of_slim_python() -> None:
    assert re.fullmatch(r"python:3\.11-slim-\w+", IMAGE.base)
    assert BUILD.base == IMAGE.base
    assert IMAGE.last("LABEL").pairs["org.opencontainers.image.base.name"] == IMAGE.base


def test_the_program_in_the_image_is_a_user_who_is_nobody_on_the_host() -> None:
    user, _, group = IMAGE.last("USER").rest.partition(":")
    assert user == group == "10001"
    made = next(step.rest for step in IMAGE.steps if step.word == "RUN")
    assert f"--uid {user}" in made and f"--gid {group}" in made
    assert f"--owner {user} --group {group} --mode 0700 /data" in made


def test_the_image_starts_the_program_itself_and_no_shell() -> None:
    assert [*IMAGE.last("ENTRYPOINT").exec_form, *IMAGE.last("CMD").exec_form] == [
        *("syllabot", "serve")
    ]
    assert IMAGE.last("HEALTHCHECK").exec_form == ["syllabot", "healthy"]
    assert IMAGE.last("STOPSIGNAL").rest == "SIGTERM"


def test_what_lasts_is_in_the_only_volume() -> None:
    assert IMAGE.last("VOLUME").exec_form == ["/data"] == [IMAGE.last("WORKDIR").rest]
    told = IMAGE.last("ENV").pairs
    assert Path(told["SYLLABOT_DB"]).parent == Path("/data")
    assert Path(told["SYLLABOT_BACKUPS"]).parent == Path("/data")
    assert told["SQLITE_TMPDIR"] == "/data"


@pytest.mark.parametrize("stage", [BUILD, IMAGE], ids=["build", "image"])
def test_nothing_is_fetched_but_pinned_packages_and_nothing_is_secret(stage: Stage) -> None:
    words = [step.word for step in stage.steps]
    assert "ADD" not in words and "MAINTAINER" not in words
    for step in stage.steps:
        assert not re.search(r"sudo|curl|wget|apt-get|:latest", step.rest)
        if step.word in ("ENV", "ARG"):
            assert not {name for name in step.pairs if re.search("TOKEN|KEY|PASSWORD", name)}
        for install in re.findall(r"pip (?:--python \S+ )?install ([^&]+)", step.rest):
            assert "--require-hashes" in install or "--no-index" in install


def test_all_that_is_copied_is_there_and_is_let_through_to_the_builder() -> None:
    let = {
        line.removeprefix("!")
        for line in (TOP / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = [
        name
        for step in (*BUILD.steps, *IMAGE.steps)
        if step.word == "COPY" and "--from" not in step.rest
        for name in step.rest.split()[:-1]
    ]
    assert set(copied) == let
    assert all((TOP / name).exists() for name in copied)


# -- the locks -----------------------------------------------------------------------------------


def pins(path: Path) -> dict[str, set[str]]:
    """Every pinned package with its hashes."""
    text = path.read_text().replace("\\\n", " ")
    lines = [line.split(" #")[0] for line in text.splitlines() if re.match(r"[\w.-]+==", line)]
    return {line.split()[0]: set(re.findall(r"sha256:\w+", line)) for line in lines}


@pytest.mark.parametrize("name", ["run.lock", "build.lock"])
def test_what_is_installed_is_what_was_tested(name: str) -> None:
    whole = pins(TOP / "requirements.lock")
    ours = pins(DEPLOY / name)
    assert ours and all(whole[each] == hashes for each, hashes in ours.items())


def test_what_only_developers_need_is_not_in_the_image() -> None:
    names = {each.split("==")[0] for each in pins(DEPLOY / "run.lock")}
    assert not names & {"pytest", "mypy", "ruff", "hatchling", "hypothesis"}
    text = (TOP / "pyproject.toml").read_text()
    wanted = re.findall(r'^    "([\w.-]+)"', text.split("dependencies = [")[1].split("]")[0], re.M)
    assert len(wanted) > 10 and {name.replace(".", "-").lower() for name in wanted} <= names


# -- settings ------------------------------------------------------------------------------------


def uncommented() -> str:
    return re.sub(r"(?m)^#(?=[A-Z_]+=)", "", EXAMPLE)


def test_the_example_names_every_setting_once_and_nothing_else() -> None:
    named = re.findall(r"(?m)^#?([A-Z_]+)=", EXAMPLE)
    assert sorted(named) == sorted(NAMES)


def test_the_example_changes_nothing_as_it_is_copied() -> None:
    assert not re.findall(r"(?m)^[^#\n]", EXAMPLE)


def test_the_example_says_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(uncommented())
    assert config.read({"SYLLABOT_ENV_FILE": str(file)}) == config.Config()


def test_every_reader_of_the_example_reads_the_same() -> None:
    """systemd and Compose agree with python-dotenv on plain words and on single quotes."""
    for line in uncommented().splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Z_]+=([\w./:-]*|'[^'\\]*')", line)


def test_every_setting_says_what_it_is_for() -> None:
    for block in EXAMPLE.split("\n\n"):
        if re.search(r"(?m)^#[A-Z_]+=", block):
            assert re.match(r"# [A-Z]", block), block


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\b(?:SYLLABOT|TELEGRAM|DISCORD|ANTHROPIC)_[A-Z_]+[A-Z]\b", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_anywhere_is_one(path: Path) -> None:
    assert settings_in(path.read_text()) <= NAMES


def test_the_variables_of_the_image_and_of_systemd_are_settings_or_pythons() -> None:
    of_systemd = dotenv_values(DEPLOY / "systemd.env", interpolate=False)
    assert set(IMAGE.last("ENV").pairs) - OF_PYTHON <= NAMES
    assert set(of_systemd) - OF_PYTHON <= NAMES


# -- compose.yaml --------------------------------------------------------------------------------

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICE = COMPOSE["services"]["syllabot"]


def test_the_container_may_do_as_little_as_it_can() -> None:
    assert list(COMPOSE["services"]) == ["syllabot"]
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert [each.split(":")[0] for each in SERVICE["tmpfs"]] == ["/tmp"]  # noqa: S108
    assert not {"privileged", "ports", "network_mode", "cap_add", "user"} & set(SERVICE)


def test_the_container_has_limits_and_its_log_does_not_fill_the_disk() -> None:
    assert SERVICE["mem_limit"] == SERVICE["memswap_limit"]
    assert SERVICE["pids_limit"] >= 64
    assert {"max-size", "max-file"} <= set(SERVICE["logging"]["options"])


def test_the_container_is_given_the_time_that_the_program_takes_to_end() -> None:
    assert SERVICE["restart"] == "unless-stopped"
    assert SERVICE["stop_grace_period"] == "15s"
    assert SERVICE["init"] is True


def test_what_lasts_is_in_a_named_volume_and_tokens_are_files() -> None:
    assert SERVICE["volumes"] == ["data:/data"] and "data" in COMPOSE["volumes"]
    assert "environment" not in SERVICE
    assert set(SERVICE["secrets"]) == set(COMPOSE["secrets"])
    for name in SERVICE["secrets"]:
        assert COMPOSE["secrets"][name]["file"] == f"./secrets/{name}"
        assert f"/run/secrets/{name}" in EXAMPLE


# -- the unit ------------------------------------------------------------------------------------


def unit() -> dict[str, list[str]]:
    """Every setting of the unit, in order; systemd reads it as lines NAME=value."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "syllabot.service").read_text().splitlines():
        if re.match(r"\w+=", line):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_ends_and_starts_the_program_as_it_wants_to_be() -> None:
    assert unit()["KillSignal"] == ["SIGTERM"] and unit()["TimeoutStopSec"] == ["15"]
    assert unit()["Restart"] == ["on-failure"] and unit()["RestartPreventExitStatus"] == ["2"]
    assert "kill -HUP ${MAINPID}" in unit()["ExecReload"][0]


def test_the_unit_shuts_the_program_in() -> None:
    told = unit()
    assert told["User"] == ["syllabot"] and told["CapabilityBoundingSet"] == [""]
    assert told["ProtectSystem"] == ["strict"] and told["StateDirectory"] == ["syllabot"]
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "MemoryDenyWriteExecute"):
        assert told[name] == ["yes"]
    assert told["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]


def test_the_unit_and_the_command_beside_it_agree() -> None:
    beside = (DEPLOY / "syllabot").read_text()
    for name in ("User", "Group", "StateDirectory", "UMask", "EnvironmentFile", "LoadCredential"):
        for value in unit()[name]:
            assert f"--property={name}={value}" in beside
    for secret in ("telegram", "discord", "claude"):
        assert f"/run/credentials/syllabot.service/token_{secret}" in EXAMPLE


# -- what the pages say --------------------------------------------------------------------------


def parser_of(name: str) -> ArgumentParser:
    parser = ArgumentParser(name)
    if name == "version":  # the only one without a module
        return parser
    importlib.import_module(f"bot.commands.{name.replace('-', '_')}").add_arguments(parser)
    return parser


def calls() -> list[list[str]]:
    """Every call of the program in the files of deploy/, as words after its name."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", README, re.DOTALL)
    lines = [*"\n".join(blocks).splitlines(), *re.findall(r"`([^`\n]+)`", README)]
    lines += [*unit()["ExecStart"], "syllabot " + " ".join(IMAGE.last("CMD").exec_form)]
    lines.append(" ".join(IMAGE.last("HEALTHCHECK").exec_form))
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        for at, word in enumerate(words[:-1]):
            after = words[at + 1]
            if word.rpartition("/")[2] == "syllabot" and after in COMMANDS:
                found.append(words[at + 1 :])
    return found


def test_every_command_that_is_named_exists_with_its_options() -> None:
    assert {words[0] for words in calls()} >= {"serve", "healthy", "doctor", "backup", "restore"}
    for name, *words in calls():
        options = [word for word in words if word.startswith("--")]
        known = {text for action in parser_of(name)._actions for text in action.option_strings}
        assert set(options) <= known, name


def test_every_link_leads_to_a_file_or_a_heading() -> None:
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"(?m)^#+ (.+)$", README)
    }
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert links
    for link in links:
        path, _, heading = link.partition("#")
        if not link.startswith("https://"):
            assert (DEPLOY / path).exists(), link
            assert path or heading in headings, link


def test_every_file_that_lies_there_is_explained() -> None:
    for path in FILES:
        if path.name not in ("README.md", ".gitignore"):
            assert path.name in README, path.name


@pytest.mark.parametrize("name", ["syllabot", "lint"])
def test_the_shell_can_read_the_scripts(name: str) -> None:
    assert subprocess.run(["sh", "-n", DEPLOY / name], check=False).returncode == 0  # noqa: S607


def test_tokens_that_lie_there_are_neither_committed_nor_sent_to_the_builder() -> None:
    ignored = (DEPLOY / ".gitignore").read_text().splitlines()
    assert {"/.env", "/secrets/"} <= set(ignored)
    assert (TOP / ".dockerignore").read_text().splitlines()[1] == "*"

"""What stands in fleet/ beside what runs in tests: the files for containers name nothing that is not there."""

import re
from typing import Any

import pytest
import yaml

from tests.fleet.postgres import FLEET

COMPOSE: dict[str, Any] = yaml.safe_load((FLEET / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_is_given_is_there(name: str) -> None:
    """Files that are mounted, volumes, and services that it waits for."""
    service = SERVICES[name]
    for mounted in service.get("volumes", []):
        source = mounted.split(":")[0]
        if source.startswith("."):
            assert (FLEET / source).exists(), source
        else:
            assert source in COMPOSE["volumes"]
    if "build" in service:
        assert (FLEET / service["build"] / "Dockerfile").is_file()
    for other in service.get("depends_on", []):
        assert other in SERVICES


def test_everything_that_is_asked_for_can_be_filled_in() -> None:
    """The names in compose.yaml are those of example.env."""
    asked = set(re.findall(r"\$\{([A-Z_]+)", (FLEET / "compose.yaml").read_text("utf-8")))
    named = set(
        re.findall(r"^([A-Z_]+)=", (FLEET / "example.env").read_text("utf-8"), re.MULTILINE)
    )
    assert asked == named


def test_the_collector_is_told_what_its_configuration_names() -> None:
    """Its variables, and pipelines of nothing but what is configured."""
    text = (FLEET / "collector" / "config.yaml").read_text("utf-8")
    config = yaml.safe_load(text)
    given = SERVICES["collector"]["environment"]
    assert set(re.findall(r"\$\{env:([A-Z_]+)\}", text)) <= given.keys()
    pipeline = config["service"]["pipelines"]["logs"]
    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) == config[kind].keys()
    assert config["service"]["extensions"] == list(config["extensions"])
    assert config["exporters"]["fleet_postgresql"]["sending_queue"]["wait_for_result"] is True
    assert config["receivers"]["otlp"]["protocols"]["http"]["auth"] == {
        "authenticator": "fleet_credentials"
    }


def test_grafana_finds_what_the_dashboard_asks() -> None:
    """The data source has the name that the dashboard uses, and the role that it logs in with is made."""
    folder = FLEET / "grafana" / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "fleet.yaml").read_text("utf-8"))[
        "datasources"
    ]
    assert (source["uid"], source["type"]) == ("fleet", "grafana-postgresql-datasource")
    role = SERVICES["grafana"]["environment"]["FLEET_GRAFANA_ROLE"]
    assert f"CREATE ROLE {role} LOGIN" in (FLEET / "sql" / "roles.sh").read_text("utf-8")

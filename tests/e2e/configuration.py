"""The configuration folder of a Home Assistant that listens on loopback only."""

from dataclasses import dataclass, field
import json
from pathlib import Path
import shutil
from typing import Any

import imageio_ffmpeg
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]

# Our own light: a template over a switch that keeps its state, exposed to Assist by its domain.
_KITCHEN_LIGHT = {
    "name": "Kitchen light",
    "unique_id": "kitchen_light",
    "default_entity_id": "light.kitchen",
    "state": "{{ is_state('input_boolean.kitchen', 'on') }}",
    "turn_on": {
        "action": "input_boolean.turn_on",
        "target": {"entity_id": "input_boolean.kitchen"},
    },
    "turn_off": {
        "action": "input_boolean.turn_off",
        "target": {"entity_id": "input_boolean.kitchen"},
    },
}

# Steps of the first-run dialogue that would download things or ask for permission to report.
_SKIPPED_ONBOARDING = ["core_config", "analytics"]


class Include(str):
    """A file that configuration.yaml includes, by its path."""

    __slots__ = ()


yaml.SafeDumper.add_representer(
    Include, lambda dumper, path: dumper.represent_scalar("!include", path)
)


@dataclass(slots=True, kw_only=True)
class Configuration:
    """What is written into the folder before Home Assistant starts for the first time.

    Attributes:
        folder: The configuration folder; made if it is not there.
        port: Port that Home Assistant listens on.
        integrations: Folders to copy below custom_components.
        extra: More top-level keys of configuration.yaml.
        packages: Configuration that is merged with the rest, by any name.
        files: Further YAML files, by their paths in the folder.
    """

    folder: Path
    port: int
    integrations: tuple[Path, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        """Write everything; what was there before is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_yaml()
        for name, content in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        self._store("onboarding", 4, {"done": _SKIPPED_ONBOARDING})
        self._store("http", 2, self._http(), minor_version=2)
        for source in self.integrations:
            self.install(source)

    def write_yaml(self) -> None:
        """Write configuration.yaml, with what `extra` holds now."""
        (self.folder / "configuration.yaml").write_text(
            yaml.safe_dump(self._yaml(), sort_keys=False), encoding="utf-8"
        )

    def install(self, source: Path) -> None:
        """Put a custom integration into the folder, as an installation would."""
        target = self.folder / "custom_components" / source.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))

    def depend(self, domain: str, on: str) -> None:
        """Let an installed integration be set up after another one, which it does not know."""
        path = self.folder / "custom_components" / domain / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["dependencies"] = [*manifest["dependencies"], on]
        path.write_text(json.dumps(manifest), encoding="utf-8")

    def remove(self, domain: str) -> None:
        """Take a custom integration out of the folder, leaving its settings behind."""
        shutil.rmtree(self.folder / "custom_components" / domain)

    def _yaml(self) -> dict[str, Any]:
        return {
            "homeassistant": {
                "name": "Message Guard",
                "internal_url": f"http://127.0.0.1:{self.port}",
                "time_zone": "UTC",
                "country": "US",
                "allowlist_external_dirs": [str(self.folder)],
                "packages": self.packages,
            },
            # Home Assistant itself stays quiet, also about the image library that it misses for
            # cameras; what the integration logs is to be looked at.
            "logger": {
                "default": "warning",
                "logs": {
                    "custom_components": "debug",
                    "homeassistant.components.camera": "critical",
                },
            },
            "api": None,
            "assist_pipeline": None,
            "config": None,
            "websocket_api": None,
            "ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()},
            "input_boolean": {"kitchen": {"name": "Kitchen relay"}},
            "template": [{"light": [_KITCHEN_LIGHT]}],
            **self.extra,
        }

    def _http(self) -> dict[str, Any]:
        """Return settings that are in force at once.

        The same in configuration.yaml would be a trial of five minutes, after which Home Assistant
        restarts on 0.0.0.0:8123.
        """
        return {
            "stable": {
                "server_host": ["127.0.0.1"],
                "server_port": self.port,
                "cors_allowed_origins": [],
                "login_attempts_threshold": -1,
                "ip_ban_enabled": False,
                "ssl_profile": "modern",
                "use_x_frame_options": True,
                "created_at": "2026-01-01T00:00:00+00:00",
                "error": None,
                "error_message": None,
            },
            "pending": None,
            "yaml_migration_done": True,
        }

    def _store(self, key: str, version: int, data: Any, *, minor_version: int = 1) -> None:
        path = self.folder / ".storage" / key
        path.parent.mkdir(exist_ok=True)
        stored = {"version": version, "minor_version": minor_version, "key": key, "data": data}
        path.write_text(json.dumps(stored), encoding="utf-8")

"""
The wall around source agencies: six layers, each with its own test.

1. Import contracts: here.                          2. Modules of the running process: tests/intake.
3. Settings and files of another process: tests/guards/test_settings.py.
4. Sealing to a key intake cannot open: here and tests/crypto/test_sealed_deposits.py.
5. Storage it can only add to: tests/storage.       6. Answers of the request alone: tests/intake.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("crypto", "outreach", "config", "portal", "cli", "twilio_emulator")


def import_contracts(root: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    return subprocess.run(command, cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=120)


@pytest.mark.req("NI-8")
def test_imports_keep_to_their_contracts():
    done = import_contracts(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in OURS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return root


PLANTED = {
    "intake reads people": ("portal/intake/answers.py", "import outreach.people"),
    "intake asks the advocates' app": ("portal/intake/answers.py", "import portal.advocate"),
    "the domain knows Flask": ("outreach/gate/hours.py", "import flask"),
    "a rule reads settings": ("outreach/gate/hours.py", "import config.settings"),
    "cryptography knows a table": ("crypto/boxes.py", "import outreach.records.cases"),
    "Twilio is called from the side": ("outreach/gate/hours.py", "import twilio.rest"),
}


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_import_across_the_wall_is_caught(copied, bug):
    name, line = PLANTED[bug]
    path = copied / name
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        done = import_contracts(copied)
        assert done.returncode != 0, bug
        assert "BROKEN" in done.stdout
    finally:
        path.write_text(before)


@pytest.mark.req("NI-8")
def test_what_intake_holds_can_seal_and_never_unseal():
    code = (
        "import sys, crypto.sealing, portal.intake\n"
        "assert not hasattr(crypto.sealing.SealingKey, 'unseal')\n"
        "loaded = [n for n in ('crypto.unsealing', 'crypto.keyring', 'crypto.root') if n in sys.modules]\n"
        "assert loaded == [], loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

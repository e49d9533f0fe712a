"""Compiled templates, kept for all apps of a process: a test with a portal of its own need not compile them anew."""

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class KeptTemplates(BytecodeCache):
    """Keeps the code of each template by its text and by what of its environment goes into the code."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return the place of a template in an environment, filled when it was compiled before."""
        options = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks, environment.is_async)
        bucket = Bucket(environment, repr((name, filename, options, source)), "")
        bucket.code = self._kept.get(bucket.key)
        return bucket

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.code


def keep_templates() -> None:
    """Let every Flask app of this process share what is compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}

"""Passphrase secrets, in Pulumi's format: whoever has the passphrase reads the state with either engine.

The salt is `v1:BASE64(8 bytes):` followed by an encryption of the word "pulumi" that proves a passphrase right;
the key is PBKDF2-SHA256 over it, ciphertexts are `v1:BASE64(nonce):BASE64(AES-256-GCM)`. Called by `state` and
`project`; which passphrase, and when a missing one matters, is decided here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reelstack.engine.values import NEEDS_CLI
from reelstack.errors import EngineError

ROUNDS = 1_000_000
PROOF = "pulumi"
SET_IT = "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE and run again."


def passphrase(env: Mapping[str, str]) -> str | None:
    """The passphrase that the environment names, None when it names none. An empty one is one."""
    if "PULUMI_CONFIG_PASSPHRASE" in env:
        return env["PULUMI_CONFIG_PASSPHRASE"]
    file = env.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not file:
        return None
    try:
        return Path(file).expanduser().read_text().strip()
    except OSError as error:
        raise EngineError(f"The passphrase file {file} cannot be read: {error.strerror}.", hint=SET_IT) from error


@lru_cache(maxsize=32)
def _key(phrase: str, salt: bytes) -> bytes:
    """Half a second of work; remembered, since one run asks for it again and again."""
    return hashlib.pbkdf2_hmac("sha256", phrase.encode(), salt, ROUNDS)


class Keyring:
    """Encrypts and decrypts under one salt. Asks for the passphrase only when a secret needs it."""

    def __init__(self, salt: str, phrase: str | None) -> None:
        self.salt = salt
        self._phrase = phrase

    @classmethod
    def new(cls, phrase: str) -> Keyring:
        """A keyring under a fresh salt."""
        raw = os.urandom(8)
        head = f"v1:{base64.b64encode(raw).decode()}:"
        return cls(head + _seal(_key(phrase, raw), PROOF.encode()), phrase)

    def encrypt(self, value: Any) -> str:
        """Encrypt a JSON value."""
        return self.encrypt_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def encrypt_text(self, text: str) -> str:
        """Encrypt a text as it is, the way configuration values are."""
        return _seal(self._secret_key(), text.encode())

    def decrypt(self, ciphertext: str) -> Any:
        """The JSON value behind a ciphertext."""
        return json.loads(self.decrypt_text(ciphertext))

    def decrypt_text(self, ciphertext: str) -> str:
        """The text behind a ciphertext."""
        return _open(self._secret_key(), ciphertext).decode()

    def _secret_key(self) -> bytes:
        if self._phrase is None:
            raise EngineError("This stack holds secrets and there is no passphrase to read them with.", hint=SET_IT)
        version, salt, proof = _parts(self.salt)
        if version != "v1":
            raise EngineError(
                f"The secrets of this stack are of an unknown version, {version}.", hint="Update Reelstack."
            )
        key = _key(self._phrase, _bytes(salt))
        if _open(key, proof) != PROOF.encode():
            raise EngineError("The passphrase is not the one this stack was made with.", hint=SET_IT)
        return key


def _seal(key: bytes, plain: bytes) -> str:
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, plain, None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"


def _open(key: bytes, ciphertext: str) -> bytes:
    _, nonce, sealed = _parts(ciphertext)
    try:
        return AESGCM(key).decrypt(_bytes(nonce), _bytes(sealed), None)
    except InvalidTag as error:
        raise EngineError("The passphrase is not the one this stack was made with.", hint=SET_IT) from error


def _parts(sealed: str) -> list[str]:
    parts = sealed.split(":", 2)
    if len(parts) != 3:
        raise _damaged()
    return parts


def _bytes(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise _damaged() from error


def _damaged() -> EngineError:
    return EngineError("A secret, or the salt, of this stack is damaged.", hint="Take them from a copy of the file.")


class Vault:
    """What a stack encrypts with: the keyring of its state, or none until a secret turns up.

    A stack that was made without a passphrase has no secrets provider; it gets one in the first run that has a
    passphrase, and a secret in a run without one is an error that says so.
    """

    def __init__(self, keyring: Keyring | None) -> None:
        self.keyring = keyring

    @classmethod
    def of(cls, provider: Mapping[str, Any] | None, phrase: str | None, salt: str | None = None) -> Vault:
        """Open the vault that a state's `secrets_providers` describes; `salt` is the stack settings' own."""
        if provider and provider.get("type") not in (None, "", "passphrase"):
            raise EngineError(
                f"This stack's secrets are kept by {provider['type']!r}, not by a passphrase.",
                hint=NEEDS_CLI,
            )
        if provider:
            return cls(Keyring(str((provider.get("state") or {}).get("salt", "")), phrase))
        if salt:
            return cls(Keyring(salt, phrase))
        return cls(Keyring.new(phrase) if phrase is not None else None)

    def encrypt(self, value: Any) -> str:
        """Encrypt a JSON value. Raises EngineError when there is no passphrase."""
        return self._open().encrypt(value)

    def decrypt(self, ciphertext: str) -> Any:
        """The JSON value behind a ciphertext. Raises EngineError when there is no passphrase."""
        return self._open().decrypt(ciphertext)

    def provider(self) -> dict[str, Any] | None:
        """The state's `secrets_providers`."""
        return {"type": "passphrase", "state": {"salt": self.keyring.salt}} if self.keyring else None

    def _open(self) -> Keyring:
        if self.keyring is None:
            raise EngineError(
                "The program uses a secret, and this stack has no passphrase to keep it with.", hint=SET_IT
            )
        return self.keyring

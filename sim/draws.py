"""Named draws: every random decision has a name and depends on nothing but what it is about.

A draw is a function of (seed, decision, subject, object, occurrence, month). No generator carries state, so two
scenarios with one seed are one world except for what the policy changes, and neither the order of rows, nor blocks,
threads or processes matter.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]

TWO32 = 4294967296.0
"""Thresholds and draws are integers out of two to the power 32."""

_LARGEST = np.uint32(0xFFFFFFFF)
_BELOW_ONE = np.nextafter(np.float32(1), np.float32(0))
_MASK = 0xFFFFFFFFFFFFFFFF
# Multipliers of the SplitMix64 finaliser (Steele, Lea and Flood 2014) and the golden-ratio increment.
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


def _mix_int(value: int) -> int:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
    return value ^ (value >> 31)


def mix(values: U64) -> U64:
    """Return a well-mixed copy of 64-bit values (bijective)."""
    out = values ^ (values >> _S30)
    out *= _M1
    out ^= out >> _S27
    out *= _M2
    out ^= out >> _S31
    return out


@lru_cache(maxsize=4096)
def name_key(name: str) -> int:
    """Return the 64-bit key of a name; the same on every machine and in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def text_ids(*parts: str | int) -> np.uint64:
    """Return one identity made from words and numbers, for what has no parent row (a wijk, an area)."""
    return np.uint64(name_key("|".join(str(part) for part in parts)))


def derive_ids(parents: U64, role: str, index: U64 | int = 0) -> U64:
    """Return identities derived from ``parents``: of the same length, unique per (parent, role, index)."""
    salt = np.uint64(name_key(role))
    number = np.asarray(index, dtype=np.uint64) * _GOLDEN
    return mix(mix(parents ^ salt) + number)


def join_pairs(subjects: U64, objects: U64) -> U32:
    """Return one 32-bit integer per pair of a subject and an object prepared by :meth:`Draws.objects`."""
    mixed: U64 = subjects ^ objects
    mixed *= _M1
    mixed ^= mixed >> _S32
    mixed *= _M2
    mixed >>= _S32
    return mixed.astype(np.uint32)


def thresholds(probability: F32 | F64) -> U32:
    """Turn probabilities into 32-bit integer thresholds; values outside 0 to 1 are clipped."""
    if probability.dtype == np.float32:  # scaling by a power of two is exact
        clipped = np.minimum(np.maximum(probability, np.float32(0)), _BELOW_ONE)
        clipped *= np.float32(TWO32)
        return clipped.astype(np.uint32)
    scaled = probability * TWO32
    return np.minimum(np.maximum(scaled, 0.0), float(_LARGEST)).astype(np.uint32)


def below_one(probability: F32) -> U32:
    """Turn float32 probabilities that are known to lie in [0, 1) into thresholds, without clipping."""
    return (probability * np.float32(TWO32)).astype(np.uint32)


def threshold(probability: float) -> np.uint32:
    """Turn one probability into its 32-bit integer threshold."""
    return np.uint32(min(int(min(max(probability, 0.0), 1.0) * TWO32), int(_LARGEST)))


class Draws:
    """The named draws of one world.

    Args:
        seed: the seed of the world; any integer.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._inner: dict[str, int] = {}
        self._root = _mix_int((self.seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK)

    def key(self, decision: str, month: int = 0, occurrence: int = 0) -> np.uint64:
        """Return the key of a decision in a month; subjects are mixed into it."""
        inner = self._inner.get(decision)
        if inner is None:
            inner = self._inner[decision] = _mix_int(self._root ^ name_key(decision))
        return np.uint64(_mix_int((inner + ((month & 0xFFFFFFFF) << 20) + occurrence) & _MASK))

    def bits(self, decision: str, subjects: U64, month: int = 0, occurrence: int = 0) -> U32:
        """Return one 32-bit integer per subject, uniform over all 32-bit integers."""
        mixed = subjects ^ self.key(decision, month, occurrence)
        mixed *= _M1
        mixed ^= mixed >> _S32
        mixed *= _M2
        mixed >>= _S32
        return mixed.astype(np.uint32)

    def both_bits(self, decision: str, subjects: U64, month: int = 0) -> U32:
        """Return two 32-bit integers per subject (2, subjects): one hash is enough for a decision of two kinds."""
        mixed = subjects ^ self.key(decision, month)
        mixed *= _M1
        mixed ^= mixed >> _S32
        mixed *= _M2
        mixed ^= mixed >> _S32  # the low half of a product is mixed badly
        return mixed.astype("<u8", copy=False).view("<u4").reshape(-1, 2).T

    def pair_bits(self, decision: str, subjects: U64, objects: U64, month: int = 0, occurrence: int = 0) -> U32:
        """Return one 32-bit integer per (subject, object) pair."""
        return join_pairs(subjects, self.objects(decision, objects, month, occurrence))

    def objects(self, decision: str, objects: U64, month: int = 0, occurrence: int = 0) -> U64:
        """Return the objects of a decision ready for :func:`join_pairs`, for many pairs with few objects."""
        return mix(objects + self.key(decision, month, occurrence))

    def order(self, decision: str, subjects: U64, month: int = 0, occurrence: int = 0) -> U64:
        """Return 64-bit sorting keys: a queue number per subject and list."""
        return mix(subjects ^ self.key(decision, month, occurrence))

    def happens(
        self, decision: str, subjects: U64, chance: U32 | np.uint32, month: int = 0, occurrence: int = 0
    ) -> Bools:
        """Return who of the subjects meets the decision; ``chance`` is a threshold from :func:`thresholds`."""
        return self.bits(decision, subjects, month, occurrence) < chance

    def uniform(self, decision: str, subjects: U64, month: int = 0, occurrence: int = 0) -> F64:
        """Return one number per subject strictly between 0 and 1."""
        return (self.bits(decision, subjects, month, occurrence).astype(np.float64) + 0.5) / TWO32

    def normal(self, decision: str, subjects: U64, month: int = 0, occurrence: int = 0) -> F32:
        """Return one standard normal number per subject, rounded to float32 so that machines agree."""
        return ndtri(self.uniform(decision, subjects, month, occurrence)).astype(np.float32)

    def scalar(self, decision: str, month: int = 0, occurrence: int = 0) -> float:
        """Return one uniform number for a decision without a subject."""
        return ((int(self.key(decision, month, occurrence)) >> 32) + 0.5) / TWO32

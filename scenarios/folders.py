"""Folders of batches: begun, gone on with, joined; only ever with runs of one design and one version of the model."""

from __future__ import annotations

import errno
import logging
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from pyarrow import ArrowException

from results.journal import Entry, Journal
from results.lock import FolderLock
from results.reading import Results
from results.store import Store, StoreError, outcomes_name, write_whole
from scenarios.batch import Batch, InFolder, open_store, write_comparison, write_tables
from scenarios.design import Design
from scenarios.design_file import parse_design
from scenarios.runs import DONE
from sim.scenario import parse_scenario

logger = logging.getLogger("scenarios")

DESIGN = "design.toml"
CODEBOOK = "codebook.json"
LOCAL = "local_data"

HOW = ("stage", "type", "message", "traceback")
"""How a run failed."""

RUNNING, FAILURES, INTERRUPTED, PART = "running", "failures", "interrupted", "part"
"""What a manifest says of a batch, beside ``done``: being run, ended with failed runs, stopped, runs of a part only."""


@dataclass
class Opened:
    """A folder that is ready to be written.

    Attributes:
        store: the folder.
        finished: what is known of the runs that are in it, by run id.
        damaged: runs whose outcomes are not what was written; they are not among the finished.
    """

    store: Store
    finished: dict[str, Entry]
    damaged: list[str]


def open_batch(folder: Path, design: Design, facts: Mapping[str, Any], codebook: Mapping[str, Any]) -> Opened:
    """Begin a folder, or go on with one of the same design and model.

    Args:
        folder: where; the caller holds its lock.
        design: what is run.
        facts: what the manifest says of a new folder.
        codebook: content of the codebook.

    Raises:
        StoreError: when the folder holds something else (codes ``other_design``, ``other_model``, ``no_manifest``).
        OSError: when it cannot be written.
    """
    if not any(entry for entry in folder.iterdir() if not entry.name.startswith(".")):
        store = Store.create(folder, facts)
        store.remove_leftovers()
        Journal(folder).remove()  # of a folder that somebody emptied but for its hidden files
        store.write_json(CODEBOOK, codebook)
        open_store(store, design)
        return Opened(store, {}, [])
    store = Store.open(folder)
    _check_same(store, facts, _files_of(design))
    store.remove_leftovers()
    if not (folder / DESIGN).is_file() or not (folder / CODEBOOK).is_file() or not (folder / "draws.parquet").is_file():
        # killed before the first run: what is known beforehand is written again
        store.write_json(CODEBOOK, codebook)
        open_store(store, design)
    names = [run for run, _ in design.runs()]
    store.expect(outcomes_name(run) for run in names)
    return _finished(store, frozenset(names))


def finish_batch(batch: Batch, store: Store, whole: bool) -> str:
    """Write the tables of a batch that ended, and return its status.

    Args:
        batch: what was run.
        store: its folder.
        whole: whether every run of the design was asked for; otherwise others have the rest.

    Raises:
        OSError: when a table cannot be written; the runs are kept.
    """
    write_tables(batch, store)
    missing = sum(run not in batch.entries for run, _ in batch.design.runs())
    if batch.interrupted:
        status = INTERRUPTED
    elif missing:
        status = PART if not whole else INTERRUPTED
    else:
        write_comparison(batch.design, store)
        status = FAILURES if batch.failures else DONE
    store.expect(outcomes_name(run) for run, entry in batch.entries.items() if not entry.failed)
    seconds = round(float(store.manifest.get("seconds", 0.0)) + batch.seconds, 3)
    store.finish(status=status, seconds=seconds)
    return status


class Merged(NamedTuple):
    """What came of joining folders.

    Attributes:
        folder: the folder with everything.
        status: of that folder.
        damaged: runs whose outcomes were damaged and so left out.
        missing: runs of the design that no folder has.
    """

    folder: Path
    status: str
    damaged: list[str]
    missing: list[str]


def merge(folders: Sequence[Path], into: Path | None = None) -> Merged:
    """Join folders of one design.

    A run that failed in one folder and was done in another counts as done.

    Args:
        folders: at least two; they are not changed, but for the first when ``into`` is not given.
        into: a new folder, or one that was begun before; the runs are added to the first folder unless given.

    Raises:
        StoreError: when designs, scenarios, local data or models differ, or a run came out differently.
        OSError: when something cannot be written.
    """
    target = folders[0] if into is None else into
    is_new = not target.exists()
    with ExitStack() as stack:
        for folder in folders:
            if not folder.is_dir():
                raise StoreError("no_manifest", folder, f"{folder} holds no manifest of results")
            if folder != target:
                _lock_if_possible(folder, stack)
        if not is_new:
            stack.enter_context(FolderLock(target))
        first = Store.open(folders[0])
        design = _design_of(first)
        names = [run for run, _ in design.runs()]
        known = frozenset(names)
        shards = [_finished(_same_as(first, Store.open(folder)), known) for folder in folders]
        _check_conflicts(shards)
        if is_new:  # only now: what is refused leaves no folder behind
            stack.enter_context(FolderLock(target))
        joined = shards[0] if into is None else _begun(first, into, known)
        store = joined.store
        store.remove_leftovers()
        batch = Batch(design, InFolder(store), dict(joined.finished))
        store.expect(outcomes_name(run) for shard in shards for run, one in shard.finished.items() if not one.failed)
        for shard in shards:
            _add(batch, shard, store)
        told = [{name: one.store.manifest.get(name) for name in ("started", "command", "seconds")} for one in shards]
        seconds = sum(float(one["seconds"] or 0.0) for one in told)
        store.note(merged_from=told, seconds=seconds, command=["wijklab", "batch", DESIGN], options={})
        status = finish_batch(batch, store, whole=False)
        damaged = {run for shard in shards for run in shard.damaged if run not in batch.entries}
        return Merged(target, status, sorted(damaged), [run for run in names if run not in batch.entries])


def _lock_if_possible(folder: Path, stack: ExitStack) -> None:
    """Keep others from writing to a folder while it is read; an archive that nobody can write needs no lock."""
    try:
        stack.enter_context(FolderLock(folder))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise


def _add(batch: Batch, shard: Opened, store: Store) -> None:
    """Copy the runs of a shard, the line of the journal after the file, as when they were run."""
    journal = Journal(store.folder)
    for run, entry in sorted(shard.finished.items()):
        known = batch.entries.get(run)
        if known is None or (known.failed and not entry.failed):
            if not entry.failed:
                store.write_part(run, (shard.store.folder / outcomes_name(run)).read_bytes())
            journal.add(entry)
            batch.entries[run] = entry


def _check_conflicts(shards: Sequence[Opened]) -> None:
    """Refuse shards in which a run came out differently, before anything is copied."""
    sums: dict[str, str] = {}
    for shard in shards:
        for run, entry in shard.finished.items():
            if not entry.failed and sums.setdefault(run, entry.checksum) != entry.checksum:
                folder = shard.store.folder
                message = f"run {run} came out differently in {folder}: machines with other processors?"
                raise StoreError("merge_conflict", folder, message, found=run)


def _begun(first: Store, into: Path, names: frozenset[str]) -> Opened:
    """Begin a folder with everything but runs, or go on with one that was begun before."""
    own = ("files", "schema", "seconds", "status")
    if any(not entry.name.startswith(".") for entry in into.iterdir()):
        store = _same_as(first, Store.open(into))
    else:
        store = Store.create(into, {name: value for name, value in first.manifest.items() if name not in own})
    for name in (DESIGN, CODEBOOK, "draws.parquet", *sorted(_scenario_files(first))):
        store.expect([name])
        write_whole(into / name, (first.folder / name).read_bytes())
    return _finished(store, names)


def _finished(store: Store, names: frozenset[str]) -> Opened:
    """Read what is known of finished runs, from the tables of an earlier end and from the journal since.

    A table that cannot be read is passed over: its runs are done again.
    """
    try:
        entries = _of_tables(store)
    except (ArrowException, OSError, ValueError, KeyError) as error:
        logger.warning("%s: the tables cannot be read (%s); their runs are done again", store.folder, error)
        entries = {}
    entries |= {entry.run: entry for entry in Journal(store.folder).entries()}
    entries = {run: entry for run, entry in entries.items() if run in names}
    damaged = sorted(store.damaged({run: entry.checksum for run, entry in entries.items() if not entry.failed}))
    return Opened(store, {run: entry for run, entry in entries.items() if run not in damaged}, damaged)


def _of_tables(store: Store) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    if (store.folder / "runs.parquet").is_file():
        results, sums = Results(store), store.read_checksums()
        how: dict[str, dict[str, str]] = {}
        if (store.folder / "failures.parquet").is_file():
            how = results.failures.set_index("run_id")[list(HOW)].to_dict("index")
        for row in results.runs[["run_id", "status", "seconds", "attempt"]].itertuples(index=False):
            if row.status == DONE or row.run_id in how:  # else killed between the tables: the journal knows it
                facts = how[row.run_id] if row.status != DONE else {}
                entries[row.run_id] = Entry(row.run_id, row.seconds, row.attempt, sums.get(row.run_id, ""), **facts)
    return entries


def without_failures(opened: Opened) -> Opened:
    """Forget the runs that failed, so that they are tried again."""
    return replace(opened, finished={run: entry for run, entry in opened.finished.items() if not entry.failed})


def _design_of(store: Store) -> Design:
    """Return the design of a folder, with the scenarios as they were when it was begun."""
    folder = store.folder

    def load(name: str) -> Any:
        place = folder / "scenarios" / f"{name}.toml"
        return parse_scenario(place.read_text(encoding="utf-8"), str(place))

    text = (folder / DESIGN).read_text(encoding="utf-8")
    return parse_design(text, str(folder / DESIGN), load, with_draws=False)


def _files_of(design: Design) -> dict[str, str]:
    """Return the files that say what is run."""
    return {DESIGN: design.to_toml(), **{f"scenarios/{each.id}.toml": each.to_toml() for each in design.scenarios}}


def _scenario_files(store: Store) -> list[str]:
    return [name for name in store.manifest["files"] if name.startswith("scenarios/")]


def _same_as(first: Store, other: Store) -> Store:
    files = {name: (first.folder / name).read_text(encoding="utf-8") for name in (DESIGN, *_scenario_files(first))}
    _check_same(other, first.manifest, files)
    return other


def _check_same(store: Store, facts: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Refuse a folder that holds runs of another design, other local data or another model."""
    folder = store.folder
    for name, text in files.items():
        place = folder / name
        if place.is_file() and not _says_the_same(found := place.read_text(encoding="utf-8"), text):
            what = _difference(found, text) if name == DESIGN else name
            message = f"{folder} holds a batch of another design ({what}); choose another folder"
            raise StoreError("other_design", folder, message, found=what)
    known, now = store.manifest.get(LOCAL), facts.get(LOCAL)
    if _cells(known) != _cells(now):
        message = f"{folder} was made with other local data; choose another folder"
        raise StoreError("other_design", folder, message, found=LOCAL)
    if any(store.manifest.get(name) != facts[name] for name in ("fingerprint", "version")):
        message = f"{folder} was made by another version of the model, Python or NumPy; choose another folder"
        raise StoreError("other_model", folder, message)


def _cells(sheets: Any) -> list[Any]:
    """Return what was filled in, whatever the files were called."""
    return [[sheet["area"], sheet["year"], sheet["cells"]] for sheet in sheets or ()]


def _says_the_same(there: str, now: str) -> bool:
    """Compare two files but for their comments: a scenario read from a folder no longer knows its base."""
    return there == now or _parsed(there) == tomllib.loads(now)


def _parsed(text: str) -> dict[str, Any]:
    """Return the content of a file that may be spoilt: then nothing."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _difference(there: str, now: str) -> str:
    """Name the keys in which two designs differ."""
    one, other = _parsed(there), tomllib.loads(now)
    keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
    return ", ".join(keys) or DESIGN

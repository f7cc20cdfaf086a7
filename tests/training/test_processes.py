"""More than one process: the losses of one, weights that are sharded, and runs that are killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from models.tiny import make_workplace
from safetensors.torch import load_file

from abcgen.training.loop import train
from abcgen.training.recipe import recipe_from

ROOT = Path(__file__).parents[2]
TORCHRUN = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
with socket.socket() as _found:
    _found.bind(("127.0.0.1", 0))
    PORT = str(_found.getsockname()[1])  # that nobody listens at
CONFIG = str(ROOT / "recipes/accelerate/cpu.yaml")
LAUNCH = ["accelerate.commands.launch", "--config_file", CONFIG, "--main_process_port", PORT]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(torch.accelerator.is_available(), reason="processes of a CPU"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return make_workplace(tmp_path_factory.mktemp("place"))


def recipe_of(place, folder, **settings):
    values = {
        **place,
        "output_dir": str(folder),
        "model": {"architecture": "lfm2", "size": "tiny", "dropout": 0.0},
        "max_steps": 8,
        "tokens_per_batch": 512,
        "learning_rate": 5e-3,
        "eval_steps": 4,
        "logging_steps": 1,
        "ema_decay": 0.9,
    }
    return recipe_from({**values, **settings})


def launched(launcher, module, recipe, folder, *options):
    """Train in two processes by a launcher; gives what they printed."""
    path = folder / "recipe.yaml"
    path.write_text(recipe.as_yaml())
    command = [sys.executable, "-m", *launcher, *module, str(path), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def log_of(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def same_losses(first, second):
    assert [record["step"] for record in first] == [record["step"] for record in second]
    for name in ("loss", "grad_norm", "bpb"):
        figures = [[record[name] for record in log if name in record] for log in (first, second)]
        assert figures[1] == pytest.approx(figures[0], abs=1e-3 if name == "grad_norm" else 1e-4)


@pytest.mark.parametrize(("launcher", "pieces"), [(TORCHRUN, 2), (LAUNCH, 1)], ids=["torchrun", "accelerate"])
def test_two_processes_share_a_batch_and_give_the_losses_of_one(launcher, pieces, place, tmp_path):
    train(recipe_of(place, tmp_path / "one"))
    recipe = recipe_of(place, tmp_path / "two", gradient_accumulation_steps=pieces)
    told = launched(launcher, ["-m", "abcgen.training"], recipe, tmp_path)
    assert told.count("bits per byte") == 1  # the first speaks for both
    same_losses(log_of(tmp_path / "one"), log_of(tmp_path / "two"))


def test_sharded_weights_give_the_losses_of_whole_ones_and_checkpoints_for_both(place, tmp_path):
    train(recipe_of(place, tmp_path / "one"))
    recipe = recipe_of(place, tmp_path / "two")
    module = [str(ROOT / "tests/training/fsdp_on_cpu.py")]
    launched(TORCHRUN, module, recipe, tmp_path)
    same_losses(log_of(tmp_path / "one"), log_of(tmp_path / "two"))
    last = "checkpoints/step-00000008"
    ends = [load_file(tmp_path / run / last / "average.safetensors") for run in ("one", "two")]
    for name, weight in ends[0].items():
        assert torch.allclose(ends[1][name], weight, atol=1e-4)
    shutil.rmtree(tmp_path / "two" / last)
    shutil.copytree(tmp_path / "two", tmp_path / "three")
    launched(TORCHRUN, module, recipe, tmp_path, "--resume")
    train(recipe_of(place, tmp_path / "three"), resume=True)  # in one process, from shards made whole
    for run in ("two", "three"):
        again = load_file(tmp_path / run / last / "average.safetensors")
        for name, weight in again.items():
            assert torch.allclose(ends[1][name], weight, atol=1e-5 if run == "two" else 1e-4)


def run_to_the_end(values):
    torch.set_num_threads(1)
    folder = Path(values["output_dir"])
    train(recipe_from(values), resume=any(folder.glob("checkpoints/step-*")))


#: What Python tells its hooks of before a folder is changed.
CHANGES = {"open", "os.rename", "os.mkdir", "os.link", "os.remove", "os.chmod"}


def run_and_die(values, last, told):
    """Train until the folder of the run is about to be changed for the `last`th time, then be gone."""
    folder, changes = values["output_dir"], []

    def watch(event, arguments):
        if event in CHANGES and str(arguments[0]).startswith(folder):
            changes.append(f"{event} {arguments[0]}")
            Path(told).write_text("\n".join(changes)) if last is None else None
            os._exit(9) if len(changes) == last else None

    sys.addaudithook(watch)
    run_to_the_end(values)


def test_a_run_killed_before_any_change_to_its_folder_goes_on(place, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["abcgen.training.loop", "accelerate", "datasets", "matplotlib"])

    def exit_of(name, last):
        model = {"architecture": "lstm", "size": "tiny", "dropout": 0.2}
        recipe = recipe_of(place, tmp_path / name, model=model, max_steps=2, eval_steps=2)
        process = context.Process(
            target=run_and_die, args=(recipe.as_dict(), last, str(tmp_path / "changes"))
        )
        process.start()
        process.join(300)
        return process.exitcode

    def files_of(name):
        return sorted(path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*"))

    assert exit_of("whole", None) == 0
    changes = (tmp_path / "changes").read_text().splitlines()
    assert len(changes) > 40
    # within a folder that is made aside one moment is as good as another
    moments = [
        at for at, change in enumerate(changes, 1) if change.count("/") - str(tmp_path).count("/") == 2
    ]
    for at in moments:
        name = f"killed-{at}"
        assert exit_of(name, at) == 9
        assert exit_of(name, None) == 0, f"killed before {changes[at - 1]}"
        assert files_of(name) == files_of("whole"), f"killed before {changes[at - 1]}"


def newest_step(folder):
    return max((int(place.name[5:]) for place in folder.glob("checkpoints/step-*")), default=0)


def test_a_run_that_is_killed_twenty_times_ends_in_the_same_bits(place, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["abcgen.training.loop", "accelerate", "datasets", "matplotlib"])
    model = {"architecture": "lstm", "size": "tiny", "dropout": 0.2}
    settings = {"model": model, "max_steps": 300, "eval_steps": 3, "logging_steps": 3}
    whole = recipe_of(place, tmp_path / "whole", **settings).as_dict()
    process = context.Process(target=run_to_the_end, args=(whole,))
    process.start()
    began = time.monotonic()
    process.join(300)
    assert process.exitcode == 0
    longest = (time.monotonic() - began) / 10
    chance = random.Random(5)
    killed = tmp_path / "killed"
    values = {**whole, "output_dir": str(killed)}
    for number in range(20):
        process = context.Process(target=run_to_the_end, args=(values,))
        process.start()
        moment = time.monotonic() + chance.uniform(0.05, longest)
        # none comes so far, on a machine that is faster by now, that it is done before the last kill
        while time.monotonic() < moment and newest_step(killed) < 14 * (number + 1):
            time.sleep(0.001)
        assert process.exitcode is None, f"ended by itself with {process.exitcode} after {number} kills"
        process.kill()
        process.join()
    process = context.Process(target=run_to_the_end, args=(values,))
    process.start()
    process.join(300)
    assert process.exitcode == 0
    last = "checkpoints/step-00000300"
    for part in ("model", "average", "optimizer"):
        ends = [(tmp_path / run / last / f"{part}.safetensors").read_bytes() for run in ("whole", "killed")]
        assert ends[0] == ends[1]
    volatile = {"elapsed": 0, "tokens_per_second": 0}
    logs = [[record | volatile for record in log_of(tmp_path / run)] for run in ("whole", "killed")]
    assert logs[0] == logs[1]

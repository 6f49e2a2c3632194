"""`sample`: places of a file are drawn as the window draws them, to the bit."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from gan_studio.cli.app import main
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.places import BATCH, Place, Places, to_text, truncated
from gan_studio.inference.renderer import PicturesAt, Renderer
from tests.gui.model_runs import write_run


@pytest.fixture
def folders(tmp_path):
    return SimpleNamespace(runs=tmp_path / "runs")


def in_a_thread(work):
    """A thread's own number of cores, as in the window; this one keeps its own."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def shown(bundle, z, batch, label=None, psi=1.0):
    """As the page's renderer draws these, `batch` at once."""
    mean = np.asarray(bundle.latent_range()[0].numpy(), np.float32)
    drawn = truncated(np.asarray(z, np.float32), mean, psi)

    def draw():
        render = Renderer()
        starts = range(0, len(drawn), batch)
        parts = [render(bundle, PicturesAt(drawn[at : at + batch], label)).values for at in starts]
        return np.concatenate(parts)

    return in_a_thread(draw)


def write(path, z, batch, **place):
    path.write_text(to_text(Places(tuple(Place(row, **place) for row in z), batch)), "utf-8")
    return path


def pictures_of(folder):
    return np.stack([np.asarray(Image.open(path))[None] for path in sorted(folder.glob("*.png"))])


@pytest.mark.parametrize("psi", [1.0, 0.6])
@pytest.mark.parametrize("family", ["gan", "dcgan", "vae"])
def test_the_same_bits_from_the_command_line(folders, tmp_path, family, psi):
    """The main picture (alone), the neighbours (25 in nines) and a sheet of nines."""
    run = write_run(folders, family, latent_dim=12)
    bundle = load_bundle(run)
    z = latents_from_seed(bundle, 3, 25).numpy()
    for batch, count in ((1, 2), (BATCH, 25), (BATCH, 2 * BATCH)):
        part = np.resize(z, (count, 12))
        file, out = write(tmp_path / "z.json", part, batch, psi=psi), tmp_path / f"{batch}-{count}"
        words = ["sample", str(run), "--latents", str(file), "--each", "--out", str(out)]
        if batch == 1 and psi == 1:  # a process takes seconds to start
            subprocess.run([sys.executable, "-m", "gan_studio", *words], check=True)
        else:
            assert in_a_thread(partial(main, words)) == 0
        np.testing.assert_array_equal(pictures_of(out), shown(bundle, part, batch, psi=psi))


def test_places_with_classes_are_drawn_as_theirs(folders, tmp_path):
    run = write_run(folders, "conditional_gan", latent_dim=8)
    bundle = load_bundle(run)
    z = latents_from_seed(bundle, 3, 2).numpy()
    items = (Place(z[0], label=7), Place(z[1], label=2))
    file = tmp_path / "z.json"
    file.write_text(to_text(Places(items, 2)), "utf-8")
    words = ["sample", str(run), "--latents", str(file), "--out", str(tmp_path / "a.png")]
    assert in_a_thread(lambda: main([*words, "--columns", "2"])) == 0
    want = in_a_thread(lambda: Renderer()(bundle, PicturesAt(z, (7, 2))).values)
    grid = np.asarray(Image.open(tmp_path / "a.png"))
    np.testing.assert_array_equal(grid, np.concatenate([want[0, 0], want[1, 0]], 1))


def test_an_earlier_step_is_drawn_with_its_weights(folders, tmp_path):
    run = write_run(folders, "gan", latent_dim=8)
    z = np.ones((1, 8), np.float32)
    file, out = write(tmp_path / "z.json", z, 1), tmp_path / "each"
    words = ["sample", str(run), "--latents", str(file), "--each", "--out", str(out)]
    assert in_a_thread(lambda: main([*words, "--step", "500"])) == 0
    np.testing.assert_array_equal(pictures_of(out), shown(load_bundle(run, 500), z, 1))


def test_a_seed_draws_what_the_folder_of_samples_holds(folders, tmp_path):
    """To the bit, over more than one batch; the thread has as many cores afterwards."""
    run = write_run(folders, "gan", latent_dim=12)
    words = ["--count", "70", "--seed", "5", "--psi", "0.8", "--out"]

    def both():
        torch.set_num_threads(2)
        assert main(["sample", str(run), "--each", *words, str(tmp_path / "each")]) == 0
        threads = torch.get_num_threads()
        assert main(["export", str(run), "--as", "samples", *words, str(tmp_path / "folder")]) == 0
        return threads

    assert in_a_thread(both) == 2
    one, other = pictures_of(tmp_path / "each"), pictures_of(tmp_path / "folder")
    np.testing.assert_array_equal(one, other)


def test_psi_brings_random_pictures_nearer_to_the_mean(folders, tmp_path):
    run = write_run(folders, "gan", latent_dim=8)
    path = tmp_path / "a.png"
    assert main(["sample", str(run), "--count", "2", "--psi", "0", "--out", str(path)]) == 0
    grid = np.asarray(Image.open(path))
    np.testing.assert_array_equal(grid[:28], grid[28:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2 3", "3 numbers where the model takes 8"),
        ("[1, 2, 3, 4, 5, 6, 7, NaN]", "not finite"),
        ("[1, 2, 3, 4, 5, 6, 7, 1e99]", "not finite"),
        ("{", "damaged"),
        ("", "no numbers"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_sentence(
    folders, tmp_path, capsys, text, words
):
    run = write_run(folders, "gan", latent_dim=8)
    file, out = tmp_path / "z.json", tmp_path / "a.png"
    file.write_text(text, "utf-8")
    code = main(["sample", str(run), "--latents", str(file), "--out", str(out), "--json"])
    assert code != 0
    assert words in json.loads(capsys.readouterr().out)["message"]
    assert not out.exists()


def test_a_file_and_a_seed_are_too_much(tmp_path, capsys):
    assert main(["sample", "run", "--latents", "z.json", "--seed", "3"]) == 2
    assert "--seed" in capsys.readouterr().err
    assert main(["sample", "run", "--psi", "x"]) == 2
    assert main(["sample", "run", "--latents", str(tmp_path / "none.json")]) != 0

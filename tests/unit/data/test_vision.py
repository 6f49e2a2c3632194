"""Each case runs in an interpreter of its own: a half-imported torchvision cannot be undone."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run_fresh(code: str, *path: Path) -> str:
    """Run `code` in a new interpreter with `path` before all else; give back what it printed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*path, ROOT]))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_the_project_uses_works_and_a_second_call_changes_nothing():
    printed = run_fresh("""
        import torch
        from gan_studio.data import vision

        torchvision = vision.load_torchvision()
        images = torchvision.datasets.FakeData(size=4, image_size=(3, 20, 20))
        brought = torchvision.transforms.v2.Compose([
            torchvision.transforms.v2.ToImage(),
            torchvision.transforms.v2.Resize(16, antialias=True),
            torchvision.transforms.v2.ToDtype(torch.float32, scale=True),
        ])
        batch = torch.stack([brought(image) for image, _label in images])
        assert batch.shape == (4, 3, 16, 16), batch.shape
        assert 0 <= batch.min() < batch.max() <= 1
        assert torchvision.utils.make_grid(batch, nrow=2, padding=0).shape == (3, 32, 32)

        declared = vision._declarations
        assert vision.load_torchvision() is torchvision
        assert vision._declarations is declared

        import torchmetrics
        print("fine")
        """)
    assert printed == "fine"


def test_threads_that_ask_at_once_get_the_same_module():
    printed = run_fresh("""
        from concurrent.futures import ThreadPoolExecutor
        from gan_studio.data.vision import load_torchvision

        with ThreadPoolExecutor(4) as pool:
            loaded = [pool.submit(load_torchvision) for _ in range(4)]
        print(len({id(each.result()) for each in loaded}))
        """)
    assert printed == "1"


def test_it_mends_an_import_that_somebody_else_let_fail():
    printed = run_fresh("""
        import contextlib

        with contextlib.suppress(RuntimeError):
            import torchvision
        from gan_studio.data.vision import load_torchvision

        print(load_torchvision().utils.__name__)
        """)
    assert printed == "torchvision.utils"


def test_nothing_is_declared_where_torchvision_fits_torch():
    # The operators are there before torchvision is, as if its library had brought them.
    printed = run_fresh("""
        import torch.library
        from gan_studio.data import vision

        there = torch.library.Library("torchvision", "FRAGMENT")
        try:
            import torchvision
        except RuntimeError:
            vision._drop_half_imported()
            for schema in vision._UNGUARDED_OPERATORS:
                there.define(schema)
        vision.load_torchvision()
        print(vision._declarations)
        """)
    assert printed == "None"


def test_another_failure_is_passed_on(tmp_path):
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text("raise RuntimeError('no such GPU')")
    printed = run_fresh(
        """
        from gan_studio.data.vision import load_torchvision

        try:
            load_torchvision()
        except RuntimeError as error:
            print(error)
        """,
        tmp_path,
    )
    assert printed == "no such GPU"

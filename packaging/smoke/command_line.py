"""Steps with the console executable: what it holds, a training and what comes of it, refusals."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from smoke import judges, pictures
from smoke.report import Skip

STEPS, MORE_STEPS = 50, 80
# Rates that do not depend on the total, so that a run can be resumed beyond it.
TRAIN = ("--preset", "gan_quick", "--set", "train.schedule=constant", "--json")
# 16 x 16 greys, from black above to white below.
JPEG = (
    "|JeWF01!$>Nk#wx0RR9200961|JwjV04N+DBOVzjBOxO#D=08LWI;SPH#~b-T}fn-fSHz$fQ*WuwC2O0s@koJjL84"
    "X+V1uL|Noo8|NsB`|K|Pw`2WBF3kU!Z01yEI5di<h03QGV0R;g80RaI400000000000RjUA1qKHQ2?`7U!~nGr00IF"
    "60|EpC1qB2I0004f0RjU61Q7)iAu&M)6H#FYB5@QlfsvsIBSNvk6;jdgBr{@if(Z&17Z@2DB_<~*DJnEIHa9pqIzvQ"
    "7Mn_0VN>fx-R##YAT4Q8oW@l(=YIAgTc6WGrdV_?8hKGoWijtF*m6n&7nVO=bq@|{(sHv*5v$VCgx45~w!o$SH#>dF"
    "X%F@%+)z;V8+1laa<K*S$=jiF`@$&QZ_4fDp`TGCb00;pA002J#rS@NHKFjS}UuE{A?7r3i*#"
)


class CommandLine:
    """Steps share the runs that the first of them train."""

    def __init__(self, place, source):
        self._place, self._source = place, source
        self._run, self._straight = place.out / "gan", place.out / "straight"
        self._coder = place.out / "autoencoder"

    def steps(self):
        """Names and work, in order."""
        return {
            "version": self.version,
            "inventory equals the source": self.inventory,
            "lists": self.lists,
            f"train {STEPS} steps": self.train,
            "sample": self.sample,
            "inspect, nearest, directions": self.looks,
            "walk as GIF, WebP, MP4, pictures": self.walks,
            "every export format": self.exports,
            "autoencoder and reconstruct": self.reconstruct,
            f"resume to {MORE_STEPS} steps, as in one go": self.resume,
            "damaged checkpoints are refused": self.refusals,
            "train on a folder of pictures": self.own_pictures,
            "two processes train together": self.two_processes,
        }

    def version(self):
        done = self._place.run("--version")
        wanted = f"gan-studio {source_version(self._source)}\n"
        return judges.judge_done(done) + ([] if done.out == wanted else [f"it says {done.out!r}"])

    def inventory(self):
        names = self._place.home / "modules.txt"
        names.write_text("\n".join(judges.modules_of(self._source)), "utf-8")
        expected = source_inventory(self._source, names)
        done = self._place.run("inventory", "--modules", names)
        if problems := judges.judge_done(done):
            return problems
        found = json.loads(done.out)
        if self._place.program.is_packaged and not found["is_frozen"]:
            return ["it does not know that it is packaged"]
        return judges.judge_inventory(expected, found), judges.inventory_notes(found)

    def lists(self):
        """What people and scripts call to see what there is."""
        problems = []
        for words in (("families",), ("datasets",), ("presets",), ("export",)):
            for more in ((), ("--json",)):
                done = self._place.run(*words, *more)
                found = judges.judge_done(done) or ([] if done.out.strip() else ["no words"])
                problems += [f"{' '.join((*words, *more))}: {problem}" for problem in found]
        return problems

    def train(self):
        return self._train(self._run, STEPS, *TRAIN)

    @property
    def _trained(self):
        """The run that steps share; where its step was not asked for, it is trained now."""
        if not self._run.exists():
            self.train()
        return self._run

    def _train(self, run_dir, steps, *words):
        done = self._place.run("train", *words, "--steps", steps, "--out", run_dir)
        problems = judges.judge_done(done) or judges.judge_events(done.out, steps)
        weights = run_dir / "checkpoints" / f"{steps:06d}" / "weights.safetensors"
        return problems + judges.judge_file(weights, 1000)

    def sample(self):
        out = self._place.out / "grid.png"
        done = self._place.run("sample", self._trained, "--count", 16, "--seed", 7, "--out", out)
        return judges.judge_done(done) + judges.judge_start(b"\x89PNG", out)

    def looks(self):
        out = self._place.out
        inspected = self._place.run("inspect", self._trained, "--json")
        problems = judges.judge_done(inspected)
        if not problems and json.loads(inspected.out)["checkpoints"][-1:] != [STEPS]:
            problems.append("inspect does not know the last checkpoint")
        nearest = ("nearest", self._trained, "--count", 4, "--out", out / "nearest.png", "--json")
        problems += self._wrote(out / "nearest.png", *nearest)
        found = ("directions", self._trained, "--find", "sefa", "--count", 3)
        strip = out / "strip.png"
        return problems + self._wrote(strip, *found, "--save", "--strip", strip, "--json")

    def _wrote(self, path, *words):
        done = self._place.run(*words)
        found = judges.judge_done(done) + judges.judge_file(path, 50)
        return [f"{words[0]} ({path.name}): {problem}" for problem in found]

    def walks(self):
        problems, notes = [], []
        for name in ("walk.gif", "walk.webp", "walk", "walk.mp4"):
            out = self._place.out / name
            words = ("walk", self._trained, "--seeds", "1,5", "--seconds", "1", "--fps", "10")
            if out.suffix == ".mp4":  # its library is an extra
                done = self._place.run(*words, "--out", out)
                if done.code == 1 and not judges.judge_refusal(done):
                    notes.append(f"no MP4: {done.err.strip()[:200]}")
                    continue
                problems += judges.judge_done(done) + judges.judge_file(out, 50)
            else:
                problems += self._wrote(out, *words, "--out", out)
        return problems, notes

    def exports(self):
        listed = self._place.run("export", "--json")
        if problems := judges.judge_done(listed):
            return problems
        held = self._place.run("inventory")
        if problems := judges.judge_done(held):
            return problems
        endings = json.loads(held.out)["registries"]["exporter"]["endings"]
        problems, entries = [], json.loads(listed.out)["entries"]
        for key, facts in entries.items():
            fields = {option["field"].rpartition(".")[2] for option in facts["options"]}
            words = ["--count", 20] if "count" in fields else []
            words += ["--set", "sureness=0"] if "sureness" in fields else []
            out = self._place.out / f"export-{key}{endings[key]}"
            done = self._place.run(
                "export", self._trained, "--as", key, *words, "--out", out, "--json"
            )
            found = judges.judge_done(done)
            if not found:
                found = judges.judge_file(Path(json.loads(done.out)["out"]))
            problems += [f"{key}: {problem}" for problem in found]
        return problems, [f"formats: {', '.join(entries)}"]

    def reconstruct(self):
        words = ("--family", "autoencoder", "--data", "digits", "--json")
        problems = self._train(self._coder, STEPS, *words)
        out = self._place.out / "recon.png"
        words = ("reconstruct", self._coder, "--count", 4, "--pca", "--out", out, "--json")
        return problems + self._wrote(out, *words)

    def resume(self):
        """The weights must be those of a training in one go, bit for bit."""
        resumed = self._place.out / "resumed"
        copy_run(self._trained, resumed, self._place)
        done = self._place.run("resume", resumed, "--steps", MORE_STEPS, "--json")
        problems = judges.judge_done(done)
        problems += self._train(self._straight, MORE_STEPS, *TRAIN)
        file = Path("checkpoints") / f"{MORE_STEPS:06d}" / "weights.safetensors"
        return problems + judges.judge_same_bytes(resumed / file, self._straight / file)

    def refusals(self):
        problems = []
        for number, (name, (file, change)) in enumerate(judges.damages().items()):
            run_dir = self._place.out / f"damaged-{number}"
            copy_run(self._trained, run_dir, self._place)
            judges.damage(run_dir, file, change)
            done = self._place.run("resume", run_dir, "--steps", MORE_STEPS)
            problems += [f"{name}: {problem}" for problem in judges.judge_refusal(done)]
        return problems

    def two_processes(self):
        """As torchrun does, which needs a loopback device but no network."""
        train = ("--preset", "gan_quick", "--steps", 10, "--json", "--out", self._place.out / "two")
        threads = ("--device", "cpu", "--set", "train.threads=1")
        words = ("torchrun", 2, "--", "train", *train, *threads)
        done = self._place.run(*words, has_loopback=True)
        if done.code == 2 and "there is no command" in done.err:
            raise Skip("this program has no command “torchrun” yet")
        problems = judges.judge_done(done) or judges.judge_events(done.out, 10)
        return problems or judges.judge_together(done.out, 2)

    def own_pictures(self):
        """A folder with PNG and JPEG files, as a person has them."""
        folder, out = self._place.out / "pictures", self._place.out / "of-pictures"
        folder.mkdir()
        for number in range(12):
            shade = bytes((number * 20, 255 - number * 20, 128))
            picture = pictures.Picture(16, 16, shade * 256)
            (folder / f"{number}.png").write_bytes(pictures.png_of(picture))
            (folder / f"{number}.jpg").write_bytes(base64.b85decode(JPEG) + bytes([number]))
        words = ("--family", "dcgan", "--data", folder, "--set", "train.batch_size=8", "--json")
        if problems := self._train(out, 2, *words):
            return problems
        done = self._place.run("inspect", out, "--json")
        count = json.loads(done.out)["manifest"]["train_count"]
        return [] if count > 12 else [f"{count} of 24 pictures were used"]  # some are held out


def copy_run(source, target, place):
    """A copy that the program may write."""
    shutil.copytree(source, target)
    if place.has_own_user:
        for path in (target, *target.rglob("*")):
            os.chown(path, place.user, place.user)


def source_version(root):
    from smoke.program import source_version as version

    return version(root)


def source_inventory(root, names):
    """What the source tree itself says that it holds, by its own environment's Python.

    Raises:
        Skip: no Python here can start it.
    """
    places = [root / ".venv" / "bin" / "python", root / ".venv" / "Scripts" / "python.exe"]
    python = next((str(path) for path in places if path.exists()), sys.executable)
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [python, "-m", "gan_studio", "inventory", "--modules", str(names)],
            cwd=root,
            env={**os.environ, "GAN_STUDIO_HOME": home, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise Skip(f"the source tree cannot be started with {python}: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)

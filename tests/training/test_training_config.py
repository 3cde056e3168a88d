"""Configs: what a file may say, and how it is told what it may not."""

import pytest

from patchdrive.training import config as configs
from patchdrive.training.config import Config, find, read
from patchdrive.types import SettingError

WHOLE = """
[data]
path = "pets"
size = 32
[model]
width = 6
[train]
epochs = 7
lr = 1
"""


def test_a_file_is_read_with_defaults_for_the_rest(tmp_path):
    file = tmp_path / "vit.toml"
    file.write_text(WHOLE)
    found = read(file)
    assert found.name == "vit"
    assert (found.data.path, found.data.size, found.data.flip) == ("pets", 32, True)
    assert (found.train.epochs, found.train.lr, found.train.seed) == (7, 1.0, 0)
    assert found.model_for(5) == {"width": 6, "size": 32, "classes": 5}


@pytest.mark.parametrize(
    ("table", "line", "told"),
    [
        ("train", "epoch = 3", r"\[train\] there is no setting 'epoch'; there are: .*epochs"),
        ("train", "epochs = 0", r"\[train\] epochs must be 1 to 10000, not 0"),
        ("train", "epochs = 2.5", r"\[train\] epochs must be a whole number"),
        ("train", "epochs = '3'", r"\[train\] epochs must be a number, not '3'"),
        ("train", "epochs = true", r"\[train\] epochs must be a whole number, not True"),
        ("train", "lr = nan", r"\[train\] lr must be 1e-08 to 10"),
        ("train", "balanced = 'yes'", r"\[train\] balanced must be true or false, not 'yes'"),
        ("train", "precision = 'float16'", r"precision must be one of float32, bfloat16"),
        ("train", "precision = 16", r"precision must be a text, not 16"),
        ("data", "size = 4", r"\[data\] size must be 8 to 512 px"),
        ("data", "path = ['a']", r"\[data\] path must be a text"),
        ("data", "path = ''", r"\[data\] needs a path"),
        ("model", "depth = 4", r"\[model\]: a tiny network has no 'depth'"),
        ("model", "size = 48", r"\[model\] size is 48 and \[data\] size is 64"),
        ("other", "x = 1", r"there is no setting 'other'; there are: data, model, train"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_allowed(tmp_path, table, line, told):
    tables = {"data": ["path = 'pets'"], "model": [], "train": []}
    lines = [old for old in tables.get(table, []) if old.split()[0] != line.split()[0]]
    tables[table] = [*lines, line]
    text = "\n".join(f"[{name}]\n" + "\n".join(lines) for name, lines in tables.items())
    (tmp_path / "net.toml").write_text(text)
    with pytest.raises(SettingError, match="^net.toml: .*" + told):
        read(tmp_path / "net.toml")


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path):
    with pytest.raises(SettingError, match="cannot be read: No such file"):
        read(tmp_path / "none.toml")
    for junk in (b"[data", b"\xff\xfe"):
        (tmp_path / "junk.toml").write_bytes(junk)
        with pytest.raises(SettingError, match=r"junk\.toml is no TOML file"):
            read(tmp_path / "junk.toml")
    with pytest.raises(SettingError, match="data must be a table"):
        Config.of({"data": 3})


def test_classes_that_the_data_do_not_have_are_refused():
    config = Config.of({"data": {"path": "pets"}, "model": {"classes": 9}})
    assert config.model_for(9)["classes"] == 9
    with pytest.raises(SettingError, match=r"classes is 9, but the data have 5"):
        config.model_for(5)


def test_the_digest_changes_with_what_comes_out_and_not_with_places(config):
    same = (
        config(device="auto", threads=3).digest(),
        config({"path": "elsewhere", "cache": "c"}).digest(),
    )
    assert {*same} == {config().digest()}
    others = config(seed=1), config(lr=0.02), config({"jitter": 0.1}), config({"size": 32})
    assert len({config().digest(), *(other.digest() for other in others)}) == 5


def test_relative_data_lie_in_the_named_folder_then_here(tmp_path, monkeypatch):
    (tmp_path / "here" / "pets").mkdir(parents=True)
    (tmp_path / "there" / "pets").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert find("pets").resolve() == tmp_path / "here" / "pets"
    monkeypatch.setenv(configs.DATA, str(tmp_path / "there"))
    assert find("pets") == tmp_path / "there" / "pets"
    assert find(str(tmp_path / "here")) == tmp_path / "here"
    with pytest.raises(SettingError, match="there are no data at 'birds'; PATCHDRIVE_DATA is"):
        find("birds")

"""A link can name any backbone; a server builds those that its owner allows."""

import pytest

from patchdrive.settings import NetworkSettings
from patchdrive.types import SettingError
from patchdrive.ui import allowed


def asked(name, other="resnet18"):
    return NetworkSettings(global_backbone=other, highres_backbone=name)


@pytest.fixture(autouse=True)
def nothing_listed(monkeypatch):
    monkeypatch.delenv(allowed.VARIABLE, raising=False)


@pytest.mark.parametrize("name", ["resnet50", "vit_base_patch16_224"])
def test_backbones_below_the_bound_are_offered(name):
    allowed.check(asked(name))


def test_a_large_one_is_refused_before_it_is_built_and_its_size_is_told(monkeypatch):
    import timm

    built = []
    create = timm.create_model

    def watched(name, **more):
        model = create(name, **more)
        built.extend(one.device.type for one in model.parameters())
        return model

    monkeypatch.setattr(timm, "create_model", watched)
    with pytest.raises(SettingError, match=r"vit_large_patch16_224 has 303 million numbers"):
        allowed.check(asked("vit_large_patch16_224"))
    assert set(built) <= {"meta"}


def test_the_owner_lists_names_and_patterns(monkeypatch):
    monkeypatch.setenv(allowed.VARIABLE, "resnet*, vit_large_patch16_224")
    allowed.check(asked("resnet50"))
    allowed.check(asked("vit_large_patch16_224"))
    with pytest.raises(SettingError, match=r"does not offer the backbone 'convnext_tiny'.*resnet"):
        allowed.check(asked("convnext_tiny"))
    with pytest.raises(SettingError, match="does not offer"):
        allowed.check(asked("resnet50", other="convnext_tiny"))


def test_a_name_that_timm_does_not_have_is_refused_in_words():
    with pytest.raises(SettingError, match="timm has no model"):
        allowed.check(asked("resnet5000"))

"""The master key that `profile-lookup run` generates."""

from base64 import b64decode
from pathlib import Path

from service.config import Settings
from service.local.data_dir import generate_master_key
from service.store.master_keys import read_master_keys


def test_a_master_key_is_generated_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    """The keys and IDs in two files differ. An existing file is never overwritten."""
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.with_suffix(".new").write_text("left by a run that was killed")
        generate_master_key(path)
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o600, 0o600]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    (one,), (other,) = (read_master_keys(Settings(master_keys_file=str(path))) for path in paths)
    assert len(b64decode(paths[0].read_text().partition(":")[2])) == len(one.key) == 32
    assert (one.id != other.id, one.key != other.key) == (True, True)
    before = paths[0].read_bytes()
    generate_master_key(paths[0])
    assert paths[0].read_bytes() == before

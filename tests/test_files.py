"""Files are replaced whole or not at all, and keep what they are."""

import pytest

from autograd.files import write_whole


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    path = tmp_path / "model.json"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file" / "below", tmp_path / "nowhere" / "g.svg", tmp_path):
        with pytest.raises(OSError) as caught:
            write_whole(path, b"x")
        assert caught.value.filename == str(path)
    with pytest.raises(OSError):
        write_whole("/", b"x")

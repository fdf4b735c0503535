"""Data: shapes hold what they promise, splits are partitions, photographs' parts share no pixel."""

from __future__ import annotations

import math
import socket
import sys

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.transform import downscale_local_mean
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nn import pictures
from nn.data import Dataset, breast_cancer, circles, clouds, diabetes, digits, gate, iris, moons, spirals
from nn.pictures import FILES, Patch, cats, histogram, photograph, thumbnail
from nn.preparing import one_hot, standardize, train_test_split

SHAPES = {
    "moons": (moons, 2),
    "circles": (circles, 2),
    "spirals": (spirals, 2),
    "three spirals": (lambda samples, seed: spirals(samples, arms=3, seed=seed), 3),
    "clouds": (clouds, 2),
}
SEEDS = st.integers(0, 2**32)
SHARES = st.floats(0.05, 0.95)


def by_value(points):
    """The rows in an order that does not depend on the one they come in."""
    rounded = np.round(points, 9) + 0.0
    return rounded[np.lexsort(rounded.T)]


# Gates


@pytest.mark.parametrize(
    "name, truth",
    [
        ("and", lambda a, b: a and b),
        ("or", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
        ("xor", lambda a, b: a != b),
        ("nor", lambda a, b: not (a or b)),
        ("xnor", lambda a, b: a == b),
    ],
)
def test_a_gate_is_its_truth_table(name, truth):
    X, y, *_ = gate(name)
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [int(truth(bool(a), bool(b))) for a, b in X.tolist()]


def test_unknown_gates_are_refused():
    with pytest.raises(ValueError, match=r"gate: there is no gate 'but': write one of and, or, nand, xor, nor, xnor$"):
        gate("but")


# Shapes


@pytest.mark.parametrize("shape", SHAPES)
@given(samples=st.integers(3, 90), seed=SEEDS)
def test_shapes_and_labels(shape, samples, seed):
    make, classes = SHAPES[shape]
    X, y, feature_names, class_names, *_ = make(samples, seed=seed)
    assert X.shape == (samples, len(feature_names)) and X.dtype == np.float64 and np.isfinite(X).all()
    assert y.shape == (samples,) and y.dtype.kind == "i"
    counts = np.bincount(y, minlength=classes)
    assert len(counts) == classes == len(class_names) and max(counts) - min(counts) <= 1


@pytest.mark.parametrize("shape", SHAPES)
@given(seed=SEEDS)
def test_the_same_seed_gives_the_same_bits(shape, seed):
    make, _ = SHAPES[shape]
    first, again, drawn, other = (make(20, seed=s) for s in (seed, seed, np.random.default_rng(seed), seed + 1))
    for one in (again, drawn):
        assert one.X.tobytes() == first.X.tobytes() and one.y.tobytes() == first.y.tobytes()
    assert other.X.tobytes() != first.X.tobytes()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_generator_goes_on_and_classes_are_mixed(shape):
    make, classes = SHAPES[shape]
    rng = np.random.default_rng(0)
    assert make(60, seed=rng).X.tobytes() != make(60, seed=rng).X.tobytes()
    assert len(set(make(60, seed=0).y[:12].tolist())) == classes


@pytest.mark.parametrize("samples", [10, 11])
@pytest.mark.parametrize(
    "ours, theirs",
    [(moons, sklearn.datasets.make_moons), (circles, lambda n: sklearn.datasets.make_circles(n, factor=0.5))],
)
def test_moons_and_circles_are_those_of_scikit_learn(ours, theirs, samples):
    X, y, *_ = ours(samples, noise=0, seed=0)
    A, b = theirs(samples)
    if samples % 2:  # the odd sample goes to the other class there
        assert np.bincount(y).tolist() == np.bincount(b).tolist()[::-1]
    else:
        for label in (0, 1):
            np.testing.assert_allclose(by_value(X[y == label]), by_value(A[b == label]), atol=1e-12)


@given(seed=SEEDS, arms=st.integers(2, 4), turns=st.floats(0.2, 3))
def test_a_spirals_arms_are_the_first_one_turned(seed, arms, turns):
    X, y, *_ = spirals(8 * arms, arms, noise=0, turns=turns, seed=seed)
    points = X[:, 0] + 1j * X[:, 1]
    for arm in range(arms):
        own = points[y == arm] * np.exp(-2j * np.pi * arm / arms)
        own = own[np.argsort(abs(own))]
        radius = np.arange(1, 9) / 8
        np.testing.assert_allclose(own, radius * np.exp(2j * np.pi * turns * radius), atol=1e-12)


@pytest.mark.parametrize("make", [moons, circles, spirals])
def test_noise_is_a_standard_deviation(make):
    exact, near, far = (make(2000, noise=noise, seed=1).X for noise in (0, 0.1, 0.2))
    np.testing.assert_allclose(far - exact, 2 * (near - exact), atol=1e-12)
    assert np.std(near - exact) == pytest.approx(0.1, rel=0.05)


@given(samples=st.integers(2, 60), margin=st.floats(1e-6, 1e3), features=st.integers(1, 6), seed=SEEDS)
def test_clouds_keep_their_margin(samples, margin, features, seed):
    X, y, *_, separator, _ = clouds(samples, margin, features, seed=seed)
    assert math.isclose(math.fsum(w * w for w in separator.weights.tolist()), 1, rel_tol=1e-12)
    distances = [
        (1 if label else -1) * math.fsum([*(w * v for w, v in zip(separator.weights, x, strict=True)), separator.bias])
        for x, label in zip(X, y, strict=True)
    ]
    assert min(distances) >= margin
    assert math.isclose(min(distances), separator.margin, rel_tol=1e-9)


@given(seed=SEEDS, margin=st.floats(0.1, 1))
def test_the_perceptron_rule_ends_within_the_bound_on_clouds(seed, margin):
    X, y, *_, separator, _ = clouds(30, margin, seed=seed)
    rows = np.column_stack([X, np.ones(len(X))]) * (2 * y - 1)[:, None]
    gamma = separator.margin / math.sqrt(1 + separator.bias**2)
    bound = float((rows**2).sum(axis=1).max()) / gamma**2
    w, mistakes = np.zeros(3), 0
    while mistakes <= bound and (wrong := np.flatnonzero(rows @ w <= 0)).size:
        w, mistakes = w + rows[wrong[0]], mistakes + 1
    assert 1 <= mistakes <= bound


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: moons(1), ValueError, "moons: samples = 1 must be 2 or more"),
        (lambda: moons(2.5), TypeError, "moons: samples = 2.5 is a float, not a whole number"),
        (lambda: moons(noise=-0.1), ValueError, "moons: noise = -0.1: a standard deviation is 0 or more"),
        (lambda: circles(noise=math.nan), ValueError, "circles: noise = nan: a standard deviation is 0 or more"),
        (lambda: circles(factor=1), ValueError, "circles: factor = 1: the radius of the inner circle lies between"),
        (lambda: spirals(2, arms=3), ValueError, "spirals: samples = 2 must be 3 or more"),
        (lambda: spirals(arms=1), ValueError, "spirals: arms = 1 must be 2 or more"),
        (lambda: clouds(margin=0), ValueError, "clouds: margin = 0: classes that a plane separates keep a distance"),
        (lambda: clouds(features=0), ValueError, "clouds: features = 0 must be 1 or more"),
        (lambda: moons(seed=-1), ValueError, "seed: -1 is negative"),
        (lambda: clouds(seed="one"), TypeError, "seed: 'one' is str"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, text):
    with pytest.raises(error, match=text.replace("(", r"\(")):
        call()


# Measured sets


@pytest.mark.parametrize("make", [iris, digits, breast_cancer, diabetes])
def test_measured_sets_are_those_of_scikit_learn(make):
    bunch = getattr(sklearn.datasets, f"load_{make.__name__}")()
    data = make()
    assert data.X.shape == bunch.data.shape and data.X.dtype == np.float64
    assert data.y.tolist() == bunch.target.tolist()
    assert data.feature_names == tuple(bunch.feature_names)
    assert data.class_names == tuple(str(name) for name in bunch.get("target_names", ()))
    if make is digits:
        np.testing.assert_array_equal(data.X * 16, bunch.data)
        assert data.X.min() == 0 and data.X.max() == 1
    elif make is diabetes:  # there they are scaled to columns of length 1
        np.testing.assert_array_equal(data.X, sklearn.datasets.load_diabetes(scaled=False).data)
        np.testing.assert_allclose(standardize(data.X)[0] / math.sqrt(len(data.X)), bunch.data, atol=1e-12)
    else:
        np.testing.assert_array_equal(data.X, bunch.data)


def test_a_dataset_says_how_large_it_is():
    X, y, *_ = data = iris()
    assert X is data.X and y is data.y
    assert repr(data) == "<Dataset: 150 samples, 4 features, 3 classes>"
    assert repr(Dataset(X, y + 0.5)) == "<Dataset: 150 samples, 4 features, targets 0.5 to 2.5>"


@pytest.mark.parametrize("make", [iris, digits, breast_cancer, diabetes])
def test_without_scikit_learn_the_error_says_what_to_install(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError) as caught:
        make()
    assert str(caught.value) == f'{make.__name__}: scikit-learn is not installed: pip install "scalar-autograd[train]"'


# Find the cat


def uses(places):
    """How often each pixel of each photograph is in a patch."""
    counts = {name: np.zeros(photograph(name).shape[:2], int) for name in FILES}
    for name, top, left, side in places:
        assert 0 <= top <= top + side <= counts[name].shape[0] and 0 <= left <= left + side <= counts[name].shape[1]
        counts[name][top : top + side, left : left + side] += 1
    return counts


def shared(first, second):
    """How many pixels are in patches of both."""
    a, b = uses(first), uses(second)
    return sum(int(np.sum((a[name] > 0) & (b[name] > 0))) for name in FILES)


@given(patch=st.sampled_from([12, 20, 32, 48]), test=st.floats(0.2, 0.8), seed=SEEDS)
def test_no_pixel_is_in_two_patches(patch, test, seed):
    train, held = cats(patch, "thumbnail", test, seed)
    assert shared(train.places, held.places) == 0
    assert all(count.max() <= 1 for count in uses([*train.places, *held.places]).values())


def test_a_single_shared_pixel_would_be_seen():
    one = Patch("cat", 40, 60, 20)
    assert shared([one], [Patch("cat", 59, 79, 20)]) == 1
    assert shared([one], [Patch("coffee", 59, 79, 20), Patch("cat", 60, 60, 20)]) == 0


@given(patch=st.sampled_from([16, 20, 32]), test=st.sampled_from([0.25, 0.3, 0.5]), seed=SEEDS)
def test_training_is_left_and_test_is_right_of_a_line(patch, test, seed):
    train, held = cats(patch, test=test, seed=seed)
    for name in FILES:
        width = 352 if name == "cat" else photograph(name).shape[1]
        assert max(p.left + p.side for p in train.places if p.photograph == name) <= round((1 - test) * width)
        assert min(p.left for p in held.places if p.photograph == name) >= round((1 - test) * width)


@given(patch=st.sampled_from([16, 20, 32]), features=st.sampled_from(["histogram", "thumbnail"]), seed=SEEDS)
def test_as_many_cats_as_others_and_of_each_other_photograph_as_many(patch, features, seed):
    for X, y, feature_names, class_names, _, places in cats(patch, features, seed=seed):
        assert X.shape == (len(y), len(feature_names)) and len(places) == len(y)
        assert X.min() >= 0 and X.max() <= 1 and class_names == ("other", "cat")
        assert y.tolist() == [int(place.photograph == "cat") for place in places]
        counts = [sum(place.photograph == name for place in places) for name in FILES]
        assert counts[0] == sum(counts[1:]) and max(counts[1:]) - min(counts[1:]) <= 1


@pytest.mark.parametrize("features, compute", [("histogram", histogram), ("thumbnail", thumbnail)])
def test_features_are_those_of_the_pixels_at_the_place(features, compute):
    for data in cats(features=features):
        for x, (name, top, left, side) in zip(data.X, data.places, strict=True):
            assert x.tolist() == compute(photograph(name)[top : top + side, left : left + side]).tolist()


@given(arrays(np.float64, (8, 8, 3), elements=st.floats(0, 1)))
def test_a_histogram_is_numpys_and_a_thumbnail_scikit_images(pixels):
    counts, _ = np.histogramdd(pixels.reshape(-1, 3) * 3, bins=3, range=[(0, 3)] * 3)
    np.testing.assert_allclose(histogram(pixels), counts.ravel() / 64, atol=1e-15)
    np.testing.assert_allclose(thumbnail(pixels), downscale_local_mean(pixels, (2, 2, 1)).ravel(), atol=1e-12)


def test_names_of_features_say_what_they_are():
    pixels = np.zeros((8, 8, 3))
    pixels[2:4, 6:8] = 0.5, 1.0, 0.0  # the cell at 1, 3
    names = [
        dict(zip(cats(features=f)[0].feature_names, g(pixels), strict=True))
        for f, g in (("histogram", histogram), ("thumbnail", thumbnail))
    ]
    assert {k: v for k, v in names[0].items() if v} == {"red 0 green 0 blue 0": 60 / 64, "red 1 green 2 blue 0": 4 / 64}
    assert {k: v for k, v in names[1].items() if v} == {"red at 1, 3": 0.5, "green at 1, 3": 1.0}


@given(seed=SEEDS)
def test_the_same_seed_gives_the_same_cats(seed):
    for first, again, other in zip(cats(seed=seed), cats(seed=seed), cats(seed=seed + 1), strict=True):
        assert first.X.tobytes() == again.X.tobytes() and first.places == again.places
        assert first.places != other.places


def test_logistic_regression_finds_the_cat_and_guessing_does_not():
    train, held = cats()
    A, B = standardize(train.X, held.X)
    model = LogisticRegression(max_iter=1000)
    assert model.fit(A, train.y).score(B, held.y) >= 0.88
    shuffled = np.random.default_rng(0).permutation(train.y)
    assert model.fit(A, shuffled).score(B, held.y) < 0.7


def test_cats_come_without_a_network(monkeypatch):
    def refuse(*args, **named):
        raise AssertionError("cats() opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    photograph.cache_clear()
    train, held = cats()
    assert len(train.X) == 360 and len(held.X) == 150
    assert photograph.cache_info().misses == len(FILES)
    with pytest.raises(AssertionError, match="opened a socket"):
        socket.create_connection(("localhost", 9))


def test_a_photograph_is_there_once_and_for_reading():
    assert photograph("cat") is photograph("cat")
    with pytest.raises(ValueError, match="read-only"):
        photograph("cat")[0, 0] = 0
    assert Patch("rocket", 3, 5, 8).pixels().tolist() == photograph("rocket")[3:11, 5:13].tolist()


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: photograph("dog"), "photograph: there is no photograph 'dog': write one of cat, astronaut, "),
        (lambda: cats(features="edges"), "cats: features = 'edges': write one of histogram, thumbnail$"),
        (lambda: cats(patch=18), "cats: patch = 18: give a multiple of 4 pixels"),
        (lambda: cats(patch=0), "cats: patch = 0: give a multiple of 4 pixels"),
        (lambda: cats(patch=108), "patches of 108 pixels do not fit into the 300 × 106 pixels of the cat from which"),
        (lambda: cats(test=1), "cats: test = 1: give a share between 0 and 1"),
    ],
)
def test_there_are_no_such_cats(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_without_scikit_image_or_its_photographs_the_error_says_what_to_install(monkeypatch):
    photograph.cache_clear()
    monkeypatch.setitem(pictures.FILES, "cat", "no such file.png")
    with pytest.raises(FileNotFoundError, match=r"no such file.png is missing: install scikit-image from its wheel"):
        cats()
    monkeypatch.setitem(sys.modules, "skimage.io", None)
    with pytest.raises(ImportError, match=r'^photograph: scikit-image is not installed: pip install "scalar-autograd'):
        cats()


# Splitting


@given(n=st.integers(2, 60), test=SHARES, seed=SEEDS)
def test_a_split_is_a_partition_with_its_pairs_kept(n, test, seed):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test, seed=seed)
    assert sorted([*y_train, *y_test]) == y.tolist()
    for part, labels in ((X_train, y_train), (X_test, y_test)):
        assert len(labels) >= 1
        assert part.tolist() == X[labels].tolist()
    assert len(y_test) == min(max(round(test * n), 1), n - 1)


@given(counts=st.lists(st.integers(2, 30), min_size=1, max_size=5), test=SHARES, seed=SEEDS)
def test_a_stratified_split_keeps_the_proportions(counts, test, seed):
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    X_train, X_test, y_train, y_test = train_test_split(np.arange(len(y)), y, test, stratify=True, seed=seed)
    assert sorted([*X_train, *X_test]) == list(range(len(y)))
    assert y[X_train].tolist() == y_train.tolist() and y[X_test].tolist() == y_test.tolist()
    for label, count in enumerate(counts):
        held = int(np.sum(y_test == label))
        assert 1 <= held <= count - 1
        assert abs(held - test * count) <= 1


@pytest.mark.parametrize("stratify", [False, True])
def test_a_split_is_seeded_and_in_random_order(stratify):
    y = np.repeat([0, 1], 50)
    first, again, other = (train_test_split(np.arange(100), y, stratify=stratify, seed=s) for s in (1, 1, 2))
    assert [part.tolist() for part in first] == [part.tolist() for part in again]
    assert first[1].tolist() != other[1].tolist()
    assert [len(part) for part in first] == [70, 30, 70, 30]
    assert len(set(first[2][:12].tolist())) == len(set(first[3][:12].tolist())) == 2


def test_lists_rows_of_labels_and_names_can_be_split():
    _, _, y_train, y_test = train_test_split([[1], [2], [3]], [[0, 1], [1, 1], [1, 0]], seed=0)
    assert y_train.shape == (2, 2) and y_test.shape == (1, 2)
    names = ["cat", "dog"] * 2
    assert sorted(train_test_split(names, names, 0.5, stratify=True)[3]) == ["cat", "dog"]


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: train_test_split([1, 2], [1]), r"X is of shape \(2,\), y of \(1,\): give one row of X for each of y"),
        (lambda: train_test_split(1, 2), r"X is of shape \(\), y of \(\)"),
        (lambda: train_test_split([1], [1]), "1 samples: give 2 or more, one to train on and one to test"),
        (
            lambda: train_test_split([1, 2], [1, 2], test=30),
            "test = 30: give a share between 0 and 1; 0.3 holds 30 % b",
        ),
        (lambda: train_test_split([1, 2], [1, 2], test=0), "test = 0: give a share"),
        (lambda: train_test_split([1, 2], [1, 2], test=math.nan), "test = nan: give a share"),
        (
            lambda: train_test_split(range(6), [0, 0, 1, 1, math.nan, math.nan], stratify=True),
            "the label of sample 4 is nan: name its class, or leave it out",
        ),
        (lambda: train_test_split([1, 2, 3], [7, 8, 8], stratify=True), "class 7 has 1 sample: stratify needs 2 or"),
        (
            lambda: train_test_split([1, 2], [[1], [2]], stratify=True),
            r"one label for each sample, y is of shape \(2, 1",
        ),
    ],
)
def test_what_cannot_be_split_is_refused(call, text):
    with pytest.raises(ValueError, match="^train_test_split: .*" + text):
        call()


# Standardizing


@given(arrays(np.float64, (7, 3), elements=st.floats(-1e6, 1e6, allow_subnormal=False)), st.floats(-100, 100))
def test_standardized_columns_have_mean_0_and_variance_1_or_are_0(train, value):
    (z,) = standardize(train)
    for column, before in zip(z.T, train.T, strict=True):
        if column.any():
            rounding = 1e-14 * (1 + np.abs(before).max() / np.ptp(before))
            assert abs(np.mean(column)) < rounding and abs(np.var(column) - 1) < 10 * rounding
        else:
            assert np.ptp(before) <= 1e-14 * np.abs(before).max()
    constant, other = standardize(np.full((7, 2), value), train[:, :2])
    assert not constant.any() and not other.any()


@given(st.integers(2, 40), SEEDS)
def test_standardize_is_scikit_learns_with_the_figures_of_the_training_set(n, seed):
    rng = np.random.default_rng(seed)
    train, test, more = rng.normal(5, [1, 20, 1e-3], (n, 3)), rng.normal(size=(4, 3)), rng.normal(size=(1, 3))
    scaler = StandardScaler().fit(train)
    for ours, given_ in zip(standardize(train, test, more), (train, test, more), strict=True):
        np.testing.assert_allclose(ours, scaler.transform(given_), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-20, 1.0, 1e20, 1e300, 2.9e307])
def test_standardize_holds_over_the_whole_range_of_floats(scale):
    [z] = standardize(np.array([[1.0], [2.0], [6.0]]) * scale)
    rounding = max(1e-12, 5e-324 / scale)
    np.testing.assert_allclose(z, np.array([[-2.0], [-1.0], [3.0]]) / math.sqrt(14 / 3), rtol=2 * rounding)


def test_targets_are_standardized_too_and_rounding_is_no_variation():
    train, test = standardize([1.0, 3.0], [2.0])
    assert train.tolist() == [-1.0, 1.0] and test.tolist() == [0.0]
    [z] = standardize([[0.1 + 0.2], [0.3], [0.3]])
    assert z.tolist() == [[0.0], [0.0], [0.0]]


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: standardize([]), r"train is of shape \(0,\): give arrays of samples"),
        (lambda: standardize(3.0), r"train is of shape \(\): give arrays of samples"),
        (lambda: standardize([[1, 2]], [[1, 2, 3]]), r"array 1 is of shape \(1, 3\), train of \(1, 2\): give arrays"),
        (
            lambda: standardize([[1, 2], [3, math.nan]]),
            "sample 1, column 1 of train is nan: fill in a number, or leave",
        ),
        (lambda: standardize([[1.0]], [[2.0]], [[math.inf]]), "sample 0, column 0 of array 2 is inf"),
        (lambda: standardize([1.0, math.inf]), "sample 1 of train is inf"),
        (
            lambda: standardize(np.ma.array([[1.0], [2.0]], mask=[[False], [True]])),
            "sample 1, column 0 of train is nan: fill in a number, or leave the sample out",
        ),
        (
            lambda: standardize([[0.0, 1e-300], [0.0, 2e-300]], [[1e308, 1e300]]),
            r"sample 0, column 1 of array 1 is 1e\+300: too far from the column in train for a float: bring both",
        ),
        (lambda: standardize([1e-300, 2e-300], [0.0, 1e300]), r"sample 1 of array 1 is 1e\+300: too far"),
    ],
)
def test_what_cannot_be_standardized_is_refused(call, text):
    with pytest.raises(ValueError, match="^standardize: " + text):
        call()


# One-hot


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(7, 9))
def test_one_hot_rows_are_scikit_learns(labels, classes):
    theirs = OneHotEncoder(categories=[range(classes)], sparse_output=False).fit_transform(np.reshape(labels, (-1, 1)))
    assert one_hot(labels, classes).tolist() == theirs.tolist()
    assert one_hot(np.array(labels, float)).tolist() == theirs[:, : max(labels) + 1].tolist()


def test_one_hot_of_many_classes_has_a_row_for_each_label_only():
    rows = one_hot([0, 200_000])
    assert rows.shape == (2, 200_001) and np.argwhere(rows).tolist() == [[0, 0], [1, 200_000]]


def test_one_hot_of_nothing_has_its_columns():
    assert one_hot([], classes=3).shape == (0, 3)
    assert one_hot([True, False]).tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: one_hot([0, 3], 3), ValueError, "label 3 of sample 1: labels are whole numbers: 0 to 2"),
        (lambda: one_hot([0, 1, -1]), ValueError, "label -1 of sample 2: labels are whole numbers: 0, 1, 2, …"),
        (lambda: one_hot([0.5, 1]), ValueError, "label 0.5 of sample 0"),
        (lambda: one_hot([0, math.nan], 2), ValueError, "label nan of sample 1"),
        (lambda: one_hot([0, math.nan]), ValueError, "label nan of sample 1"),
        (lambda: one_hot([0, math.inf]), ValueError, "label inf of sample 1"),
        (lambda: one_hot(["a"]), TypeError, r"labels of type <U1: number them, with np.unique\(labels, return_inverse"),
        (lambda: one_hot([]), ValueError, r"labels of shape \(0,\): give a flat list, and `classes` where it"),
        (lambda: one_hot([[1, 0]]), ValueError, r"labels of shape \(1, 2\): give a flat list"),
    ],
)
def test_what_is_no_label_is_refused(call, error, text):
    with pytest.raises(error, match="^one_hot: " + text):
        call()

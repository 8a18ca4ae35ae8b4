"""Makes edges.json: tables that are likely to break a training, and what scikit-learn says of them.

Run it where make.py runs: python3 edges.py. It was run with scikit-learn 1.9.1 and numpy 2.4.6.
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from make import known, split

HERE = pathlib.Path(__file__).parent
SEED = 11
FRACTION = 0.2


def text(value):
    return value if isinstance(value, str) else repr(float(value))


def encode(columns, train):
    """As make.py, for any columns: lists of texts are words, arrays are numbers."""
    parts, fitted = [], []
    for name, cells in columns.items():
        if isinstance(cells, list):
            values = np.array([[known(cell)] for cell in cells], dtype=object)
            imputer = SimpleImputer(strategy="most_frequent", missing_values=None)
            imputer.fit(values[train])
            encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore")
            encoder.fit(imputer.transform(values[train]))
            parts.append(encoder.transform(imputer.transform(values)))
            fitted.append(
                {"name": name, "categories": [str(word) for word in encoder.categories_[0]]}
            )
        else:
            values = np.array(cells, dtype=float).reshape(-1, 1)
            imputer = SimpleImputer(strategy="mean").fit(values[train])
            scaler = StandardScaler().fit(imputer.transform(values[train]))
            parts.append(scaler.transform(imputer.transform(values)))
            fitted.append(
                {"name": name, "mean": float(scaler.mean_[0]), "scale": float(scaler.scale_[0])}
            )
    return np.hstack(parts), fitted


def table(columns):
    count = len(next(iter(columns.values())))
    lines = [",".join(columns)]
    for row in range(count):
        cells = [text(column[row]) for column in columns.values()]
        lines.append(",".join("" if cell == "nan" else cell for cell in cells))
    return "\n".join(lines) + "\n"


def regression(name, columns, label, l2=0.0, ignored=()):
    label = np.array(label, dtype=float)
    train, held = split(len(label), FRACTION, SEED)
    used = {key: cells for key, cells in columns.items() if key not in ignored}
    encoded, fitted = encode(used, train)
    model = LinearRegression() if l2 == 0 else Ridge(alpha=l2, solver="cholesky")
    model.fit(encoded[train], label[train])
    return {
        "name": name,
        "algorithm": "linear-learner",
        "csv": table(columns | {"y": label}),
        "label": "y",
        "ignored": list(ignored),
        "hyperparameters": {"l2": repr(l2)},
        "columns": fitted,
        "coefficients": model.coef_.tolist(),
        "intercept": float(model.intercept_),
        "predictions": model.predict(encoded[held]).tolist(),
    }


def clustering(name, columns, k):
    train, _ = split(len(next(iter(columns.values()))), FRACTION, SEED)
    encoded, fitted = encode(columns, train)
    case = {
        "name": name,
        "algorithm": "kmeans",
        "csv": table(columns),
        "label": "",
        "ignored": [],
        "hyperparameters": {"k": str(k)},
        "columns": fitted,
    }
    with warnings.catch_warnings():
        # Fewer different rows than clusters: it says so, and goes on.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model = KMeans(k, init="k-means++", n_init=10, random_state=0).fit(encoded[train])
        except ValueError as error:
            return case | {"refusal": str(error)}
    return case | {"inertia": float(model.inertia_)}


def main():
    rng = np.random.default_rng(20261123)
    count = 60
    a, b = rng.normal(5, 2, count), rng.normal(-1, 1, count)
    words = [str(word) for word in rng.choice(["red", "green", "blue"], count)]
    noise = rng.normal(0, 0.1, count)
    missing = np.where(rng.random(count) < 0.2, np.nan, a)
    cases = [
        regression(
            "collinear columns",
            {"a": a, "twice": 2 * a + 1, "sum": a + b, "b": b},
            3 * a - b + noise,
        ),
        regression("a word given twice", {"w": words, "same": list(words), "a": a}, a + noise),
        regression(
            "constant columns", {"one": np.full(count, 7.1), "a": a, "zero": a * 0}, a + noise
        ),
        regression("one category only", {"w": ["x"] * count, "a": a}, 2 * a + noise),
        regression(
            "huge and small scales",
            {"huge": a * 1e12, "small": b * 1e-12, "w": words},
            1e6 * a - 1e-6 * b + noise,
        ),
        regression("a small spread around a large mean", {"a": 1e9 + a, "b": b}, a + b + noise),
        regression("a label of large numbers", {"a": a, "b": b}, 1e15 * a + 1e14 * b),
        regression("a constant label", {"a": a, "w": words}, np.full(count, 4.5)),
        regression("a column without a value", {"a": a, "gap": a * np.nan}, a, ignored=["gap"]),
        regression("missing cells", {"a": missing, "b": b}, a + b + noise),
        regression(
            "more columns than rows",
            {f"c{i}": rng.normal(0, 1, 12) for i in range(20)},
            rng.normal(0, 1, 12),
        ),
        regression("collinear columns under a ridge", {"a": a, "twice": 2 * a}, a + noise, l2=1.5),
        clustering(
            "fewer different rows than clusters", {"a": np.arange(30) % 3.0, "b": np.zeros(30)}, 8
        ),
        clustering("as many clusters as rows", {"a": a[:20], "b": b[:20]}, 16),
        clustering("more clusters than rows", {"a": a[:20], "b": b[:20]}, 17),
        clustering("one column", {"a": a}, 4),
        clustering("clusters over huge and small scales", {"a": a * 1e12, "b": b * 1e-12}, 5),
        clustering("clusters over words only", {"w": words, "one": ["x"] * count}, 3),
        clustering("one cluster", {"a": missing, "w": words}, 1),
    ]
    text_of_all = json.dumps(
        {"seed": SEED, "validation_fraction": FRACTION, "cases": cases}, indent=1
    )
    (HERE / "edges.json").write_text(text_of_all + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

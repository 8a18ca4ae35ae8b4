"""Makes houses.csv and reference.json: what scikit-learn says of the same table.

Run it where numpy and scikit-learn are installed: python3 make.py. It was run with scikit-learn
1.9.1 and numpy 2.4.6. The split repeats RowSplit.swift, the preprocessing is scikit-learn's own.
"""

import csv
import json
import pathlib

import numpy as np
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).parent
SEED = 7
FRACTION = 0.2
CLUSTERS = 6


def make_rows(count=420):
    rng = np.random.default_rng(20261123)
    towns = ["Oslo", "Århus", 'St. "Ives"', "Ulm, upper", "Bath"]
    rows = []
    for index in range(count):
        town = int(rng.choice(5, p=[0.35, 0.25, 0.2, 0.15, 0.05]))
        area = float(rng.normal([60, 90, 120, 150, 40][town], 12))
        age = int(rng.integers(0, 120))
        heating = ["gas", "wood", "heat pump"][int(rng.integers(0, 3))]
        price = 1000 + 31.5 * area - 4.25 * age + [0, 400, -300, 150, 900][town]
        price += {"gas": 0, "wood": -120, "heat pump": 260}[heating] + float(rng.normal(0, 90))
        cells = [f"{area:.3f}", str(age), towns[town], heating, f"{price:.2f}"]
        if rng.random() < 0.06:
            cells[0] = ["", "NA", "null", "?"][index % 4]
        if rng.random() < 0.06:
            cells[2] = ["", "n/a", "None"][index % 3]
        if index % 97 == 5:
            cells[4] = "NaN"
        rows.append(cells)
    return rows


HEADER = ["area", "age", "town", "heating", "price"]
MISSING = {"", "na", "n/a", "nan", "null", "?", "none"}


def known(text):
    return None if text.strip().lower() in MISSING else text


def split(count, fraction, seed):
    """The rows to train on and those held out, as RowSplit.swift finds them."""
    mask = (1 << 64) - 1
    state = seed
    keys = []
    for index in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        keys.append((z ^ (z >> 31), index))
    held = max(1, int(np.floor(count * fraction + 0.5)))
    ranked = [index for _, index in sorted(keys)]
    return sorted(ranked[held:]), sorted(ranked[:held])


def encode(rows, train, numbers, words):
    """Encodes all rows with what the training rows teach; also says what that was."""
    parts, columns = [], []
    for name in HEADER:
        index = HEADER.index(name)
        if name in numbers:
            values = np.array([[float(known(r[index]) or "nan")] for r in rows])
            imputer = SimpleImputer(strategy="mean").fit(values[train])
            scaler = StandardScaler().fit(imputer.transform(values[train]))
            parts.append(scaler.transform(imputer.transform(values)))
            columns.append(
                {
                    "name": name,
                    "imputed": float(imputer.statistics_[0]),
                    "mean": float(scaler.mean_[0]),
                    "scale": float(scaler.scale_[0]),
                }
            )
        elif name in words:
            values = np.array([[known(r[index])] for r in rows], dtype=object)
            imputer = SimpleImputer(strategy="most_frequent", missing_values=None)
            imputer.fit(values[train])
            encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore")
            encoder.fit(imputer.transform(values[train]))
            parts.append(encoder.transform(imputer.transform(values)))
            columns.append(
                {
                    "name": name,
                    "imputed": str(imputer.statistics_[0]),
                    "categories": [str(word) for word in encoder.categories_[0]],
                }
            )
    return np.hstack(parts), columns


def regression(rows, l2):
    rows = [r for r in rows if known(r[4]) is not None]
    train, held = split(len(rows), FRACTION, SEED)
    encoded, columns = encode(rows, train, ["area", "age"], ["town", "heating"])
    label = np.array([float(r[4]) for r in rows])
    model = LinearRegression() if l2 == 0 else Ridge(alpha=l2, solver="cholesky")
    model.fit(encoded[train], label[train])
    found = model.predict(encoded[held])
    return {
        "rows": len(rows),
        "columns": columns,
        "coefficients": model.coef_.tolist(),
        "intercept": float(model.intercept_),
        "validation:rmse": float(root_mean_squared_error(label[held], found)),
        "validation:mae": float(mean_absolute_error(label[held], found)),
        "validation:r2": float(r2_score(label[held], found)),
        "first_held_rows": held[:8],
        "first_predictions": found[:8].tolist(),
    }


def clustering(rows):
    train, held = split(len(rows), FRACTION, SEED)
    encoded, columns = encode(rows, train, ["area", "age"], ["town", "heating"])
    model = KMeans(CLUSTERS, init="k-means++", n_init=10, random_state=0).fit(encoded[train])
    return {"k": CLUSTERS, "columns": columns, "inertia": float(model.inertia_)}


def main():
    rows = make_rows()
    with open(HERE / "houses.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    reference = {
        "seed": SEED,
        "validation_fraction": FRACTION,
        "least_squares": regression(rows, 0),
        "ridge": regression(rows, 2.5),
        "ridge_l2": 2.5,
        "clusters": clustering(rows),
    }
    text = json.dumps(reference, indent=1, ensure_ascii=False)
    (HERE / "reference.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

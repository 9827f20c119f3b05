"""Matrix factorization: the ratings that viewers would give to all films, from those that they gave."""

import numpy
import pandas


def predict_all(ratings: pandas.DataFrame, factors: int, rounds: int) -> pandas.DataFrame:
    """
    Returns a predicted rating for each viewer (row) and film (column). It fills the unknown ratings with a guess, keeps
    the strongest `factors` of the singular value decomposition as the next guess, and repeats that.
    """
    usual = usual_ratings(ratings)
    difference = (matrix_of(ratings) - usual).to_numpy()
    known = ~numpy.isnan(difference)
    guess = numpy.zeros_like(difference)
    for _ in range(rounds):
        left, strength, right = numpy.linalg.svd(numpy.where(known, difference, guess), full_matrices=False)
        guess = (left[:, :factors] * strength[:factors]) @ right[:factors]
    return (usual + guess).clip(1, 5)


def usual_ratings(ratings: pandas.DataFrame) -> pandas.DataFrame:
    """The rating of each viewer and film if all viewers had the same taste: the baseline of the model."""
    matrix = matrix_of(ratings)
    mean = ratings["rating"].mean()
    films = matrix.mean() - mean
    viewers = matrix.sub(mean + films).mean(axis=1)
    usual = mean + viewers.to_numpy()[:, None] + films.to_numpy()[None, :]
    return pandas.DataFrame(usual, index=matrix.index, columns=matrix.columns)


def matrix_of(ratings: pandas.DataFrame) -> pandas.DataFrame:
    """A row for each viewer, a column for each film; unknown ratings are NaN."""
    return ratings.pivot(index="viewer", columns="film", values="rating")

"""Ratings of films, made from a seed: each viewer prefers some genres, and each film has one."""

import numpy
import pandas

GENRES = ["comedy", "drama", "documentary", "horror", "science fiction"]
VIEWERS, FILMS, RATED = 400, 100, 25


def genre_of(film: int) -> str:
    return GENRES[film % len(GENRES)]


def make_ratings(seed: int, drift: float = 0.0) -> pandas.DataFrame:
    """
    Returns the columns viewer, film, genre and rating (1 to 5). With `drift`, from 0 to 1, viewers move from what they
    like to the last genre, and watch it more.
    """
    # Viewers and films stay the same; only what is rated depends on the seed.
    world = numpy.random.default_rng(0)
    genres = numpy.arange(FILMS) % len(GENRES)
    quality = world.normal(0, 0.5, FILMS)
    tastes = world.dirichlet(numpy.full(len(GENRES), 0.5), VIEWERS)

    latest = numpy.eye(len(GENRES))[-1]
    tastes = (1 - drift) * tastes + drift * latest
    popularity = numpy.where(genres == len(GENRES) - 1, 1 + 4 * drift, 1.0)

    chance = numpy.random.default_rng(seed)
    viewers = numpy.repeat(numpy.arange(VIEWERS), RATED)
    films = numpy.concatenate(
        [chance.choice(FILMS, RATED, replace=False, p=popularity / popularity.sum()) for _ in range(VIEWERS)]
    )
    liked = 2 + 3 * numpy.sqrt(tastes[viewers, genres[films]]) + quality[films]
    ratings = numpy.clip(numpy.rint(liked + chance.normal(0, 0.3, len(liked))), 1, 5)
    return pandas.DataFrame(
        {
            "viewer": viewers,
            "film": films,
            "genre": [genre_of(film) for film in films],
            "rating": ratings.astype(int),
        }
    )

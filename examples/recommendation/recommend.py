"""Prints films for a viewer, with the newest registered model: matcha connect STACK -- python recommend.py 7"""

import sys

import mlflow

from ratings import VIEWERS, genre_of
from recommender import MODEL

if len(sys.argv) != 2 or not sys.argv[1].isdigit() or int(sys.argv[1]) >= VIEWERS:
    sys.exit(f"Use: matcha connect STACK -- python recommend.py VIEWER, a number below {VIEWERS}")
model = mlflow.pyfunc.load_model(f"models:/{MODEL}/latest")
[films] = model.predict([int(sys.argv[1])])
for film in films:
    print(f"film {film}, {genre_of(film)}")

"""The pipeline: ratings, training, evaluation, registration of the model, and a report on new ratings."""

from typing import Annotated

import mlflow
import numpy
import pandas
from zenml import pipeline, step

import drift
import recommender
from factorization import matrix_of, predict_all, usual_ratings
from ratings import make_ratings


@step
def load(seed: int) -> tuple[Annotated[pandas.DataFrame, "known"], Annotated[pandas.DataFrame, "held_back"]]:
    ratings = make_ratings(seed)
    held_back = ratings.sample(frac=0.2, random_state=seed)
    return ratings.drop(held_back.index), held_back


@step(experiment_tracker=True)
def train(known: pandas.DataFrame, factors: int, rounds: int) -> Annotated[pandas.DataFrame, "predicted"]:
    mlflow.log_params({"factors": factors, "rounds": rounds, "ratings": len(known)})
    return predict_all(known, factors, rounds)


@step(experiment_tracker=True)
def evaluate(
    predicted: pandas.DataFrame, known: pandas.DataFrame, held_back: pandas.DataFrame
) -> Annotated[float, "rmse"]:
    """Logs how far predictions are from ratings that the training has not seen. Fails if a plain mean is as good."""
    rmse = error_of(predicted, held_back)
    baseline = error_of(usual_ratings(known), held_back)
    mlflow.log_metrics({"rmse": rmse, "rmse_of_baseline": baseline})
    if rmse >= baseline:
        raise RuntimeError(f"The model is no better than the mean: {rmse:.3f}, {baseline:.3f}.")
    return rmse


def error_of(predicted: pandas.DataFrame, ratings: pandas.DataFrame) -> float:
    """The root mean square error, in points of a rating."""
    values = [predicted.at[viewer, film] for viewer, film in zip(ratings["viewer"], ratings["film"])]
    return float(numpy.sqrt(numpy.mean((ratings["rating"] - values) ** 2)))


@step(experiment_tracker=True)
def register(predicted: pandas.DataFrame, known: pandas.DataFrame) -> Annotated[int, "version"]:
    logged = mlflow.pyfunc.log_model(
        name="model",
        python_model=recommender.Recommender(predicted.where(matrix_of(known).isna())),
        # Who loads the model has not this folder.
        code_paths=[recommender.__file__],
        pip_requirements=[f"pandas=={pandas.__version__}"],
        registered_model_name=recommender.MODEL,
    )
    return int(logged.registered_model_version)


@step(experiment_tracker=True)
def watch(known: pandas.DataFrame, seed: int) -> Annotated[str, "drift_report"]:
    """Reports how ratings of a later month differ from those of the training."""
    report = drift.compare(make_ratings(seed + 1, drift=0.5), known)
    mlflow.log_metric("drifted_columns", drift.drifted_columns(report))
    return drift.publish(report)


@pipeline(enable_cache=False)
def recommendation(seed: int = 1, factors: int = 4, rounds: int = 15) -> None:
    known, held_back = load(seed)
    predicted = train(known, factors, rounds)
    evaluate(predicted, known, held_back)
    register(predicted, known, after="evaluate")
    watch(known, seed)

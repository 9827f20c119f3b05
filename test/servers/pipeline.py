"""
Trains a small model on a stack of ZenML, with a run and a model in the experiment tracker, and prints what came of it as
JSON. With a folder as second argument, the training waits: it creates the file `waiting` there, and goes on once there
is a file `go`.
"""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import mlflow
import pandas
from sklearn.base import BaseEstimator
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from zenml import pipeline, step
from zenml.client import Client

stack = sys.argv[1]
folder = sys.argv[2] if len(sys.argv) > 2 else ""
Client().activate_stack(stack)
tracker = Client().active_stack.experiment_tracker.name


@step(enable_cache=False)
def load() -> Annotated[pandas.DataFrame, "wine"]:
    return load_wine(as_frame=True).frame


@step(enable_cache=False, experiment_tracker=tracker)
def train(wine: pandas.DataFrame, folder: str) -> Annotated[BaseEstimator, "classifier"]:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(wine.drop(columns="target"), wine["target"])
    mlflow.log_param("rows", len(wine))
    if folder:
        (Path(folder) / "waiting").touch()
        while not (Path(folder) / "go").exists():
            time.sleep(0.1)
    mlflow.sklearn.log_model(model, name="model", registered_model_name="wine")
    return model


@step(enable_cache=False, experiment_tracker=tracker)
def evaluate(wine: pandas.DataFrame, model: BaseEstimator) -> Annotated[float, "accuracy"]:
    accuracy = float(model.score(wine.drop(columns="target"), wine["target"]))
    mlflow.log_metric("accuracy", accuracy)
    return accuracy


@pipeline
def training(folder: str = "") -> None:
    wine = load()
    evaluate(wine, train(wine, folder))


run = training(folder)
run = Client().get_pipeline_run(run.id)
accuracy = run.steps["evaluate"].output.load()
print(json.dumps({"status": run.status, "accuracy": accuracy, "artifact": run.steps["train"].output.uri}))

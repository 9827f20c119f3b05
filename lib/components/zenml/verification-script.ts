/**
 * The program of the verification, which runs in the pipeline image: it starts a pipeline of two steps on the cluster
 * and waits for it. The pods of the steps import it as a module. It reads its input from the environment, and leaves
 * its result as JSON: `{"model": ...}` or `{"error": ...}`. A run that succeeded is removed from ZenML.
 */
export const SCRIPT = `\
"""Trains a small model in a pipeline, and stores it where a model server can load it."""

import json
import os

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from zenml import pipeline, step
from zenml.client import Client
from zenml.config import DockerSettings
from zenml.io import fileio


@step
def train(tracked: bool) -> LogisticRegression:
    features, labels = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(features, labels)
    if tracked:
        import mlflow

        mlflow.log_metric("accuracy", float(model.score(features, labels)))
    return model


@step
def store(model: LogisticRegression, folder: str) -> None:
    fileio.makedirs(folder)
    with fileio.open(f"{folder}/model.joblib", "wb") as file:
        joblib.dump(model, file)


@pipeline(enable_cache=False)
def matcha_verification(folder: str, tracker: str) -> None:
    training = train.with_options(experiment_tracker=tracker) if tracker else train
    store(training(tracked=bool(tracker)), folder)


def run() -> str:
    client = Client()
    client.set_active_project("default")
    client.activate_stack(os.environ["MATCHA_ZENML_STACK"])
    stack = client.active_stack
    folder = f"{stack.artifact_store.path}/{os.environ['MATCHA_MODEL_FOLDER']}"
    tracker = stack.experiment_tracker.name if stack.experiment_tracker else ""
    image = DockerSettings(skip_build=True, parent_image=os.environ["MATCHA_PIPELINE_IMAGE"])
    started = matcha_verification.with_options(settings={"docker": image})(folder, tracker)
    ended = client.get_pipeline_run(started.id)
    if ended.status != "completed":
        raise RuntimeError(f"The run {ended.name} is {ended.status}.")
    client.delete_pipeline_run(ended.id)
    client.delete_pipeline(ended.pipeline.id)
    return folder


if __name__ == "__main__":
    result = {}
    try:
        result = {"model": run()}
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"[:2000]}
        raise
    finally:
        with open(os.environ.get("MATCHA_RESULT", "/dev/termination-log"), "w") as file:
            json.dump(result, file)
`;

"""
The pipeline: it fits an embedder to the passages, fills a collection of Chroma with their vectors, measures the search,
and only then makes this index the current one.
"""

from typing import Annotated

import mlflow
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from zenml import pipeline, step

from passages import read_passages, read_questions
from search import CURRENT, EMBEDDER, collection_of, database, embedder_of, find

GOOD_ENOUGH = 0.8


@step
def read() -> Annotated[dict[str, str], "passages"]:
    return read_passages()


@step(experiment_tracker=True)
def fit(passages: dict[str, str]) -> Annotated[int, "version"]:
    """Weights words by how rare they are. It needs no download; a neural model is used in the same way."""
    embedder = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    embedder.fit([f"{title}. {text}" for title, text in passages.items()])
    mlflow.log_params({"passages": len(passages), "dimensions": len(embedder.vocabulary_)})
    logged = mlflow.sklearn.log_model(
        embedder,
        name="embedder",
        registered_model_name=EMBEDDER,
        pip_requirements=[f"scikit-learn=={sklearn.__version__}"],
    )
    return int(logged.registered_model_version)


@step(experiment_tracker=True)
def fill(passages: dict[str, str], version: int) -> None:
    cosine = {"hnsw": {"space": "cosine"}}
    collection = database().get_or_create_collection(
        collection_of(version), configuration=cosine, embedding_function=None
    )
    texts = [f"{title}. {text}" for title, text in passages.items()]
    collection.upsert(
        ids=list(passages),
        documents=list(passages.values()),
        embeddings=embedder_of(version).transform(texts).toarray(),
    )


@step(experiment_tracker=True)
def evaluate(version: int) -> Annotated[float, "mean_reciprocal_rank"]:
    """Logs how high the right passages are in the results. Fails if that is not good enough."""
    questions = read_questions()
    results = find(version, list(questions), count=5)
    ranks = [rank_of(right, [each.title for each in found]) for right, found in zip(questions.values(), results)]
    score = sum(ranks) / len(ranks)
    mlflow.log_metrics({"mean_reciprocal_rank": score, "first": ranks.count(1.0) / len(ranks)})
    if score < GOOD_ENOUGH:
        raise RuntimeError(f"The index is not good enough: {score:.2f} instead of {GOOD_ENOUGH}.")
    return score


def rank_of(title: str, found: list[str]) -> float:
    """1 for the first place, 1/2 for the second, 0 if it is not found."""
    return 1 / (found.index(title) + 1) if title in found else 0.0


@step(experiment_tracker=True)
def publish(version: int) -> None:
    """Queries use this index from now on, and the others are deleted."""
    mlflow.MlflowClient().set_registered_model_alias(EMBEDDER, CURRENT, str(version))
    for collection in database().list_collections():
        if collection.name.startswith(collection_of("")) and collection.name != collection_of(version):
            database().delete_collection(collection.name)


@pipeline(enable_cache=False)
def indexing() -> None:
    passages = read()
    version = fit(passages)
    fill(passages, version)
    evaluate(version, after="fill")
    publish(version, after="evaluate")

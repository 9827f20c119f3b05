"""Search in an index: a collection in Chroma, and the embedder in MLflow that made its vectors."""

import os
from dataclasses import dataclass

import chromadb
import mlflow
from chromadb.config import Settings
from sklearn.feature_extraction.text import TfidfVectorizer

EMBEDDER = "handbook-embedder"
# The alias of the embedder that queries use.
CURRENT = "current"


@dataclass
class Passage:
    title: str
    text: str
    similarity: float


def database() -> chromadb.ClientAPI:
    host, port = os.environ["CHROMA_HOST"], int(os.environ["CHROMA_PORT"])
    return chromadb.HttpClient(host=host, port=port, settings=Settings(anonymized_telemetry=False))


def collection_of(version: int | str) -> str:
    """The name of the collection with the vectors of one version of the embedder."""
    return f"handbook-{version}"


def embedder_of(version: int | str) -> TfidfVectorizer:
    return mlflow.sklearn.load_model(f"models:/{EMBEDDER}/{version}")


def find(version: int | str, questions: list[str], count: int = 3) -> list[list[Passage]]:
    """The passages that are most similar to each question, best first."""
    collection = database().get_collection(collection_of(version), embedding_function=None)
    vectors = embedder_of(version).transform(questions).toarray()
    found = collection.query(query_embeddings=vectors, n_results=count)
    return [
        [Passage(title, text, 1 - distance) for title, text, distance in zip(*columns)]
        for columns in zip(found["ids"], found["documents"], found["distances"])
    ]

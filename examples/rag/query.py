"""Prints the passages that answer a question: matcha connect STACK -- python query.py "..." """

import sys
import textwrap

import mlflow

from search import CURRENT, EMBEDDER, find

if len(sys.argv) != 2:
    sys.exit('Use: matcha connect STACK -- python query.py "How hot should the water be?"')
version = mlflow.MlflowClient().get_model_version_by_alias(EMBEDDER, CURRENT).version
[passages] = find(version, [sys.argv[1]])
for passage in passages:
    print(f"{passage.similarity:.2f}  {passage.title}")
    print(textwrap.indent(textwrap.fill(passage.text), "      "))

"""
Builds the index with the ZenML stack of Matcha: on this machine, or in the cluster with --image. It needs the variables
that `matcha connect STACK -- python run.py` sets.
"""

import argparse
import os
import sys

from zenml.client import Client
from zenml.config import DockerSettings
from zenml.integrations.kubernetes.flavors import KubernetesOrchestratorSettings

from indexing import indexing
from search import collection_of


def run_here(stack: str) -> None:
    Client().activate_stack(f"{stack}-local")
    run = indexing()
    steps = Client().get_pipeline_run(run.id).steps
    print(f"Index: {collection_of(steps['fit'].output.load())} in Chroma")
    print(f"Mean reciprocal rank: {steps['evaluate'].output.load():.2f}")


def run_in_cluster(stack: str, image: str) -> None:
    Client().activate_stack(stack)
    settings = {
        "docker": DockerSettings(skip_build=True, parent_image=image),
        # This machine need not wait.
        "orchestrator": KubernetesOrchestratorSettings(synchronous=False),
    }
    run = indexing.with_options(settings=settings)()
    print(f"{run.name} runs in the cluster.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", help="the image for the pods of the steps, such as `matcha get pipeline image`")
    image = parser.parse_args().image
    if "MATCHA_STACK" not in os.environ:
        sys.exit("MATCHA_STACK is not set. Use: matcha connect STACK -- python run.py")
    stack = f"matcha-{os.environ['MATCHA_STACK']}"
    if image is None:
        run_here(stack)
    else:
        run_in_cluster(stack, image)

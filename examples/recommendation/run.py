"""
Runs the pipeline on the ZenML stack of Matcha: on this machine, or in the cluster with --image. It needs the variables
that `matcha connect STACK -- python run.py` sets.
"""

import argparse
import os
import sys

from zenml.client import Client
from zenml.config import DockerSettings
from zenml.integrations.kubernetes.flavors import KubernetesOrchestratorSettings

from recommender import MODEL
from training import recommendation


def run_here(stack: str) -> None:
    Client().activate_stack(f"{stack}-local")
    run = recommendation()
    steps = Client().get_pipeline_run(run.id).steps
    print(f"Mean error: {steps['evaluate'].output.load():.2f} points of a rating")
    print(f"Model: models:/{MODEL}/{steps['register'].output.load()}")
    print(f"Drift report: {steps['watch'].output.load()}")


def run_in_cluster(stack: str, image: str) -> None:
    Client().activate_stack(stack)
    settings = {
        "docker": DockerSettings(skip_build=True, parent_image=image),
        # This machine need not wait.
        "orchestrator": KubernetesOrchestratorSettings(synchronous=False),
    }
    run = recommendation.with_options(settings=settings)()
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

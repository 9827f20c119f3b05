"""
Submits a pipeline to the cluster with an image that has its packages, and prints as JSON what its run is, and the pod
that ZenML would make of its step there.
"""

import json
import sys

from kubernetes.client import ApiClient
from zenml import pipeline, step
from zenml.client import Client
from zenml.config import DockerSettings
from zenml.integrations.kubernetes.flavors import KubernetesOrchestratorSettings
from zenml.integrations.kubernetes.manifest_utils import build_pod_manifest

stack, image = sys.argv[1:]
Client().activate_stack(stack)


@step
def train() -> int:
    return 1


@pipeline(
    settings={
        "docker": DockerSettings(skip_build=True, parent_image=image),
        "orchestrator": KubernetesOrchestratorSettings(synchronous=False),
    }
)
def training() -> None:
    train()


run = training()
orchestrator = Client().active_stack.orchestrator
step_pod = build_pod_manifest(
    pod_name="step",
    image_name=image,
    command=["python"],
    args=[],
    privileged=False,
    pod_settings=orchestrator.config.pod_settings,
    service_account_name=orchestrator.config.service_account_name,
    env={"ZENML_STORE_URL": "http://localhost:8237"},
)
step_pod.metadata.namespace = orchestrator.config.kubernetes_namespace
print(json.dumps({"run": str(run.id), "step": ApiClient().sanitize_for_serialization(step_pod)}))

"""Activates a stack with `zenml stack set`, and prints its components and configuration as JSON."""

import json
import subprocess
import sys

from zenml.client import Client
from zenml.stack import StackComponent

name = sys.argv[1]
subprocess.run(["zenml", "stack", "set", name], check=True, stdout=subprocess.DEVNULL)

stack = Client().active_stack_model
parts = {type.value: component for type, [component] in stack.components.items()}
store = StackComponent.from_model(Client().get_stack_component("artifact_store", name))
orchestrator = StackComponent.from_model(Client().get_stack_component("orchestrator", name))
tracker = Client().get_stack_component("experiment_tracker", name)
print(
    json.dumps(
        {
            "active": stack.name,
            "flavors": {type: part.flavor_name for type, part in parts.items()},
            "account": store.get_credentials().account_name,
            "path": store.path,
            "pod_env": orchestrator.config.pod_settings.env,
            "service_account": orchestrator.config.service_account_name,
            "tracker": tracker.configuration,
        }
    )
)

"""
Prints as JSON the Secret with which ZenML's Seldon deployer lets a model server download a model, and the keys that
ZenML's own Secrets for Azure may have.
"""

import json
import sys

from zenml.client import Client
from zenml.integrations.seldon.secret_schemas import SeldonAzureSecretSchema

Client().activate_stack(sys.argv[1])
deployer = Client().active_stack.model_deployer
print(
    json.dumps(
        {
            "namespace": deployer.config.kubernetes_namespace,
            "name": deployer._create_or_update_kubernetes_secret(),
            "keys": [key.upper() for key in SeldonAzureSecretSchema.model_fields],
        }
    )
)

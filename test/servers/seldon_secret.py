"""
Prints as JSON what ZenML's Seldon deployer puts into the Secret with which a model server downloads a model from the
artifact store of a stack, and the address of a model in this store.
"""

import json
import sys

from zenml.client import Client

Client().activate_stack(sys.argv[1])
deployer = Client().active_stack.model_deployer
secret = deployer._convert_artifact_store_secret()
print(json.dumps({"keys": secret.get_values(), "uri": Client().active_stack.artifact_store.path}))

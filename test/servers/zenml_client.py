"""Logs in to a ZenML server with a user name and a password, and prints the user and its stacks as JSON."""

import json

from zenml.client import Client

client = Client()
print(
    json.dumps(
        {
            "user": client.active_user.name,
            "is_admin": client.active_user.is_admin,
            "stacks": [stack.name for stack in client.list_stacks()],
        }
    )
)

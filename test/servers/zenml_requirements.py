"""Prints the requirements that ZenML installs for the component of each flavor, given as type/name."""

import json
import sys

from zenml.enums import StackComponentType
from zenml.integrations.utils import get_requirements_for_module
from zenml.stack.flavor_registry import FlavorRegistry

flavors = {(flavor().type, flavor().name): flavor() for flavor in [*FlavorRegistry().builtin_flavors, *FlavorRegistry().integration_flavors]}
wanted = [argument.split("/") for argument in sys.argv[1:]]
print(
    json.dumps(
        {
            f"{type}/{name}": get_requirements_for_module(
                flavors[StackComponentType(type), name].implementation_class.__module__
            )
            for type, name in wanted
        }
    )
)

"""Sends a drift report to an Evidently server, and prints the ids of the project and the report as JSON."""

import json
import sys

import pandas
from evidently import Report
from evidently.presets import DataDriftPreset
from evidently.ui.workspace import RemoteWorkspace

workspace = RemoteWorkspace(sys.argv[1])
project = workspace.create_project("drift")
reference = pandas.DataFrame({"x": range(100)})
current = pandas.DataFrame({"x": range(1000, 1100)})
report = workspace.add_run(project.id, Report([DataDriftPreset()]).run(current, reference))
print(json.dumps({"project": str(project.id), "report": str(report.id)}))

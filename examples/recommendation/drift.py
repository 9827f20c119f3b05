"""Compares new ratings with those of the training, and sends the report where it can be read."""

import os

import mlflow
import pandas
from evidently import Report
from evidently.core.report import Snapshot
from evidently.presets import DataDriftPreset
from evidently.ui.workspace import RemoteWorkspace

COLUMNS = ["genre", "rating"]
PROJECT = "recommendation"


def compare(new: pandas.DataFrame, known: pandas.DataFrame) -> Snapshot:
    return Report([DataDriftPreset()]).run(new[COLUMNS], known[COLUMNS])


def drifted_columns(report: Snapshot) -> int:
    [count] = [
        metric["value"]["count"]
        for metric in report.dict()["metrics"]
        if metric["metric_name"].startswith("DriftedColumnsCount")
    ]
    return int(count)


def publish(report: Snapshot) -> str:
    """Sends the report to Evidently, or to the run in MLflow where the stack has no Evidently. Returns its place."""
    url = os.environ.get("EVIDENTLY_URL")
    if url is None:
        mlflow.log_text(report.get_html_str(as_iframe=False), "drift.html")
        return mlflow.get_artifact_uri("drift.html")
    workspace = RemoteWorkspace(url)
    found = [project for project in workspace.search_project(PROJECT) if project.name == PROJECT]
    project = found[0] if found else workspace.create_project(PROJECT)
    return workspace.add_run(project.id, report).url

"""Writes a run to a tracking server, reads it back and prints it as JSON."""

import json
import sys
import tempfile
from pathlib import Path

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("real-client")

if sys.argv[2] == "write":
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        mlflow.log_param("depth", 3)
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metric("loss", 0.25, step=2)
        note = Path(folder) / "note.txt"
        note.write_text("a model was here")
        mlflow.log_artifact(str(note), "notes")

[run] = mlflow.search_runs(output_format="list")
path = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes/note.txt")
history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
print(
    json.dumps(
        {
            "status": run.info.status,
            "params": run.data.params,
            "losses": [metric.value for metric in history],
            "note": Path(path).read_text(),
            "artifact_uri": run.info.artifact_uri.split(":")[0],
        }
    )
)

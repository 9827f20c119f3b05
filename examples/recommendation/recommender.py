"""The model that is registered: it recommends films to viewers."""

import mlflow
import pandas

# The name in the registry of MLflow.
MODEL = "film-recommender"
BEST = 5


class Recommender(mlflow.pyfunc.PythonModel):
    def __init__(self, unseen: pandas.DataFrame):
        """`unseen` has the predicted ratings; those of films that a viewer has seen are NaN."""
        self.unseen = unseen

    def predict(self, model_input: list[int]) -> list[list[int]]:
        """Returns the best unseen films for each viewer."""
        return [self.unseen.loc[viewer].nlargest(BEST).index.to_list() for viewer in model_input]

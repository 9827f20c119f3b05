/** The blob container of runs and registered models. */
export const ARTIFACTS = 'mlflow';

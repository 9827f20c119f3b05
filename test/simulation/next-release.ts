import { catalogueWithChange } from '../helpers/catalogue.ts';

/** The label by which the objects of the next release differ. */
const LABEL = { 'matcha.dev/release': 'next' };

/** The catalogue of a later release: MLflow has another version and other manifests. */
export const nextRelease = catalogueWithChange('mlflow', (component) => {
  const { workload } = component;
  if (workload === undefined) return component;
  return {
    ...component,
    version: `${component.version}-next`,
    workload: {
      ...workload,
      manifests: (context) =>
        workload.manifests(context).map((object) => ({
          ...object,
          metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...LABEL } },
        })),
    },
  };
});

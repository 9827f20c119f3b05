import { manual, provisionStack, repeatOperation } from '../remedies.ts';
import type { ProblemTable } from './table.ts';

const again = repeatOperation();

/** Problems of a cluster and of the components on it. */
export const CLUSTER_PROBLEMS = {
  CLUSTER_UNREACHABLE: { status: 502, remedies: [manual('Check that the cluster runs.'), again] },
  CLUSTER_BUSY: {
    status: 503,
    remedies: [repeatOperation('Try again in a moment. An operation that runs waits for it.')],
  },
  CLUSTER_FORBIDDEN: {
    status: 403,
    remedies: [
      manual('Give the identity of the control plane the role Azure Kubernetes Service RBAC Cluster Admin.'),
      again,
    ],
  },
  MANIFEST_REFUSED: {
    status: 409,
    remedies: [manual('The cluster refused an object; report this with the operation id.')],
  },
  FIELD_CONFLICT: {
    status: 409,
    remedies: [manual('Something else manages these fields: remove its changes.'), again],
  },
  COMPONENT_NOT_READY: { status: 409, remedies: [manual('Look at the pods of the component.'), again] },
  IMAGE_PULL: {
    status: 409,
    remedies: [manual('Check that the cluster may reach the registry of the image.'), again],
  },
  PODS_REFUSED: {
    status: 409,
    remedies: [manual('Change the quota, policy or webhook that refuses the pods.'), again],
  },
  CRASH_LOOP: { status: 409, remedies: [manual('Look at the logs of the pod.'), again] },
  VOLUME_PENDING: {
    status: 409,
    remedies: [manual('Check the storage class and the disk quota of the subscription.'), again],
  },
  VOLUME_DELETED: {
    status: 409,
    remedies: [
      manual('Somebody deleted its PersistentVolumeClaim, which cannot be undone: save its data now.'),
      manual('Then delete the pod that uses it. It gets a new, empty disk.'),
      again,
    ],
  },
  NAMESPACE_TAKEN: {
    status: 409,
    remedies: [manual('Use another cluster, or the stack that has these namespaces.'), again],
  },
  UNSCHEDULABLE: { status: 409, remedies: [manual('Give the cluster more or larger nodes.'), again] },
  CANARY_FAILED: {
    status: 409,
    remedies: [manual('The tool runs but does not work: look at its logs.'), again],
  },
  PIPELINE_FAILED: {
    status: 409,
    remedies: [
      manual('The tools work, but a pipeline does not run: fix the cause above.'),
      { action: 'verifyStack', text: 'Then verify the stack again.' },
    ],
  },
  MODEL_NOT_SERVED: {
    status: 409,
    remedies: [
      manual('Pipelines run, but a model is not served: fix the cause above.'),
      { action: 'verifyStack', text: 'Then verify the stack again.' },
    ],
  },
  REGISTRATION_FAILED: {
    status: 409,
    remedies: [manual('The tools work, but they are not registered: fix the cause above.'), again],
  },
  RELEASE_TOO_LARGE: { status: 409, remedies: [manual('Make the manifests of the component smaller.')] },
  CATALOGUE_CHANGED: {
    status: 409,
    remedies: [provisionStack({}, 'Provision again: the new plan uses the current catalogue.')],
  },
} as const satisfies ProblemTable;

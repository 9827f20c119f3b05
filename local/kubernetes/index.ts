export { startKubernetes } from './server.ts';
export type { KubernetesOptions, SimulatedKubernetes } from './server.ts';

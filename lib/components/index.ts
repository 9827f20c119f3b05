/** All components, one line each. The default catalogue consists of these. */
export { chroma } from './chroma/index.ts';
export { dvc } from './dvc.ts';
export { evidently } from './evidently/index.ts';
export { gateway } from './gateway.ts';
export { gpu } from './gpu.ts';
export { mlflow } from './mlflow/index.ts';
export { registry } from './registry.ts';
export { seldon } from './seldon/index.ts';
export { zenml } from './zenml/index.ts';

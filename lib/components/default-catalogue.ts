import { createCatalogue } from './catalogue.ts';
import * as components from './index.ts';

const DEFAULT = ['registry', 'dvc', 'zenml', 'mlflow', 'seldon'];

/** Named lists of components that users can choose. */
const PRESETS = { default: DEFAULT, llm: [...DEFAULT, 'chroma'] };

/** The components and presets of this release. */
export const defaultCatalogue = createCatalogue(Object.values(components), PRESETS);

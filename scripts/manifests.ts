/**
 * Prints all Kubernetes objects of all components as a JSON array, for checks of manifests: `node
 * scripts/manifests.ts > manifests.json`.
 */
import { allManifests } from './all-manifests.ts';

const objects = allManifests().flatMap((stack) => stack.objects);
const distinct = new Map(objects.map((object) => [JSON.stringify(object), object]));
process.stdout.write(`${JSON.stringify([...distinct.values()], null, 2)}\n`);

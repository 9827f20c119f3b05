/**
 * Prints every Kubernetes object of every component as one JSON array, for checkers of manifests:
 * `node scripts/manifests.ts > manifests.json`. Generated secrets have made-up values.
 */
import { catalogue } from '../lib/components/index.ts';
import { secret } from '../lib/manifests/config.ts';

const context = { stack: 'demo', storageAccount: 'demostorage' };
const clientId = '00000000-0000-0000-0000-000000000000';

const objects = catalogue.flatMap(({ name, version, azure, workload }) => {
  if (workload === undefined) return [];
  const manifests = workload.manifests({ ...context, ...(azure?.identity && { clientId }) });
  const secrets = workload.secrets.map((generated) =>
    secret(
      { name, version, namespace: generated.namespace, stack: context.stack, role: 'credentials' },
      generated.name,
      Object.fromEntries(
        Object.entries(generated.values).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : 'x'.repeat(value.random),
        ]),
      ),
    ),
  );
  return [...manifests, ...secrets];
});

process.stdout.write(`${JSON.stringify(objects, null, 2)}\n`);

// Runs the whole life cycle of each preset on the simulated Azure. MATCHA_TRACE=FILE records its traffic.
import type { OperationView } from '../lib/api/operation.ts';
import { createClient } from '../local/client.ts';
import { startEmbedded } from '../local/embedded.ts';

const { MATCHA_TRACE: trace } = process.env;
const embedded = await startEmbedded({ speed: 200, ...(trace !== undefined && { trace }) });
const { api, ended } = createClient(embedded.url);

const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 };
const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };

/** The requests for a stack, in order. */
const life = (
  location: string,
  preset: string,
): [title: string, method: string, path: string, body?: object][] => [
  [
    'provision',
    'PUT',
    '',
    { location, preset, cluster: { kubernetesVersion: '1.34' }, tags: { team: 'ml' } },
  ],
  ['upgrade AKS, without the tag', 'PUT', '', { location, preset, cluster: { kubernetesVersion: '1.35' } }],
  ['exchange tools', 'PUT', '?allowRemoval=true', { location, components: ['zenml', 'dvc', 'evidently'] }],
  ['back to the preset', 'PUT', '?allowRemoval=true', { location, preset }],
  ['add a GPU pool', 'PUT', '', { location, preset, cluster: { gpu } }],
  ['open to the public', 'PUT', '', { location, preset, cluster: { gpu }, access }],
  ['scale, without the GPU pool, private again', 'PUT', '', { location, preset, cluster: { maxNodes: 5 } }],
  ['hibernate', 'POST', '/hibernate'],
  ['wake', 'POST', '/wake'],
  ['destroy', 'DELETE', ''],
];

await Promise.all(
  ['default', 'llm'].map(async (preset) => {
    for (const [title, method, path, body] of life('uksouth', preset)) {
      const answer = await api(method, `/stacks/my${preset}${path}`, body);
      const operation = await ended((answer.body as OperationView).id);
      if (operation.problem !== undefined)
        throw new Error(`${preset}, ${title}: ${JSON.stringify(operation.problem)}`);
      console.log(`${preset.padEnd(8)} ${title}`);
    }
  }),
);
const left = embedded.azure.inventory();
if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
await embedded.close();

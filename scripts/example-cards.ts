// Cards of a provision in a chat, as a control plane made them, for pictures.
import type { Card } from '../lib/chat/card.ts';

const note = 'Operation demo-8f7085e5, requested by Ada Lovelace';

export const exampleCards: readonly Card[] = [
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Provisioning', tone: 'neutral' },
    progress: {
      done: 6,
      of: 18,
      elapsed: 130,
      usual: 433,
      steps: [
        { title: 'AKS cluster', state: 'running', detail: 'Azure says: Creating' },
        { title: 'Pipeline image', state: 'running', detail: 'Azure says: Running' },
      ],
    },
    buttons: [
      { text: 'Details', command: 'status demo' },
      { text: 'Cancel', style: 'danger', command: 'cancel demo-8f7085e5' },
    ],
    note,
  },
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Done', tone: 'good' },
    text: [
      'demo is ready in 7:55.',
      'Addresses and credentials of its tools come from the command line: `matcha connect`, `matcha get`.',
    ],
    buttons: [{ text: 'Status', command: 'status demo' }],
    note,
  },
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Ready', tone: 'good' },
    facts: [
      {
        label: 'Tools',
        text: 'zenml 0.96.4 works, mlflow 3.17.0 works, seldon 1.17.1 works, chroma 1.5.9 works',
      },
      { label: 'Pipelines', text: 'verified at 2026-11-22T01:08Z in 2:17' },
      { label: 'Serving', text: 'verified at 2026-11-22T01:10Z in 1:22' },
      { label: 'Nodes', text: '1-3 x Standard_D4s_v5' },
      { label: 'Access', text: 'private' },
      { label: 'Owner', text: 'Ada Lovelace, since 12 min' },
      { label: 'Cost', text: 'about $7.85 a day' },
    ],
    buttons: [
      { text: 'Verify', command: 'verify demo' },
      { text: 'Hibernate', command: 'hibernate demo' },
      { text: 'Destroy', style: 'danger', command: 'destroy demo' },
    ],
    note: `Last operation demo-8f7085e5, requested by Ada Lovelace`,
  },
  {
    title: 'alone, llm, westus',
    state: { text: 'Failed', tone: 'bad' },
    text: [
      'The provision of alone ended after 2:41.',
      'not enough vCPU quota for 1 x Standard_D4s_v5 in westus',
      'standardDSv5Family has 2 vCPUs, 0 in use; this stack needs 4 more.',
      'Choose Standard_D4as_v5: 10000 vCPUs are free.',
      'Retry for three days, at no cost.',
      'Request more quota (Quotas > Compute > westus).',
    ],
    buttons: [
      {
        text: 'Provision with Standard_D4as_v5',
        command: 'provision alone cluster.nodeSize=Standard_D4as_v5',
      },
      {
        text: 'Provision with wait, P3D',
        command: 'provision alone cluster.onShortage.do=wait cluster.onShortage.upTo=P3D',
      },
      { text: 'Open', url: 'https://portal.azure.com' },
      { text: 'Provision again', command: 'provision alone' },
      { text: 'Details', command: 'status alone' },
    ],
    note: 'Operation alone-1cadf43b, requested by Ada Lovelace',
  },
];

// Cards as people see them in a chat, for pictures.
import type { Card } from '../lib/chat/card.ts';

export const exampleCards: readonly Card[] = [
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Provisioning', tone: 'neutral' },
    progress: {
      done: 11,
      of: 26,
      elapsed: 192,
      usual: 410,
      steps: [
        { title: 'AKS cluster', state: 'running', detail: 'creating, usually 4:10' },
        { title: 'Pipeline image', state: 'running', detail: 'building, usually 2:35' },
        { title: 'Storage account', state: 'done' },
      ],
    },
    buttons: [{ text: 'Cancel', command: 'cancel demo' }],
    note: 'Asked for by Ada Lovelace',
  },
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Ready', tone: 'good' },
    text: ['Provisioned in 6:41. Every tool was tried and works.'],
    facts: [
      { label: 'Tools', text: 'ZenML, MLflow, Seldon Core, Chroma' },
      { label: 'Cluster', text: 'demo-k8s, 1 to 3 × Standard_D4s_v5' },
      { label: 'Access', text: 'private' },
      { label: 'Cost', text: 'about $14.90 a day' },
      { label: 'Owner', text: 'Ada Lovelace' },
    ],
    buttons: [
      { text: 'Status', command: 'status demo', style: 'primary' },
      { text: 'Hibernate', command: 'hibernate demo' },
      { text: 'Destroy', command: 'destroy demo', style: 'danger' },
    ],
    note: 'Asked for by Ada Lovelace',
  },
  {
    title: 'demo, llm, uksouth',
    state: { text: 'Failed', tone: 'bad' },
    text: [
      'The subscription has too few vCPUs of the family Standard DSv5 in uksouth: 8 of 10 are in use, 12 are needed.',
    ],
    progress: {
      done: 1,
      of: 26,
      elapsed: 9,
      usual: 410,
      steps: [{ title: 'Preflight', state: 'failed', detail: 'QUOTA_EXCEEDED' }],
    },
    buttons: [
      { text: 'Try again', command: 'retry demo', style: 'primary' },
      { text: 'Use smaller nodes', command: 'provision demo --node-size Standard_D2s_v5' },
      { text: 'Open quotas', url: 'https://portal.azure.com/' },
    ],
    note: 'Asked for by Ada Lovelace',
  },
];

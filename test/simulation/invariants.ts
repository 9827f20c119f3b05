import type { Evidence } from './life.ts';
import { accepted, answered, documented } from './invariants/requests.ts';
import {
  eventsAreComplete,
  oneOrchestration,
  nothingIsLost,
  nothingIsStuck,
  stepsAreTerminal,
} from './invariants/operations.ts';
import { fenced } from './invariants/fenced.ts';
import { createdOnce, endsEmpty, receiptsAreTrue, stacksAreTrue } from './invariants/resources.ts';
import { hasWhatItSays } from './invariants/components.ts';
import { secretsAreKept } from './invariants/secrets.ts';

/** What must hold in every life: each returns what breaks it. */
const INVARIANTS: Record<string, (evidence: Evidence) => string[]> = {
  'an ended operation writes nothing': fenced,
  'at most the active operation of a stack runs': oneOrchestration,
  'no operation is stuck': nothingIsStuck,
  'no finished work is lost': nothingIsLost,
  'every request is answered': answered,
  'every answer is as documented': documented,
  'one operation id has one accepted request': accepted,
  'every stack is what its phase says': stacksAreTrue,
  'every receipt is true': receiptsAreTrue,
  'nothing is left behind': endsEmpty,
  'nothing is created twice': createdOnce,
  'an operation has one requested and one ended event': eventsAreComplete,
  'an ended operation has only ended steps': stepsAreTerminal,
  'no secret is shown or stored': secretsAreKept,
  'a ready stack has what its spec says': hasWhatItSays,
};

export interface Violation {
  invariant: string;
  /** What breaks it, most telling first. */
  findings: string[];
}

export const violationsOf = (evidence: Evidence): Violation[] =>
  Object.entries(INVARIANTS).flatMap(([invariant, check]) => {
    const findings = check(evidence);
    return findings.length === 0 ? [] : [{ invariant, findings }];
  });

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { authorizeMembers } from '../../lib/commands/team.ts';
import { AZURE_ROLES, delegationCondition } from '../../lib/domain/azure-roles.ts';
import type { Person, Principal } from '../../lib/domain/principal.ts';
import { resourceNames } from '../../lib/domain/names.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { criticalPath } from '../../lib/domain/graph.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const person = (name: string): Person => ({ id: `id-${name}`, name, type: 'User' });
const [ada, lin, kim] = [person('ada'), person('lin'), person('kim')];
const team = { owner: ada, members: [lin] };

const changes = (caller: Person, role: Principal['role'], members: Person[]) => () =>
  authorizeMembers({ ...caller, tenant: 't', role, channel: 'api' }, 'demo', team, members);

test('only the owner and an Admin change the members', () => {
  expect(changes(ada, 'Operator', [lin, kim])).not.toThrow();
  expect(changes(kim, 'Admin', [])).not.toThrow();
  expect(changes(lin, 'Operator', [lin, kim])).toThrow('only its owner and an Admin');
  expect(changes(kim, 'Operator', [lin, kim])).toThrow('only its owner and an Admin');
  expect(changes(ada, 'Reader', [])).toThrow('needs the role Operator');
});

test('the same members in another order, with other names, are no change', () => {
  expect(changes(lin, 'Operator', [{ ...lin, name: 'Lin' }])).not.toThrow();
});

test('people get the roles that the components of the stack have for them', () => {
  const inputOf = (components: string[]) =>
    planProvision({ ...specOf('default'), components, members: [lin] }, 1, 'x1y2z', defaultCatalogue.components)
      .steps.find(({ id }) => id === 'team')?.input;
  const { storageAccount, registry, cluster } = resourceNames('demo', 'x1y2z');
  const common = { account: storageAccount, cluster, people: [specOf('default').owner, lin] };
  expect(inputOf(['mlflow'])).toMatchObject({ ...common, containers: [] });
  expect(inputOf(['mlflow'])).not.toHaveProperty('registry');
  expect(inputOf(['dvc'])).toMatchObject({ ...common, containers: ['dvc'] });
  expect(inputOf(['registry', 'zenml'])).toMatchObject({
    ...common,
    registry,
    containers: ['zenml'],
    namespace: 'matcha-pipelines',
  });
}); // prettier-ignore

test('nothing waits for the roles of people, and they are not on the critical path', () => {
  const { steps } = planOf('llm');
  expect(steps.filter(({ after }) => after.includes('team'))).toEqual([]);
  expect(criticalPath(steps, ({ usual }) => usual).path.map(({ id }) => id)).not.toContain('team');
});

test('the condition of the control plane allows each role that it assigns, and is documented', () => {
  const condition = delegationCondition();
  for (const { id } of Object.values(AZURE_ROLES)) expect(condition).toContain(id);
  const documented = readFileSync('docs/operations.md', 'utf8').replaceAll(/\s+/g, ' ');
  expect(documented.replaceAll('( ', '(').replaceAll(' )', ')')).toContain(condition);
});

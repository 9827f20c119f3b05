import type { CatalogueEntry } from '../components/catalogue.ts';
import type { Workload } from '../components/component.ts';
import { failed, type Failed, type Outcome } from '../domain/outcome.ts';
import type { ComponentInput } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { Services } from '../services.ts';

/** A component with a workload in the cluster. */
export type Tool = CatalogueEntry & { workload: Workload };

/**
 * Returns the component that a step was planned with. The step fails when the catalogue has another version
 * or no longer has the component: the user agreed to the planned version, and the record would be wrong.
 */
export function plannedTool({ catalogue }: Services, title: string, input: ComponentInput): Tool | Failed {
  const { component, version, catalogueFingerprint, stack } = input;
  const found = catalogue.find(component);
  if (found?.catalogueFingerprint === catalogueFingerprint && isTool(found)) return found;
  const now = found === undefined ? 'no longer has it' : `has ${found.version} now`;
  const what = found?.version === version ? 'but its manifests have changed' : `but the catalogue ${now}`;
  return failed(
    problem('CATALOGUE_CHANGED', `${title}: this was planned with ${version}, ${what}.`, {
      remedies: [
        {
          action: 'provisionStack',
          arguments: { name: stack },
          text: 'Provision the stack again, with a new plan.',
        },
      ],
    }),
  );
}

const isTool = (entry: CatalogueEntry): entry is Tool => entry.workload !== undefined;

/** Runs work with the component that the step was planned with. */
export async function withTool<T>(
  services: Services,
  title: string,
  input: ComponentInput,
  work: (tool: Tool) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const tool = plannedTool(services, title, input);
  return 'state' in tool ? tool : work(tool);
}

import type { CatalogueEntry } from '../components/catalogue.ts';
import type { Workload } from '../components/component.ts';
import { failed, type Failed, type Outcome } from '../domain/outcome.ts';
import type { ComponentInput } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { Services } from '../services.ts';

/** A component that runs something in the cluster. */
export type Tool = CatalogueEntry & { workload: Workload };

/**
 * The component that a step was planned with. Where the catalogue has another by now, or none, the step fails: what
 * was shown and agreed to, and what is recorded at the end, would not be what is applied.
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
          text: 'Provision the stack again, which plans anew.',
        },
      ],
    }),
  );
}

const isTool = (entry: CatalogueEntry): entry is Tool => entry.workload !== undefined;

/** Works with the component that the step was planned with. */
export async function withTool<T>(
  services: Services,
  title: string,
  input: ComponentInput,
  work: (tool: Tool) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const tool = plannedTool(services, title, input);
  return 'state' in tool ? tool : work(tool);
}

import { runProgram } from '../local/flags.ts';

const HELP = `npm run bench   how long a provision takes beyond Azure's own time; what each operation asks of Azure and
                costs; 50 and 200 stacks at once; how fast the command shows its help. It has no flags.
`;

await runProgram({ flags: {}, help: HELP }, async () => {
  await import('./makespan.ts');
  await import('./requests.ts');
  await import('./scale.ts');
  await import('./cli-help.ts');
});

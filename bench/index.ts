import { runProgram } from '../local/flags.ts';

const HELP = `npm run bench   how long a provision takes beyond Azure's own time, and how fast the command shows its help;
                it has no flags
`;

await runProgram({ flags: {}, help: HELP }, async () => {
  await import('./makespan.ts');
  await import('./cli-help.ts');
});

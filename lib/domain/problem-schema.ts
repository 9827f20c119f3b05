import { z } from 'zod';
import { PROBLEMS, type Finding, type Problem, type ProblemCode } from './problem.ts';
import { remedy } from './remedy.ts';

export type { Problem } from './problem.ts';

const problemCode = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);

const findingSchema: z.ZodType<Finding> = z.strictObject({
  code: problemCode,
  message: z.string(),
  remedies: z.array(remedy),
  cause: z.string().exactOptional(),
});

/** The members of a problem, which its HTTP form has too. */
export const problemMembers = {
  code: problemCode,
  message: z.string(),
  remedies: z.array(remedy),
  cause: z.string().exactOptional(),
  operationId: z.string().exactOptional(),
  findings: z.array(findingSchema).exactOptional(),
};

export const problemSchema: z.ZodType<Problem> = z.strictObject(problemMembers);

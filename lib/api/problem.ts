import { z } from 'zod';
import { PROBLEMS, type Problem } from '../domain/problem.ts';
import { problemMembers } from '../domain/problem-schema.ts';

const { message: _, ...members } = problemMembers;

/** A problem in the form of RFC 9457 (problem details for HTTP). */
export const problemDetails = z
  .strictObject({ type: z.string(), title: z.string(), status: z.int(), ...members })
  .meta({ id: 'Problem' });
export type ProblemDetails = z.infer<typeof problemDetails>;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Converts a problem to its HTTP form. */
export function toProblemDetails({ code, message, ...rest }: Problem): ProblemDetails {
  return {
    type: `https://matcha.dev/problems/${code}`,
    title: message,
    status: PROBLEMS[code].status,
    code,
    ...rest,
  };
}

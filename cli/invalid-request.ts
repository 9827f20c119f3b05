import { shorten } from '../lib/domain/quote.ts';
import type { Remedy } from '../lib/domain/remedy.ts';
import type { Complaint } from './complaint.ts';
import { FLAG_OF } from './render/remedy.ts';

/** Fields of a request by their path, such as `cluster.nodeSize`. */
export type RequestFields = Record<string, NonNullable<Remedy['arguments']>[string]>;

/** `access.allowFrom.0: must be a network`: the field, its index in a list, the text. */
const FINDING = /^([a-z]\w*(?:\.[a-z]\w*)*)(?:\.(\d+))?: (.+)$/i;

/**
 * An invalid request in the words of the command line: `--public foo must be a network`. `fields` holds the
 * values that the user gave.
 */
export function inFlags(complaint: Complaint, fields: RequestFields): Complaint {
  const { cause, remedies: _, ...rest } = complaint;
  if (complaint.code !== 'INVALID_REQUEST' || cause === undefined) return complaint;
  const messages = cause.split('; ').map((finding) => findingInFlags(finding, fields));
  const [only = cause] = messages;
  if (messages.length === 1) return { ...rest, message: only };
  return { ...rest, findings: messages.map((message) => ({ message })) };
}

function findingInFlags(finding: string, fields: RequestFields): string {
  const [, field = '', index, text = ''] = FINDING.exec(finding) ?? [];
  const flag = FLAG_OF[field];
  const inText = text.replaceAll(/\b[a-z]\w*\b/gi, (word) => FLAG_OF[`${field}.${word}`] ?? word);
  if (flag === undefined) return inText === text ? finding : `${inText}.`;
  const value = fields[field];
  const given = Array.isArray(value) ? value[Number(index ?? 0)] : value;
  const subject = given === undefined ? flag : `${flag} ${shorten(String(given), 60)}`;
  return `${subject}${/^must /.test(text) ? '' : ':'} ${inText}.`;
}

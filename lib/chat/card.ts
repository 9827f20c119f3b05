/** How a state is shown: by color where a channel has colors. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral';

export interface Fact {
  label: string;
  text: string;
}

/** The progress of an operation. Times are in seconds. */
export interface CardProgress {
  done: number;
  of: number;
  elapsed: number;
  /** The usual duration of the whole operation. */
  usual: number;
  /** What runs now, and what failed. */
  steps: { title: string; state: 'running' | 'done' | 'failed' | 'waiting'; detail?: string }[];
}

/** A button. Who presses it runs a chat command, with the rights of that person. */
export interface Button {
  text: string;
  style?: 'primary' | 'danger';
  /** The command and its arguments, as a person would type them: `status demo`. Absent for a link. */
  command?: string;
  /** Opens this page instead of running a command. */
  url?: string;
}

/**
 * A message in a chat, the same for all of them. Slack's blocks and Teams' Adaptive Cards are renderings of it. Plain
 * text without markup: each rendering escapes it. Never contains a secret.
 */
export interface Card {
  /** `demo, default, uksouth`. */
  title: string;
  state?: { text: string; tone: Tone };
  /** Sentences, one paragraph each. */
  text?: string[];
  facts?: Fact[];
  progress?: CardProgress;
  buttons?: Button[];
  /** Small print at the end, such as who asked for it. */
  note?: string;
}

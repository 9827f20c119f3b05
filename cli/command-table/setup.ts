import type { CommandSpec } from './spec.ts';

/** Commands that set up this directory, this shell and the chats. */
export const SETUP: readonly CommandSpec[] = [
  {
    usage: 'init',
    summary: 'write the server and the stack of this directory into matcha.config.json',
    examples: ['matcha init', 'matcha init --server https://matcha.example.com --stack demo'],
    load: async () => (await import('../commands/init.ts')).init,
  },
  {
    usage: 'completion <shell>',
    summary: 'print the completion script of bash, zsh or fish',
    examples: [
      'source <(matcha completion bash)            # in ~/.bashrc',
      'source <(matcha completion zsh)             # in ~/.zshrc, after compinit',
      'matcha completion fish | source             # in ~/.config/fish/config.fish',
    ],
    load: async () => (await import('../commands/completion.ts')).completion,
  },
  {
    usage: 'link <chat>',
    summary: 'print a code that tells slack or teams who you are',
    examples: ['matcha link slack'],
    load: async () => (await import('../commands/link.ts')).link,
  },
  {
    usage: 'unlink <chat>',
    summary: 'stop acting in slack or teams',
    load: async () => (await import('../commands/link.ts')).unlink,
  },
];

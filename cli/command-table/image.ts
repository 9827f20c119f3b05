import type { CommandSpec } from './spec.ts';

/** Commands of `matcha image`. */
export const IMAGE: readonly CommandSpec[] = [
  {
    usage: 'image build [name]',
    summary: 'build an image; without a file, the pipeline image of the stack',
    flags: [
      ['-r, --requirements <file>', 'the pipeline image with the packages of this requirements.txt'],
      ['--dockerfile <file>', 'this Dockerfile; its folder is the build context'],
      ['--tag <tag>', 'tag of the image (default: a digest of its content)'],
      ['--no-wait', 'return at once; `matcha image log` shows the progress'],
    ],
    examples: [
      'matcha image build -r requirements.txt',
      'matcha image build demo --dockerfile Dockerfile --tag v2',
    ],
    load: async () => (await import('../commands/image.ts')).buildImage,
  },
  {
    usage: 'image list [name]',
    summary: 'list the latest images and builds',
    load: async () => (await import('../commands/image.ts')).listImages,
  },
  {
    usage: 'image log <id>',
    summary: 'follow the log of a build',
    load: async () => (await import('../commands/image.ts')).imageLog,
  },
];

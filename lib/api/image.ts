import { z } from 'zod';
import { IMAGE_RUN_STATES } from '../domain/image-run.ts';
import { time } from '../domain/status.ts';

/** The largest body of a request for a build, in bytes: the context is source code, no data. */
export const MAX_IMAGE_REQUEST = 4 * 1024 * 1024;

/** A path inside the build context; its length is that of a header of a tar archive. */
const path = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= 100, 'must be at most 100 bytes long')
  .refine(
    (text) => !text.includes('\\') && text.split('/').every((part) => !['', '.', '..'].includes(part)),
    'must be a relative path with slashes',
  );

const contextFile = z.strictObject({
  path,
  content: z.base64('must be base64'),
  executable: z.boolean().default(false),
});

/** What to build: the pipeline image with more packages, or a Dockerfile; without both, the pipeline image itself. */
export const imageRequest = z
  .strictObject({
    requirements: z
      .string()
      .min(1)
      .max(64 * 1024)
      .optional()
      .meta({ description: 'The lines of a requirements.txt, on top of the pipeline image.' }),
    files: z
      .array(contextFile)
      .min(1)
      .max(2000)
      .optional()
      .meta({ description: 'The build context, with the Dockerfile.' }),
    dockerfile: path.optional().meta({ description: 'The path of the Dockerfile in the context.' }),
    tag: z
      .string()
      .regex(/^[\w][\w.-]{0,127}$/, 'must be letters, digits, dots, dashes and underscores, at most 128')
      .optional()
      .meta({ description: 'By default a digest of the content.' }),
  })
  .refine(({ requirements, files }) => requirements === undefined || files === undefined, {
    message: 'must not be given together with files',
    path: ['requirements'],
  })
  .refine(({ files, dockerfile = 'Dockerfile' }) => files?.some(({ path }) => path === dockerfile) ?? true, {
    message: 'must be one of the files',
    path: ['dockerfile'],
  });
export type ImageRequest = z.infer<typeof imageRequest>;

/** A build of an image in the registry of a stack. */
export const imageView = z
  .strictObject({
    /** The id of the build, unique in the registry. */
    id: z.string(),
    /** The name to pull it by. Absent while a build that was not requested here is not finished. */
    image: z.string().exactOptional(),
    state: z.enum(IMAGE_RUN_STATES),
    requestedBy: z.string().exactOptional(),
    createdAt: time,
    startedAt: time.exactOptional(),
    finishedAt: time.exactOptional(),
    /** Why it failed, when Azure says more than its log. */
    reason: z.string().exactOptional(),
  })
  .meta({ id: 'Image' });
export type ImageView = z.infer<typeof imageView>;

export const imageList = z.strictObject({ images: z.array(imageView) });

/** A part of the log of a build. */
export const imageLog = z.strictObject({
  text: z.string(),
  /** The offset of the rest, in bytes. */
  next: z.int(),
});

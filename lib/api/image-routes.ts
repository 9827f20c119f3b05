import { z } from 'zod';
import { POLICY } from '../domain/policy.ts';
import { imageList, imageLog, imageRequest, imageView, MAX_IMAGE_REQUEST } from './image.ts';
import { stackName } from './schemas.ts';

const stack = z.strictObject({ name: stackName });
const image = stack.extend({
  image: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the id of a build')
    .meta({ description: 'Id of the build.' }),
});

/** Routes for images in the registry of a stack. */
export const imageRoutes = {
  buildImage: {
    method: 'POST',
    path: '/stacks/{name}/images',
    summary: 'Build an image for pipelines in the registry of a stack',
    role: POLICY.buildImage.role,
    params: stack,
    body: imageRequest,
    maxBody: MAX_IMAGE_REQUEST,
    /** 200 when this content was built before, or is being built. */
    responses: { 200: imageView, 201: imageView },
  },
  listImages: {
    method: 'GET',
    path: '/stacks/{name}/images',
    summary: 'List the latest builds in the registry of a stack, newest first',
    role: POLICY.listImages.role,
    params: stack,
    responses: { 200: imageList },
  },
  getImage: {
    method: 'GET',
    path: '/stacks/{name}/images/{image}',
    summary: 'Show a build by its id',
    role: POLICY.getImage.role,
    params: image,
    responses: { 200: imageView },
  },
  getImageLog: {
    method: 'GET',
    path: '/stacks/{name}/images/{image}/log',
    summary: 'Show a part of the log of a build',
    role: POLICY.getImageLog.role,
    params: image,
    query: z.strictObject({
      offset: z.coerce
        .number('must be a number')
        .int('must be a whole number')
        .min(0, 'must be at least 0')
        .default(0)
        .meta({ description: 'In bytes: 0, or `next` of the part before.' }),
    }),
    responses: { 200: imageLog },
  },
} as const;

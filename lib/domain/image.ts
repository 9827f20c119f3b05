/** A file of a build context. */
export interface ContextFile {
  /** Relative to the context, with slashes. */
  path: string;
  content: string;
  /** Absent when the content is text. */
  encoding?: 'base64';
  executable?: true;
}

/** An image to build: the repository and tag in the registry of the stack, and the build context. */
export interface ImageBuild {
  repository: string;
  tag: string;
  /** The path of the Dockerfile in the context. */
  dockerfile: string;
  files: ContextFile[];
}

/** The address of the registry, which is part of the name of every image in it. */
export const loginServerOf = (registry: string): string => `${registry}.azurecr.io`;

/** The name of an image inside its registry. */
export const imageName = ({ repository, tag }: Pick<ImageBuild, 'repository' | 'tag'>): string =>
  `${repository}:${tag}`;

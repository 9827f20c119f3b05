/** How long things take in a cluster, in milliseconds of simulated time. */
export const DURATIONS = {
  scheduling: 1_000,
  /** From a pod's start to its disk being attached and mounted. */
  diskAttachment: 8_000,
  cachedImagePull: 500,
  namespaceTermination: 6_000,
  customResourceEstablished: 1_500,
  loadBalancer: 25_000,
  gateway: 40_000,
  job: 10_000,
};

interface ImageDurations {
  /** The first pull on a node, by the size of the image. */
  pull: number;
  /** From the start of the process to its first good answer to a readiness probe. */
  start: number;
}

const KNOWN_IMAGES: [image: RegExp, durations: ImageDurations][] = [
  [/zenml-server/, { pull: 38_000, start: 26_000 }],
  [/mlflow\/mlflow:.*-full/, { pull: 26_000, start: 9_000 }],
  [/mlflow/, { pull: 16_000, start: 9_000 }],
  [/chromadb\/chroma/, { pull: 12_000, start: 2_000 }],
  [/seldon-core-operator/, { pull: 9_000, start: 8_000 }],
  [/evidently-service/, { pull: 22_000, start: 11_000 }],
  [/k8s-device-plugin/, { pull: 9_000, start: 1_000 }],
  [/seldonio\/mlserver/, { pull: 55_000, start: 15_000 }],
];
const OTHER_IMAGES: ImageDurations = { pull: 8_000, start: 1_000 };

export const imageDurations = (image: string): ImageDurations =>
  KNOWN_IMAGES.find(([pattern]) => pattern.test(image))?.[1] ?? OTHER_IMAGES;

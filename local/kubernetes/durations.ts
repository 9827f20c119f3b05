/** Durations in a cluster, in simulated milliseconds. */
export const DURATIONS = {
  scheduling: 1_000,
  /** To attach and mount the disk of a pod. */
  diskAttachment: 8_000,
  cachedImagePull: 500,
  namespaceTermination: 6_000,
  customResourceEstablished: 1_500,
  loadBalancer: 25_000,
  gateway: 40_000,
  job: 10_000,
};

/** Default durations of images, in seconds. Stand-ins may have others. */
export const OTHER_IMAGES = { pull: 8, start: 1 };

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

/** Of images without a stand-in that knows better, in seconds. */
export const OTHER_IMAGES = { pull: 8, start: 1 };

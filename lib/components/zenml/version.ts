/** The version of the ZenML server, and of ZenML in the pipeline image: client and server must match. */
export const VERSION = '0.96.4';

/** The Secret with the environment of the container that downloads a model. It holds no credentials. */
export const MODEL_STORAGE = 'model-storage';

/**
 * The remote `az` of rclone, in URIs such as `az:zenml/model`: the account of the stack, by the pod's identity. rclone
 * logs its errors as the message of its container, where Kubernetes and its users find the reason of a failure.
 */
export const modelStorage = (storageAccount: string): Record<string, string> => ({
  RCLONE_CONFIG_AZ_TYPE: 'azureblob',
  RCLONE_CONFIG_AZ_ACCOUNT: storageAccount,
  RCLONE_CONFIG_AZ_ENV_AUTH: 'true',
  RCLONE_LOG_FILE: '/dev/termination-log',
});

/** The Secret with the environment of the container that downloads a model. It holds no credentials. */
export const MODEL_STORAGE = 'model-storage';

/** The remote `az` of rclone, in URIs such as `az:zenml/model`: the account of the stack, by the pod's identity. */
export const modelStorage = (storageAccount: string): Record<string, string> => ({
  RCLONE_CONFIG_AZ_TYPE: 'azureblob',
  RCLONE_CONFIG_AZ_ACCOUNT: storageAccount,
  RCLONE_CONFIG_AZ_ENV_AUTH: 'true',
});

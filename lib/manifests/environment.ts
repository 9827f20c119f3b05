/** The value of an environment variable, or a reference that the kubelet resolves. */
export type EnvironmentValue =
  string | { secretKeyRef: { name: string; key: string } } | { fieldRef: { fieldPath: string } };

export type Environment = Record<string, EnvironmentValue>;

export const fromSecret = (name: string, key: string): EnvironmentValue => ({ secretKeyRef: { name, key } });

export const fromField = (fieldPath: string): EnvironmentValue => ({ fieldRef: { fieldPath } });

/** Converts variables to the form of a container. */
export const environment = (values: Environment): object[] =>
  Object.entries(values).map(([name, value]) =>
    typeof value === 'string' ? { name, value } : { name, valueFrom: value },
  );

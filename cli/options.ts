/** What the flags of all commands come to. Each command reads those it has registered. */
export interface Options {
  server?: string;
  stack?: string;
  json?: boolean;
  color?: boolean;
  input?: boolean;
  name?: string;
  prefix?: string;
  location?: string;
  preset?: string;
  components?: string[];
  nodeSize?: string;
  minNodes?: number;
  maxNodes?: number;
  kubernetesVersion?: string;
  gpu?: string;
  public?: string[];
  yes?: boolean;
  wait?: boolean;
  all?: boolean;
  watch?: boolean;
  timeline?: boolean;
  output?: string;
  showSensitive?: boolean;
  confirm?: string;
  force?: boolean;
  receipt?: boolean;
}

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
  /** False for --no-gpu. */
  gpu?: string | false;
  gpuMax?: number;
  gpuSpot?: boolean;
  /** ISO 8601; true where no time is given. */
  waitForQuota?: string | true;
  fallbackSizes?: string[];
  public?: string[];
  private?: boolean;
  yes?: boolean;
  allowRemoval?: boolean;
  wait?: boolean;
  all?: boolean;
  watch?: boolean;
  timeline?: boolean;
  output?: string;
  showSensitive?: boolean;
  confirm?: string;
  keepData?: boolean;
  force?: boolean;
  replace?: boolean;
  cluster?: boolean;
  receipt?: boolean;
}

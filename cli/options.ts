/** The values of all flags. Each command reads the flags that it registers. */
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
  /** ISO 8601 duration; true when the flag has no value. */
  waitForQuota?: string | true;
  fallbackSizes?: string[];
  sharedKeys?: boolean;
  public?: string[];
  private?: boolean;
  member?: string[];
  /** False for --no-members. */
  members?: boolean;
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
  requirements?: string;
  dockerfile?: string;
  tag?: string;
  file?: string;
  tail?: number;
  browser?: boolean;
  deviceCode?: boolean;
  azureCli?: boolean;
  workloadIdentity?: boolean;
}

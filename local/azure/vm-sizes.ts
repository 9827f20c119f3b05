export interface VmSize {
  vCpus: number;
  /** The quota family, as Microsoft.Compute names it. */
  family: string;
}

/** `#` in a name is replaced by the number of vCPUs. */
const SERIES = [
  { family: 'standardBSFamily', name: 'Standard_B#ms', vCpus: [2, 4, 8] },
  { family: 'standardDSv3Family', name: 'Standard_D#s_v3', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardDSv4Family', name: 'Standard_D#s_v4', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardDSv5Family', name: 'Standard_D#s_v5', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardDDSv5Family', name: 'Standard_D#ds_v5', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardDASv5Family', name: 'Standard_D#as_v5', vCpus: [2, 4, 8, 16, 32] },
  { family: 'StandardDsv6Family', name: 'Standard_D#s_v6', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardESv5Family', name: 'Standard_E#s_v5', vCpus: [2, 4, 8, 16, 32] },
  { family: 'standardFSv2Family', name: 'Standard_F#s_v2', vCpus: [2, 4, 8, 16, 32] },
  { family: 'Standard NCASv3_T4 Family', name: 'Standard_NC#as_T4_v3', vCpus: [4, 8, 16, 64] },
  { family: 'StandardNCADSA100v4Family', name: 'Standard_NC#ads_A100_v4', vCpus: [24, 48, 96] },
  { family: 'StandardNCadsH100v5Family', name: 'Standard_NC#ads_H100_v5', vCpus: [40, 80] },
  { family: 'standardNDSH100v5Family', name: 'Standard_ND#isr_H100_v5', vCpus: [96] },
  { family: 'standardNDISRH200V5Family', name: 'Standard_ND#isr_H200_v5', vCpus: [96] },
];

const ALL = SERIES.flatMap(({ family, name, vCpus }) =>
  vCpus.map((count) => ({ name: name.replace('#', String(count)), vCpus: count, family })),
);

/** Every size, with its name. */
export const vmSizes = (): readonly (VmSize & { name: string })[] => ALL;

const SIZES = new Map(ALL.map((size): [string, VmSize] => [size.name.toLowerCase(), size]));

export const FAMILIES = SERIES.map(({ family }) => family);

/** The names of all sizes, in lower case, as AKS lists them. */
export const SIZE_NAMES = [...SIZES.keys()];

/** A VM size by its case-insensitive name. */
export const vmSize = (name: string | undefined): VmSize | undefined => SIZES.get((name ?? '').toLowerCase());

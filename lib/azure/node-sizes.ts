/** VM sizes of four vCPUs that are proposed where the one asked for is short, the most usual first. */
export const OTHER_SIZES = [
  'Standard_D4as_v5',
  'Standard_D4ds_v5',
  'Standard_D4s_v5',
  'Standard_D4s_v6',
  'Standard_D4s_v4',
  'Standard_D4s_v3',
];

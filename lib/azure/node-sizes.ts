/** VM sizes with four vCPUs that are suggested when another size is not available, the most common first. */
export const ALTERNATIVE_SIZES = [
  'Standard_D4as_v5',
  'Standard_D4ds_v5',
  'Standard_D4s_v5',
  'Standard_D4s_v6',
  'Standard_D4s_v4',
  'Standard_D4s_v3',
];

/** Names of the variables that the stack sets and the rotation reads. */
export const rotationVariables = {
  /** JSON: the gates whose connectors' password is rotated, each with its secret and the address of each path. */
  rotatedGates: "ROTATED_GATES",
  /** The age at which a password is due, in days. */
  rotationDays: "ROTATION_DAYS",
  /** The secret with the application that rotates through Graph: see rotation-settings.ts. */
  rotationSecret: "ROTATION_SECRET",
} as const;

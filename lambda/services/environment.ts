/** Names of the variables that the stack sets and the functions read. */
export const environment = {
  accessListTable: "ACCESS_LIST_TABLE",
  credentialsSecret: "CREDENTIALS_SECRET",
  /** JSON object: the policy's name of a secret -> its ARN. */
  secrets: "SECRETS",
} as const;

/** A variable that must be there. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

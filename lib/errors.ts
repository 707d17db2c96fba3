import { withRelativePaths } from "./app-root";

/** A fault in an app's options or packages. The message names the fault and the remedy. */
export class SetupError extends Error {
  override readonly name: string = "SetupError";
}

/** Advice for a policy that reads a file. */
export const IMPORT_DATA =
  "A function holds what its policy imports, and no other file: import the data, such as a .json or .ts file, in place of reading it.";

/** Advice for a policy that imports from entra-gatehouse/cdk. */
export const CDK_IMPORT = 'entra-gatehouse/cdk is for the CDK app: a policy imports from "entra-gatehouse".';

/** Thrown for a fault in the policy folder. The message names the file, the line and the reason. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

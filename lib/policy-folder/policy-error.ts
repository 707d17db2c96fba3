import { withRelativePaths } from "../app-root";

/** The policy folder is wrong; the message says which file, which line, and why. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

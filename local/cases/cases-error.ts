import { withRelativePaths } from "../../lib/app-root";
import { SetupError } from "../../lib/setup-error";

/** Cases cannot be used; the message says which file, where in it, and why: a line each. */
export class CasesError extends SetupError {
  override readonly name = "CasesError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

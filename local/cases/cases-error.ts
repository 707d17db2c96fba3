import { withRelativePaths } from "../../lib/app-root";
import { SetupError } from "../../lib/setup-error";

/** Cases cannot be used. The message gives the file, the place in it and the reason, one a line. */
export class CasesError extends SetupError {
  override readonly name = "CasesError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

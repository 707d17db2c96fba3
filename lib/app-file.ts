import { withRelativePaths } from "./app-root";
import { loadTypeScript, whyNotLoaded } from "./load-typescript";
import { SetupError } from "./setup-error";

/** The default export of a file of the app. Throws a SetupError that says where it fails. @param file absolute */
export function defaultExportOf(file: string): unknown {
  try {
    return (loadTypeScript(file) as { default?: unknown }).default;
  } catch (error) {
    throw new SetupError(withRelativePaths(whyNotLoaded(file, error)), { cause: error });
  }
}

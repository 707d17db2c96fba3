/** A fault in an app's options or packages. The message names it and the remedy. */
export class SetupError extends Error {
  override readonly name: string = "SetupError";
}

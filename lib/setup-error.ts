/** What an app hands in, or has installed, does not fit. The message says what, and how to go on. */
export class SetupError extends Error {
  override readonly name: string = "SetupError";
}

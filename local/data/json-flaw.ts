import type { Message, TransformFailure } from "esbuild";

/**
 * Returns the error in a JSON text in the form ":3: …", which can follow the file's name. Undefined if the text is valid. Node's own
 * message seldom names the line.
 */
export async function jsonFlaw(text: string): Promise<string | undefined> {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [flaw] = await esbuildFlaws(text);
    return flaw?.location ? `:${flaw.location.line}: ${flaw.text}` : `: ${(error as Error).message}`;
  }
}

/** Loads esbuild only for a text with an error. */
async function esbuildFlaws(text: string): Promise<readonly Message[]> {
  const { transform } = await import("esbuild");
  return await transform(text, { loader: "json", logLevel: "silent" }).then(
    () => [],
    (failure: TransformFailure) => failure.errors,
  );
}

import type { Message, TransformFailure } from "esbuild";

/** Where and why a text is no JSON, ":3: …", to follow the file's name; undefined if it is. Node's own message seldom names the line. */
export async function jsonFlaw(text: string): Promise<string | undefined> {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [flaw] = await esbuildFlaws(text);
    return flaw?.location ? `:${flaw.location.line}: ${flaw.text}` : `: ${(error as Error).message}`;
  }
}

/** Loaded only for a text that has a flaw. */
async function esbuildFlaws(text: string): Promise<readonly Message[]> {
  const { transform } = await import("esbuild");
  return await transform(text, { loader: "json", logLevel: "silent" }).then(
    () => [],
    (failure: TransformFailure) => failure.errors,
  );
}

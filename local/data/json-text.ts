import type { Message, TransformFailure } from "esbuild";
import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { Path } from "../../lib/schema-flaws";
import { useEsbuild } from "../esbuild";

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
  return await useEsbuild(({ transform }) =>
    transform(text, { loader: "json", logLevel: "silent" }).then(
      () => [],
      (failure: TransformFailure) => failure.errors,
    ),
  );
}

/** The JSON text must be valid. */
export function jsonPlaces(text: string) {
  // A space replaces the byte order mark, so that the places after it stay the same.
  const root = parseTree(text.replace(/^\ufeff/, " ")) as Node;
  return {
    /** Counts from 1. If there is no value at the path, returns the line of the nearest value around it. */
    lineOf(path: Path): number {
      const places = path.map((_, index) => path.slice(0, path.length - index));
      const nearest = places.map((place) => findNodeAtLocation(root, place)).find((node) => node !== undefined) ?? root;
      return text.slice(0, nearest.offset).split("\n").length;
    },
  };
}

export type JsonPlaces = ReturnType<typeof jsonPlaces>;

export function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

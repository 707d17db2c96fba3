import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { Path } from "../../lib/schema-flaws";

/** A value's start and end in a JSON text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds values in a valid JSON text. A missing member is found where its object begins. */
export function jsonPlaces(text: string) {
  // The space keeps the places of what follows a byte order mark.
  const root = parseTree(text.replace(/^\ufeff/, " ")) as Node;
  const nodeAt = (path: Path) => findNodeAtLocation(root, [...path]);
  return {
    /** Undefined for a missing value. */
    spanOf(path: Path): Span | undefined {
      const node = nodeAt(path);
      return node && { start: node.offset, end: node.offset + node.length };
    },
    /** The line, counted from 1, on which a value begins, or its nearest enclosing value that exists. */
    lineOf(path: Path): number {
      const nearest = path.map((_, index) => nodeAt(path.slice(0, path.length - index))).find((node) => node !== undefined) ?? root;
      return text.slice(0, nearest.offset).split("\n").length;
    },
  };
}

export type JsonPlaces = ReturnType<typeof jsonPlaces>;

/** Adds a full stop, unless the text ends with punctuation. */
export function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

import type { Path } from "../../lib/schema-flaws";

/** A value's place in a text of JSON: where it begins, and where it ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds values in a text that is JSON. A member that is not there is found where its object begins. */
export function jsonPlaces(text: string) {
  const spans = new Map<string, Span>();
  let at = 0;

  function space(): void {
    while (" \t\r\n".includes(text[at] ?? "x")) at++;
  }

  function string(): string {
    const start = at++;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    return JSON.parse(text.slice(start, ++at)) as string;
  }

  function members(path: Path): void {
    for (space(); text[at] !== "}"; space()) {
      const name = string();
      space();
      at++;
      value([...path, name]);
      space();
      if (text[at] === ",") at++;
      space();
    }
    at++;
  }

  function items(path: Path): void {
    let index = 0;
    for (space(); text[at] !== "]"; space()) {
      value([...path, index++]);
      space();
      if (text[at] === ",") at++;
    }
    at++;
  }

  function value(path: Path): void {
    space();
    const start = at;
    if (text[at] === "{") {
      at++;
      members(path);
    } else if (text[at] === "[") {
      at++;
      items(path);
    } else if (text[at] === '"') string();
    else while (!/[\s,\]}]/.test(text[at] ?? " ")) at++;
    spans.set(keyOf(path), { start, end: at });
  }

  if (text.startsWith("\ufeff")) at++;
  value([]);

  return {
    /** Undefined for a value that is not there. */
    spanOf: (path: Path): Span | undefined => spans.get(keyOf(path)),
    /** The number of the line, from 1, on which a value begins, or the nearest that is there of those around it. */
    lineOf(path: Path): number {
      for (let length = path.length; ; length--) {
        const span = spans.get(keyOf(path.slice(0, length)));
        if (span !== undefined) return text.slice(0, span.start).split("\n").length;
      }
    },
  };
}

export type JsonPlaces = ReturnType<typeof jsonPlaces>;

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** With a full stop, where nothing else ends it. */
export function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

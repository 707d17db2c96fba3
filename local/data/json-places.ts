import type { Path } from "../../lib/schema-flaws";

/** A value's start and end in a JSON text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds values in a valid JSON text. A missing member is found where its object begins. */
export function jsonPlaces(text: string) {
  const spans = new Spans(text).read();
  return {
    /** Undefined for a missing value. */
    spanOf: (path: Path): Span | undefined => spans.get(keyOf(path)),
    /** The line, counted from 1, on which a value begins, or its nearest enclosing value that exists. */
    lineOf(path: Path): number {
      for (let length = path.length; ; length--) {
        const span = spans.get(keyOf(path.slice(0, length)));
        if (span !== undefined) return text.slice(0, span.start).split("\n").length;
      }
    },
  };
}

/** Reads a JSON text once, from start to end. */
class Spans {
  private readonly spans = new Map<string, Span>();
  private at = 0;

  constructor(private readonly text: string) {}

  read(): ReadonlyMap<string, Span> {
    if (this.text.startsWith("\ufeff")) this.at++;
    this.value([]);
    return this.spans;
  }

  private space(): void {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) this.at++;
  }

  private string(): string {
    const start = this.at++;
    while (this.text[this.at] !== '"') this.at += this.text[this.at] === "\\" ? 2 : 1;
    return JSON.parse(this.text.slice(start, ++this.at)) as string;
  }

  private members(path: Path): void {
    this.untilClosed("}", () => {
      const name = this.string();
      this.space();
      this.at++;
      this.value([...path, name]);
    });
  }

  private items(path: Path): void {
    let index = 0;
    this.untilClosed("]", () => this.value([...path, index++]));
  }

  /** Reads to the closing bracket, each part with the comma after it. */
  private untilClosed(bracket: string, part: () => void): void {
    this.at++;
    for (this.space(); this.text[this.at] !== bracket; this.space()) {
      part();
      this.space();
      if (this.text[this.at] === ",") this.at++;
    }
    this.at++;
  }

  private value(path: Path): void {
    this.space();
    const start = this.at;
    const sign = this.text[start];
    if (sign === "{") this.members(path);
    else if (sign === "[") this.items(path);
    else if (sign === '"') this.string();
    else while (!/[\s,\]}]/.test(this.text[this.at] ?? " ")) this.at++;
    this.spans.set(keyOf(path), { start, end: this.at });
  }
}

export type JsonPlaces = ReturnType<typeof jsonPlaces>;

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Adds a full stop, unless the text ends with punctuation. */
export function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

// Texts that a regular expression takes, and their neighbours.

/** The most texts that are made of one expression. */
const MOST = 12;

/** Texts that the expression matches, made by walking through it; each is checked. @param literal as written: `/^a+$/i` */
export function matchesOf(literal: string): readonly string[] {
  const end = literal.lastIndexOf("/");
  try {
    const expression = new RegExp(literal.slice(1, end), literal.slice(end + 1).replace(/[gy]/g, ""));
    const made = [0, 1, 2].flatMap((turn) => new Walk(literal.slice(1, end), turn).texts());
    const found = [...new Set(made)].filter((text) => text.length <= 200 && expression.test(text));
    return found.slice(0, MOST);
  } catch {
    return [];
  }
}

/** What only an expression without anchors, with a free dot or in another case takes. */
export function aroundMatch(text: string): readonly string[] {
  return [
    `x${text}`,
    `${text}x`,
    `${text}.evil.example`,
    `${text}\n`,
    text.toUpperCase(),
    text.toLowerCase(),
    text.replace(/\./g, "x"),
    text.slice(0, -1),
    `${text}${text.slice(-1)}`,
  ];
}

const classes: Readonly<Record<string, string>> = {
  d: "1",
  D: "a",
  w: "a",
  W: "-",
  s: " ",
  S: "a",
  n: "\n",
  t: "\t",
  b: "",
  B: "",
  p: "a",
  P: "1",
};

/** One way through an expression. */
class Walk {
  #at = 0;

  /** @param turn which of the choices is taken, and how often what may repeat */
  constructor(
    private readonly source: string,
    private readonly turn: number,
  ) {}

  texts(): readonly string[] {
    return [...new Set(this.#choices())].slice(0, MOST);
  }

  #choices(): string[] {
    const all = [this.#sequence()];
    while (this.source[this.#at] === "|") {
      this.#at += 1;
      all.push(this.#sequence());
    }
    return all.flat();
  }

  #sequence(): string[] {
    let made = [""];
    while (this.#at < this.source.length && this.source[this.#at] !== "|" && this.source[this.#at] !== ")") {
      const piece = this.#repeated(this.#piece());
      made = made.flatMap((head) => piece.map((tail) => head + tail)).slice(0, MOST);
    }
    return made;
  }

  #repeated(piece: readonly string[]): string[] {
    const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.source.slice(this.#at));
    if (quantifier === null) return [...piece];
    this.#at += quantifier[0].length;
    const [mark = "", low, more, high] = quantifier;
    const least = mark.startsWith("*") || mark.startsWith("?") ? 0 : Number(low ?? 1);
    const most = mark.startsWith("?")
      ? 1
      : low !== undefined && more === undefined
        ? least
        : Math.min(Number(high || least + 3), least + 60);
    const count = [Math.max(least, Math.min(1, most)), least, most][this.turn] as number;
    return piece.map((text) => text.repeat(count));
  }

  #piece(): string[] {
    const mark = this.source[this.#at] as string;
    this.#at += 1;
    if (mark === "^" || mark === "$") return [""];
    if (mark === ".") return ["a"];
    if (mark === "[") return [this.#characterClass()];
    if (mark === "\\") return [this.#escaped()];
    if (mark !== "(") return [mark];
    const head = /^\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(this.source.slice(this.#at))?.[0] ?? "";
    this.#at += head.length;
    const inner = this.#choices();
    this.#at += 1;
    return /[=!]$/.test(head) ? [""] : inner;
  }

  #escaped(): string {
    const mark = this.source[this.#at] ?? "";
    this.#at += 1;
    const property = /^\{[^}]*\}/.exec(this.source.slice(this.#at));
    if ((mark === "p" || mark === "P") && property !== null) this.#at += property[0].length;
    return classes[mark] ?? mark;
  }

  #characterClass(): string {
    const body = /^\^?\]?(?:[^\]\\]|\\.)*/.exec(this.source.slice(this.#at))?.[0] ?? "";
    this.#at += body.length + 1;
    const expression = new RegExp(`[${body}]`);
    const first = /^\\(.)|^(.)/.exec(body.replace(/^\^/, ""));
    const own = body.startsWith("^") ? "" : (first?.[2] ?? classes[first?.[1] ?? ""] ?? first?.[1] ?? "");
    return [own, "a", "A", "1", "-", " "].find((each) => each !== "" && expression.test(each)) ?? own;
  }
}

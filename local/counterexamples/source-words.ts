import type { SourceFile } from "../../lib/policy-folder/source-files";

// A policy's own words, as they stand in its files: texts, numbers, patterns and names, each with the part of the file that it
// belongs to. The packaged compiler has no parser to call, and tokens are enough: what is made of them is tried, not believed.

/** A literal or a name. */
export interface SourceWord {
  readonly kind: "text" | "number" | "pattern" | "name";
  /** Of a pattern: `/^a$/i`, as written. */
  readonly value: string;
}

/** A statement at the top of a file, or one rule of the policy's list. */
export interface SourcePart {
  /** What it declares for the other parts. */
  readonly declares: readonly string[];
  readonly words: readonly SourceWord[];
  /** Its tokens: two parts with the same text are the same. */
  readonly text: string;
}

const token =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|(?<template>`(?:[^`\\]|\\[\s\S])*`)|(?<number>\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)|(?<name>[\p{L}$_#][\p{L}\p{N}$_]*)|(?<mark>=>|&&|\|\||\?\?|[^\s])/guy;
const pattern = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
/** After these a slash divides. */
const valueEnds = /^(?:[)\]}]|[\p{L}\p{N}$_].*|["'`].*)$/u;
const beforePattern = new Set(["return", "case", "typeof", "in", "of", "await"]);

/** The tokens of a file without comments. */
function tokensOf(text: string): readonly SourceToken[] {
  const found: SourceToken[] = [];
  for (let at = 0; at < text.length; ) {
    const last = found.at(-1)?.text ?? "";
    const mayBePattern = text[at] === "/" && !(valueEnds.test(last) && !beforePattern.has(last));
    pattern.lastIndex = at;
    const literal = mayBePattern ? pattern.exec(text)?.[0] : undefined;
    if (literal !== undefined) {
      found.push({ kind: "pattern", text: literal });
      at += literal.length;
      continue;
    }
    token.lastIndex = at;
    const { groups = {}, 0: whole = "" } = token.exec(text) ?? {};
    at += Math.max(1, whole.length);
    if (groups.space !== undefined || whole === "") continue;
    const kind =
      groups.text !== undefined
        ? "text"
        : groups.template !== undefined
          ? "template"
          : groups.number !== undefined
            ? "number"
            : groups.name !== undefined
              ? "name"
              : "mark";
    found.push({ kind, text: whole });
  }
  return found;
}

/** A piece of a source file. */
export interface SourceToken {
  readonly kind: SourceWord["kind"] | "template" | "mark";
  readonly text: string;
}

const opening = new Set(["(", "[", "{"]);
const closing = new Set([")", "]", "}"]);
/** What the rules of `beforeCreateUser([…])` stand in. */
const LIST = "([";

/** The parts of a policy's files. Imports are none. */
export function sourceParts(files: readonly SourceFile[]): readonly SourcePart[] {
  return files.flatMap(({ text }) => groupsOf(tokensOf(text)).map(partOf)).filter(({ words }) => words.length > 0);
}

function groupsOf(tokens: readonly SourceToken[]): readonly (readonly SourceToken[])[] {
  const groups: SourceToken[][] = [[]];
  let around = "";
  for (const { kind, text } of tokens) {
    const isMark = kind === "mark";
    if (isMark && closing.has(text)) around = around.slice(0, -1);
    groups.at(-1)?.push({ kind, text });
    const ends = isMark && ((around === "" && (text === ";" || text === "}")) || (around === LIST && text === ","));
    if (isMark && opening.has(text)) around += text;
    if (ends) groups.push([]);
  }
  return groups.filter(([first]) => first !== undefined && first.text !== "import");
}

function partOf(tokens: readonly SourceToken[]): SourcePart {
  const at = tokens.findIndex(({ text }) => ["const", "let", "function", "class"].includes(text));
  const declared = at >= 0 && at <= 2 ? tokens[at + 1]?.text : undefined;
  return {
    declares: declared === undefined ? [] : [declared],
    words: tokens.flatMap(wordsIn),
    text: tokens.map(({ text }) => text).join(" "),
  };
}

function wordsIn({ kind, text }: SourceToken): readonly SourceWord[] {
  if (kind === "mark") return [];
  if (kind === "text") return [{ kind, value: unquoted(text) }];
  if (kind === "number") return [{ kind, value: text.replaceAll("_", "") }];
  if (kind !== "template") return [{ kind, value: text }];
  const holes = [...text.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, code = ""]) => tokensOf(code).flatMap(wordsIn));
  const texts = text
    .slice(1, -1)
    .split(/\$\{[^}]*\}/)
    .filter((each) => each.trim() !== "");
  return [...texts.map((value) => ({ kind: "text" as const, value })), ...holes];
}

function unquoted(literal: string): string {
  try {
    const inner = literal.slice(1, -1);
    return String(JSON.parse(literal.startsWith('"') ? literal : `"${inner.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`));
  } catch {
    return literal.slice(1, -1);
  }
}

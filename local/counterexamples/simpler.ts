import type { TriedSignUp } from "./judge";
import type { Move } from "./moves";
import { STRANGER } from "./values";

/** What a row need not have. */
const OPTIONAL = ["expiresAt", "issuer", "gates", "note"];

/** All that makes a sign-up smaller: leaving out, the greatest things first, and shortening. */
export function simplerMoves({ request, rows = {}, answers = {}, ...rest }: TriedSignUp): readonly Move[] {
  const { email, attributes = {}, ...asked } = request;
  const paths: (readonly string[])[] = [
    ...[...Object.keys(rest), "rows", "answers"].map((name) => [name]),
    ...Object.keys(answers).map((name) => ["answers", name]),
    ...Object.keys({ attributes, ...asked }).map((name) => ["request", name]),
    ...Object.keys(attributes).map((name) => ["request", "attributes", name]),
    ...Object.entries(rows).flatMap(([table, all]) => [
      ["rows", table],
      // The last first: the others keep their places.
      ...[...(all as readonly object[]).entries()].reverse().flatMap(([index, row]) => [
        ...Object.keys(row)
          .filter((name) => OPTIONAL.includes(name) || (table === "profiles" && name !== "person"))
          .map((name) => ["rows", table, String(index), name]),
        ["rows", table, String(index)],
      ]),
    ]),
  ];
  return [
    ...emails.map(
      (shorter): Move =>
        (each) =>
          changed(each, ["request", "email"], shorter),
    ),
    ...paths.map(
      (path): Move =>
        (each) =>
          changed(each, path, () => undefined),
    ),
    ...Object.keys(attributes)
      .filter((name) => typeof attributes[name] === "string")
      .flatMap((name) =>
        texts.map(
          (shorter): Move =>
            (each) =>
              changed(each, ["request", "attributes", name], shorter),
        ),
      ),
  ];
}

const emails: readonly ((email: string) => string)[] = [
  () => STRANGER,
  (email) => email.replace(/.*@/, "kim@"),
  (email) => email.replace(/@[^.]+\.(?=.*\.)/, "@"),
  (email) => email.toLowerCase(),
  (email) => email.replace(/\.$/, ""),
];

const half = (text: string) => text.slice(0, Math.ceil(text.length / 2));
const texts: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  ...Array.from({ length: 8 }, () => half),
  ...Array.from({ length: 4 }, () => (text: string) => text.slice(0, Math.max(1, text.length - 1))),
];

/** With what is at a path otherwise, or without it. As it is where nothing is there. */
function changed<T>(value: T, [name = "", ...rest]: readonly string[], change: (text: never) => unknown): T {
  const before = Object(value)[name];
  if (before === undefined) return value;
  const after = rest.length > 0 ? changed(before, rest, change) : change(before as never);
  if (Array.isArray(value))
    return value.flatMap((each, index) => (String(index) !== name ? [each] : after === undefined ? [] : [after])) as T;
  const { [name]: _, ...others } = value as Record<string, unknown>;
  return (after === undefined ? others : { ...value, [name]: after }) as T;
}

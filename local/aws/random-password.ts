import { randomInt } from "node:crypto";

/** A secret's GenerateSecretString, as in a template. */
export interface GenerateSecretString {
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly GenerateStringKey?: string;
  readonly IncludeSpace?: boolean;
  readonly PasswordLength?: number;
  readonly RequireEachIncludedType?: boolean;
  readonly SecretStringTemplate?: string;
}

const DEFAULT_LENGTH = 32;

/** The text that Secrets Manager would generate: a password, or the template with the password under its key. */
export function generateSecretString(options: GenerateSecretString): string {
  const password = randomPassword(options);
  if (options.GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(options.SecretStringTemplate ?? "{}"), [options.GenerateStringKey]: password });
}

function randomPassword(options: GenerateSecretString): string {
  const kinds = [
    options.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    options.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    options.ExcludeNumbers ? "" : "0123456789",
    options.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    options.IncludeSpace ? " " : "",
  ]
    .map((characters) => [...characters].filter((character) => !options.ExcludeCharacters?.includes(character)).join(""))
    .filter((characters) => characters !== "");
  const length = options.PasswordLength ?? DEFAULT_LENGTH;
  // Drawn anew until every kind is there, so that no place is more likely to hold one kind than another.
  for (;;) {
    const password = Array.from({ length }, () => pick(kinds.join(""))).join("");
    if (options.RequireEachIncludedType === false || kinds.every((kind) => [...password].some((character) => kind.includes(character)))) {
      return password;
    }
  }
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

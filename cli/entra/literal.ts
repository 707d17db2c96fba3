import { harmless } from "../output";

/** A text as TypeScript, which shows its readers what it is: in double quotes, unless the other ones need fewer escapes. */
export function literal(text: string): string {
  const json = harmless(JSON.stringify(text));
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

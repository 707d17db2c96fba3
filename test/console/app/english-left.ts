import { type DefaultTreeAdapterTypes, parse } from "parse5";

/** Attributes that are read out, or shown by a script. */
const spoken = ["aria-label", "placeholder", "title", "alt", "data-gone", "data-chosen"];
/** What these hold is no text: codes, keys of a keyboard, names to choose from. */
const silent = ["script", "style", "code", "kbd", "datalist"];

/** Commands to be pasted; addresses, domains, codes, ids, file names and entries. */
const names = /\{count\}|\d+ms|npm run gate --( [a-z]+)*|--[a-z]+|\S*[A-Za-z0-9*][@._:,/*-]+[A-Za-z0-9*]\S*/g;
/** Products and what they are made of; terms that Korean writes in Latin letters. */
const products = ["AWS", "API", "CSV", "DNS", "Entra", "English", "Gatehouse", "ID", "Microsoft", "Shift", "TXT", "UTC", "UTF"];
/** Values that are typed as they stand. */
const values = [
  "accessList",
  "city",
  "consumer",
  "default",
  "disposable",
  "email",
  "expiresAt",
  "issuer",
  "mail",
  "outside",
  "relay",
  "requestApproval",
];

/** The texts of a Korean page in which English words are left. @param data names and values that the test has put there */
export function englishLeft(html: string, data: readonly string[] = []): readonly string[] {
  const known = new Set([...products, ...values, ...data.flatMap((text) => text.split(" "))]);
  const isLeft = (text: string) => (text.replace(names, " ").match(/[A-Za-z]{2,}/g) ?? []).some((word) => !known.has(word));
  return [...new Set(textsIn(parse(html)).filter(isLeft))].map((text) => text.trim());
}

function textsIn(node: DefaultTreeAdapterTypes.Node): readonly string[] {
  if (node.nodeName === "#text") return [(node as DefaultTreeAdapterTypes.TextNode).value];
  if (silent.includes(node.nodeName)) return [];
  const attributes = "attrs" in node ? node.attrs : [];
  // The trail's rows stand there as the tables have them.
  if (attributes.some(({ name, value }) => name === "class" && value === "trail")) return [];
  return [
    ...attributes.filter(({ name }) => spoken.includes(name)).map(({ value }) => value),
    ...("childNodes" in node ? node.childNodes.flatMap(textsIn) : []),
  ];
}

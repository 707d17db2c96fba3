import { parseSync } from "oxc-parser";

interface Surface {
  /** Name of the list's file and export. */
  readonly list: string;
  /** Names that the part's file can have in a feature's folder. The first file that has the export `part` is used. */
  readonly files: readonly string[];
  /** The name of the part's export. If no file of a feature has this export, the list leaves out the feature. */
  readonly part: string;
  /** The form of the list: an array of the parts, an array of the parts' elements, or an object of the parts' members. */
  readonly form: "parts" | "elements" | "members";
  /** The layer of the list, as in `scripts/structure/map.ts`. */
  readonly layer: string;
  /** The list's comment. */
  readonly about: string;
}

export const surfaces: readonly Surface[] = [
  {
    list: "about",
    files: ["about.ts"],
    part: "about",
    form: "elements",
    layer: "rule",
    about: "Facts about every rule. No function may import this: it would bring every rule into every bundle.",
  },
  { list: "reasons", files: ["reasons.ts"], part: "reasons", form: "members", layer: "rule", about: "Operators' texts of rules' reasons." },
  {
    list: "texts",
    files: ["texts.ts"],
    part: "texts",
    form: "members",
    layer: "rule",
    about: "People's texts of rules. No function may import this: it would bring every text into every bundle.",
  },
  {
    list: "variants",
    files: ["texts.ts"],
    part: "variants",
    form: "elements",
    layer: "rule",
    about: "More exact texts than a reason's, by variant, and the rule that gives them: the `wording` of a verdict names them.",
  },
  {
    list: "rows",
    files: ["rows.ts", "store/rows.ts"],
    part: "rows",
    form: "elements",
    layer: "store",
    about: "Features' kinds of rows.",
  },
  { list: "events", files: ["events.ts"], part: "events", form: "members", layer: "rule", about: "Every kind of event for the bus." },
  { list: "mails", files: ["mails.ts"], part: "mails", form: "elements", layer: "worker", about: "Makers of every kind of mail." },
  {
    list: "mail-texts",
    files: ["mail-texts.ts"],
    part: "mailTexts",
    form: "members",
    layer: "rule",
    about: "Every text of mails, by the name under which `approvalMail.texts` replaces it.",
  },
  {
    list: "mail-names",
    files: ["mail-texts.ts"],
    part: "mailNames",
    form: "members",
    layer: "rule",
    about: "Names of texts of mails to people who sign up, by the rule that makes Gatehouse send them; under `*` those of every such rule.",
  },
  {
    list: "pages",
    files: ["pages/feature.ts", "pages/feature.tsx"],
    part: "pages",
    form: "parts",
    layer: "pages",
    about: "Pages of the console.",
  },
  {
    list: "mail-answers",
    files: ["pages/mail-answer.tsx"],
    part: "mailAnswer",
    form: "parts",
    layer: "pages",
    about: "Kinds of links in mail.",
  },
  {
    list: "stack",
    files: ["stack.ts", "stack/feature.ts"],
    part: "stack",
    form: "parts",
    layer: "stack",
    about: "Deployed parts of each feature: one, or several.",
  },
  {
    list: "policy-checks",
    files: ["stack/policy.ts"],
    part: "policyChecks",
    form: "parts",
    layer: "stack",
    about: "Features that look into policies beyond their own rules.",
  },
  {
    list: "verbs",
    files: ["verbs/feature.ts"],
    part: "verbs",
    form: "elements",
    layer: "verbs",
    about: "Verbs of the command: what the help shows before their code is loaded.",
  },
  {
    list: "json",
    files: ["verbs/json.ts"],
    part: "json",
    form: "members",
    layer: "verbs",
    about: "Each command's output with --json, by its words: docs/schemas/commands.json.",
  },
  {
    list: "permissions",
    files: ["verbs/feature.ts"],
    part: "permissions",
    form: "elements",
    layer: "verbs",
    about: "Permissions of AWS that commands need.",
  },
  {
    list: "hooks",
    files: ["verbs/hooks.ts"],
    part: "hooks",
    form: "parts",
    layer: "verbs",
    about: "Parts that features add to the verbs of others, which cannot import them.",
  },
  {
    list: "acts",
    files: ["acts.ts"],
    part: "acts",
    form: "elements",
    layer: "acts",
    about: "What operators may do, at every door. No function may import this: it would bring every store into every bundle.",
  },
  {
    list: "views",
    files: ["views.ts"],
    part: "views",
    form: "elements",
    layer: "views",
    about: "What operators may look for, at every door. No function may import this: it would bring every store into every bundle.",
  },
  {
    list: "cases",
    files: ["cases.ts"],
    part: "cases",
    form: "parts",
    layer: "*.cases",
    about: "Words that features add to cases of a policy.",
  },
  { list: "local", files: ["local.ts"], part: "local", form: "parts", layer: "*.local", about: "Parts of features under `npm start`." },
  {
    list: "account-notes",
    files: ["worker/account-note.ts"],
    part: "accountNote",
    form: "parts",
    layer: "worker",
    about: "Makers of notes that features keep of an account made by an approval.",
  },
  {
    list: "token-notes",
    files: ["worker/token-note.ts"],
    part: "tokenNote",
    form: "parts",
    layer: "worker",
    about: "Makers of notes that features keep of the tokens that gates decided on.",
  },
];

export const LISTS = "features/lists";

const LINE_WIDTH = 140;

type Texts = ReadonlyMap<string, string>;

/** Returns the text of every list, by the list's path. @param texts the project's sources */
export function writeLists(texts: Texts): ReadonlyMap<string, string> {
  const features = [...new Set([...texts.keys()].flatMap((path) => /^features\/([^/]+)\/./.exec(path)?.[1] ?? []))];
  const names = features.filter((name) => `features/${name}` !== LISTS).sort();
  return new Map(surfaces.map((surface) => [`${LISTS}/${surface.list}.ts`, writeList(surface, names, texts)]));
}

/** Finds lists that are out of date, and files in `features/lists` that are not lists. */
export function findStaleLists(texts: Texts): readonly string[] {
  const lists = writeLists(texts);
  const others = [...texts.keys()].filter((path) => path.startsWith(`${LISTS}/`) && !lists.has(path));
  return [...[...lists].flatMap(([path, text]) => (texts.get(path) === text ? [] : [path])), ...others];
}

function writeList({ list, files, part, form, about }: Surface, features: readonly string[], texts: Texts): string {
  const parts = features.flatMap((feature) => {
    const path = files.map((file) => `features/${feature}/${file}`).find((file) => hasExport(file, part, texts));
    return path === undefined ? [] : [{ name: toCamelCase(feature), from: path.replace(/^features\/(.*)\.tsx?$/, "../$1") }];
  });
  const values = parts.map(({ name }) => (form === "parts" ? name : `...${name}`));
  const [open, close] = form === "members" ? ["{", "}"] : ["[", "]"];
  return [
    "// Generated by `npm run lists`.\n",
    ...parts.map(({ name, from }) => `import { ${part === name ? name : `${part} as ${name}`} } from "${from}";`),
    `\n/** ${about} */`,
    formatValue(`export const ${toCamelCase(list)} = `, open, values, `${close} as const;`),
    "",
  ].join("\n");
}

/** Formats the declaration of an array or object as Biome does. */
function formatValue(start: string, open: string, values: readonly string[], end: string): string {
  const space = open === "{" && values.length > 0 ? " " : "";
  const line = `${start}${open}${space}${values.join(", ")}${space}${end}`;
  // Biome keeps an object on several lines if its first member is on a new line.
  const isShort = line.length <= LINE_WIDTH && (open === "[" || values.length === 0);
  return isShort ? line : `${start}${open}\n${values.map((value) => `  ${value},\n`).join("")}${end}`;
}

function hasExport(path: string, name: string, texts: Texts): boolean {
  const text = texts.get(path);
  if (text === undefined) return false;
  const { staticExports } = parseSync(path, text).module;
  return staticExports.some(({ entries }) => entries.some(({ exportName }) => exportName.name === name));
}

function toCamelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify } from "jsonc-parser";
import { nearest } from "../../engine/problem-texts";
import { builtInAttributes, customNameFor, externalTenantAttributes } from "../../engine/protocols/attributes";
import { isUnlikelyIssuer, unlikelyIssuerWords } from "../../engine/sign-up/issuers";
import { events as eventKinds } from "../../features/lists/events";
import { withRelativePaths } from "../../lib/app-root";
import { SetupError } from "../../lib/errors";
import { type Flaw, findFlaws, type Path, pathWords } from "../../lib/schema-flaws";
import { isCustomAttribute, readAttribute } from "../../simulator/contract/attributes";
import { caseWords, rowMembers } from "../case-features";
import { type JsonPlaces, jsonFlaw, jsonPlaces, sentence } from "../data/json-text";
import { type Case, type CaseFile, caseFile, type EarlierSignUp, type Expectation, listEarlierEvents, type ShortRequest } from "./format";
import { caseRows, type RowsById, tableFiles } from "./rows";

export interface ReadCaseFile {
  readonly path: string;
  readonly text: string;
  readonly places: JsonPlaces;
  readonly content: CaseFile;
  /** Rows of the file's tables. If a table is absent here, the folder's rows apply. */
  readonly rows: RowsById;
  /** Unlikely claims about people: one sentence each, after the path of the file and the claim's line. */
  readonly hints: readonly string[];
}

/** Throws CasesError for an unknown kind of file: its claims would go unchecked. */
export function caseFilesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  if (!statSync(folder).isDirectory()) throw new CasesError(`${folder}: it is a file: put files of cases into a folder of that name.`);
  const names = readdirSync(folder, { withFileTypes: true })
    // Files such as .gitkeep or .DS_Store.
    .filter(({ name }) => !name.startsWith("."))
    .filter(({ name }) => !tableFiles.includes(name));
  const odd = names.find((entry) => !entry.isFile() || !entry.name.endsWith(".json"));
  if (odd !== undefined) {
    throw new CasesError(
      `${join(folder, odd.name)}: a folder of cases holds files that end in .json, and ${tableFiles.join(", ")}: nothing else.`,
    );
  }
  return names.map(({ name }) => join(folder, name)).sort();
}

export async function readCaseFile(path: string): Promise<ReadCaseFile> {
  const text = readFileSync(path, "utf8");
  const flaw = await jsonFlaw(text.replace(/^\ufeff/, ""));
  if (flaw !== undefined) throw new CasesError(`${path}${flaw}`);
  const places = jsonPlaces(text);
  const content = JSON.parse(text.replace(/^\ufeff/, "")) as CaseFile;
  const refuse = (flaws: readonly Flaw[]) => {
    if (flaws.length === 0) return;
    const lines = flaws.map(({ path: at, problem }) => {
      const flaw = sentence(at.length === 0 ? `the file ${problem}` : `${pathWords(at)} ${problem}`);
      return `${path}:${places.lineOf(at)}: ${flaw}`;
    });
    throw new CasesError(lines.join("\n"));
  };
  refuse(findFlaws(caseFile, content));
  const rows = caseRows(content.rows, ["rows"]);
  refuse([...rows.flaws, ...content.cases.flatMap(flawsOfCase), ...repeatedNames(content.cases)]);
  return {
    path,
    text,
    places,
    content,
    rows: rows.byId,
    hints: content.cases.flatMap(unlikely).map((hint) => `${path}:${places.lineOf(hint.path)}: ${hint.problem}`),
  };
}

function flawsOfCase(each: Case, index: number): readonly Flaw[] {
  const path: Path = ["cases", index];
  const { request, body } = each;
  const both = request !== undefined && body !== undefined;
  return [
    ...(both ? [{ path: [...path, "body"], problem: "is given beside request: a case has one of them" }] : []),
    ...(!both && request === undefined && body === undefined
      ? [{ path, problem: 'has no request: write "request": { "email": "kim@contoso.com" }, or the whole "body" that Entra sends' }]
      : []),
    ...flawsOfAttributes(request, [...path, "request"]),
    ...findUnknownEvents(each, path),
    ...listEarlierEvents(each).flatMap(([one, at]) => (typeof one === "string" ? [] : flawsOfEarlier(one, each, [...path, ...at]))),
    ...Object.keys(rowMembers).flatMap((name) =>
      each.rows !== undefined && Object.hasOwn(each.rows, name) && body !== undefined
        ? [{ path: [...path, "rows", name], problem: "names people, which a case with a whole body cannot: use request" }]
        : [],
    ),
    ...caseRows(each.rows, [...path, "rows"]).flaws,
  ];
}

function flawsOfEarlier(one: EarlierSignUp, { request, body }: Case, path: Path): readonly Flaw[] {
  const isOther = ["email", "issuer", "accountId", "attributes", "application", "ipAddress"].some((name) => name in one);
  return [
    ...flawsOfAttributes({ tenant: request?.tenant, attributes: one.attributes }, path),
    ...(isOther && body !== undefined
      ? [{ path, problem: "names another person, which a case with a whole body cannot: use request" }]
      : []),
    ...(one.now !== undefined && one.minutesBefore !== undefined
      ? [{ path: [...path, "minutesBefore"], problem: "is given beside now: write one of them" }]
      : []),
  ];
}

const senders = { application: ["b2c", "external-tenant"], ipAddress: ["external-tenant"] } as const;

function unlikely(each: Case, index: number): readonly Flaw[] {
  const { request, rows = {} } = each;
  if (request === undefined) return [];
  const { tenant = "workforce" } = request;
  const people: readonly (readonly [object, Path])[] = [
    [request, ["request"]],
    ...listEarlierEvents(each).flatMap(([one, at]) => (typeof one === "string" ? [] : [[one, at] as const])),
    ...caseWords.flatMap((words) => words.peopleIn?.(rows) ?? []).map(([person, path]) => [person, ["rows", ...path]] as const),
  ];
  const strangers = people.flatMap(([person, at]): readonly Flaw[] => {
    const { issuer } = person as { readonly issuer?: string };
    if (issuer === undefined || !isUnlikelyIssuer(issuer)) return [];
    return [{ path: ["cases", index, ...at, "issuer"], problem: unlikelyIssuerWords.en(issuer) }];
  });
  const unseen = Object.entries(senders).flatMap(([name, tenants]) =>
    people.flatMap(([person, at]) => {
      if (!(name in person) || (tenants as readonly string[]).includes(tenant)) return [];
      const path: Path = ["cases", index, ...at, name];
      const tenantWords = tenants.map((each) => `"tenant": "${each}"`).join(" or ");
      return [
        { path, problem: `${pathWords(path)} reaches no rule: a ${tenant} tenant does not send it. Add ${tenantWords} to the request.` },
      ];
    }),
  );
  return [...unseen, ...strangers];
}

/** A mistyped event never happens, so a case that expects `false` for it would always pass. */
function findUnknownEvents({ expect }: Case, path: Path): readonly Flaw[] {
  const unknown = Object.keys(expect?.events ?? {}).filter((type) => !Object.hasOwn(eventKinds, type));
  return unknown.map((type) => ({
    path: [...path, "expect", "events", type],
    problem: `is no event${nearest(type, Object.keys(eventKinds))}`,
  }));
}

/** Mistyped attributes would reach no rule. */
function flawsOfAttributes({ attributes = {}, collects = [], tenant }: Partial<ShortRequest> = {}, path: Path): readonly Flaw[] {
  const builtIn: readonly string[] = tenant === "external-tenant" ? externalTenantAttributes : builtInAttributes;
  const odd = Object.keys(attributes).filter((name) => !builtIn.includes(name) && !isCustomAttribute(name));
  return [
    ...odd.map((name) => ({
      path: [...path, "attributes", name],
      problem: `is no attribute${nearest(name, [...builtIn, customNameFor(name)])}`,
    })),
    ...collects.flatMap((text, index) =>
      readAttribute(text) === undefined
        ? [
            {
              path: [...path, "collects", index],
              problem: "is no attribute: write city, extension_Seats:integer or extension_News:boolean",
            },
          ]
        : [],
    ),
  ];
}

function repeatedNames(cases: readonly Case[]): readonly Flaw[] {
  const first = new Map<string, number>();
  return cases.flatMap(({ name }, index) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    return earlier === undefined ? [] : [{ path: ["cases", index, "name"], problem: "is the name of another case in this file" }];
  });
}

/** Each line of the message gives a file, a place in it and a reason. */
export class CasesError extends SetupError {
  override readonly name = "CasesError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

export interface CaseUpdate {
  /** Absolute path. */
  readonly file: string;
  readonly index: number;
  readonly name: string;
  readonly before: Expectation | undefined;
  readonly after: Expectation;
}

/** Changes only the expectations in the case files. */
export function writeUpdates(updates: readonly CaseUpdate[]): void {
  for (const file of new Set(updates.map((each) => each.file))) {
    let text = readFileSync(file, "utf8");
    const formattingOptions = { insertSpaces: !/^\t/m.test(text), tabSize: 2 };
    for (const { index, after } of updates.filter((each) => each.file === file)) {
      text = applyEdits(text, modify(text, ["cases", index, "expect"], after, { formattingOptions }));
    }
    writeFileSync(file, text);
  }
}

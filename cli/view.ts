import { type Command, Option } from "commander";
import { endpointVariable } from "../adapters/aws/environment";
import type { View } from "../adapters/operator/view";
import { makeWorld, type OperatorPlace, type Uses } from "../adapters/operator/world";
import { type Filter, type Filters, type Query, readSource } from "../engine/operator/list";
import { withOtherName } from "./command";
import type { Deployment } from "./deployment";
import { CommandError, findMissingRight, leftOutLine } from "./failure";
import { type Output, warnOfUnreadable } from "./output";
import { domainFrom, emailFrom, momentFrom, momentNear } from "./typed";

/** Adds an option for each of a view's filters. */
export function withFilters(command: Command, filters: Filters): Command {
  for (const { flag, help, kind, choices, isOpen } of Object.values(filters)) {
    const option = new Option(flag, help);
    // An option without an argument stands for the only choice.
    if (choices !== undefined && !isOpen && !option.isBoolean()) option.choices(Object.keys(choices));
    command.addOption(option);
    if (kind === "since") withOtherName(command, "--last", "--since");
  }
  return command;
}

/** Reads a view's filters from a command's options. A time without a zone is local. */
export function readTypedQuery<F extends Filters>(filters: F, options: object, now: Date): Query<F> {
  const typed = options as Readonly<Record<string, string | true | undefined>>;
  const entries = Object.entries(filters).flatMap(([name, { flag, kind, choices = {} }]) => {
    const value = typed[optionName({ flag })];
    const text = value === true ? Object.keys(choices)[0] : value;
    if (text === undefined) return [];
    const [option = ""] = flag.split(" ");
    return [[name, readTyped[kind](text, now, option)]];
  });
  return Object.fromEntries(entries) as Query<F>;
}

const readTyped: Readonly<Record<Filter["kind"], (text: string, now: Date, option: string) => Date | string>> = {
  text: (text) => text,
  address: emailFrom,
  domain: (text, _, option) => domainFrom(text, option),
  choice: (text) => text,
  since: momentFrom,
  until: (text, now, option) => momentFrom(text, now, option, "end"),
  after: (text, now, option) => momentNear(text, now, option, "begin"),
  before: (text, now, option) => momentNear(text, now, option, "end"),
};

/** `--by <who>` becomes `by`, as commander names the option's value. */
function optionName({ flag }: Pick<Filter, "flag">): string {
  const [name = ""] = flag.slice("--".length).split(" ");
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

interface Printed<Row, Place> {
  readonly output: Output;
  readonly json: boolean | undefined;
  readonly limit: number;
  /** @param others the rows that share the row's line */
  readonly line: (row: Row, others: readonly Row[]) => string;
  /** Where to begin. @default the first row */
  readonly from?: Place | undefined;
}

/**
 * Prints a view's rows, a line each. If rows share lines, the limit counts lines, but with `--json` rows.
 * @returns the number of rows, and the place after the last one if there may be more
 */
export async function printView<U extends Uses, F extends Filters, Row, Place>(
  view: View<U, F, Row, Place>,
  query: Query<F>,
  place: OperatorPlace,
  { output, json, limit, line, from }: Printed<Row, Place>,
): Promise<{ readonly count: number; readonly next?: Place }> {
  const source = await view.source(query, makeWorld(view.uses, place));
  const sharesLines = source.lineKey !== undefined && !json;
  const unreadable: string[] = [];
  const lines = new Map<string, [Row, ...Row[]]>();
  let count = 0;
  let last: Row | undefined;
  let next: Place | undefined;
  for await (const row of readSource(source, from, (ids) => unreadable.push(...ids))) {
    const key = source.lineKey?.(row) ?? `row ${count}`;
    const shared = lines.get(key);
    if (last !== undefined && shared === undefined && lines.size >= limit) {
      next = source.after(last);
      break;
    }
    last = row;
    count += 1;
    if (sharesLines) {
      if (shared === undefined) lines.set(key, [row]);
      else shared.push(row);
      continue;
    }
    if (json) output.json(view.json(row));
    else output.print(line(row, []));
    if (count < limit) continue;
    next = source.after(row);
    break;
  }
  for (const [row, ...others] of lines.values()) output.print(line(row, others));
  warnOfUnreadable(output, unreadable);
  return next === undefined ? { count } : { count, next };
}

/** Reads all rows of a view. */
export async function readView<U extends Uses, F extends Filters, Row, Place>(
  view: View<U, F, Row, Place>,
  query: Query<F>,
  place: OperatorPlace,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of readSource(await view.source(query, makeWorld(view.uses, place)))) rows.push(row);
  return rows;
}

/**
 * Makes the place of acts and views from a deployment. With `output`, parts that an act can do without are left out if AWS refuses to read
 * them, and a warning names them.
 */
export function operatorPlace(deployment: Deployment, output?: Pick<Output, "warn">): OperatorPlace {
  const { dynamodb, tables, place, hashes, endpoints = {}, askedLists, gates } = deployment;
  return {
    tables: dynamodb,
    nameOf(table) {
      const name = tables[table];
      if (name !== undefined) return name;
      throw new CommandError(`${place.stack} has no table ${table}: deploy this version of Gatehouse first.`);
    },
    ...{ hashes, gates, lacks: (table) => tables[table] === undefined },
    settings: Object.fromEntries(Object.entries(endpoints).map(([system, url]) => [endpointVariable(system), url])),
    askedLists: () => askedLists,
    readPart: output && createReadPart(output),
  };
}

/** An older stack lacks tables and keys: what they would hold does not exist. */
function createReadPart(output: Pick<Output, "warn">): NonNullable<OperatorPlace["readPart"]> {
  const told = new Set<string>();
  return async (part, without, read) => {
    try {
      return await read();
    } catch (error) {
      const right = findMissingRight(error);
      if (right === undefined && !(error instanceof CommandError)) throw error;
      if (right !== undefined && !told.has(part)) output.warn(leftOutLine([`${part} (${right})`]));
      told.add(part);
      return without;
    }
  };
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultExportOf } from "./load-typescript";
import { SetupError } from "./setup-error";

/** Written by `npm run gate -- entra types`, beside settings.ts. */
export const ATTRIBUTES_FILE = "entra-attributes.ts";

/** Tenants' attributes in entra-attributes.ts. */
export interface KnownAttributes {
  /** Short names of all attributes that there are. */
  readonly names: readonly string[];
  /** The application (client) id of the app that registers custom attributes, where it is one. */
  readonly extensionsAppId?: string;
  readonly flows: readonly CollectingFlow[];
  /** Short names of those that hold lists of texts, if there are any. */
  readonly listAttributes?: readonly string[];
}

export interface CollectingFlow {
  readonly flow: string;
  /** Absent for the one without a name. */
  readonly gate?: string;
  /** Short names of the attributes in its form. */
  readonly collects: readonly string[];
}

/** Reads the file in an app's folder; undefined if there is none. Throws a SetupError if it was changed by hand. */
export function knownAttributesIn(folder: string): KnownAttributes | undefined {
  const file = join(folder, ATTRIBUTES_FILE);
  if (!existsSync(file)) return undefined;
  const known = defaultExportOf(file);
  if (!isKnownAttributes(known)) {
    throw new SetupError(`${ATTRIBUTES_FILE} was changed by hand: write it again with npm run gate -- entra types.`);
  }
  return known;
}

function isKnownAttributes(value: unknown): value is KnownAttributes {
  const { names, extensionsAppId, flows, listAttributes } = (value ?? {}) as Partial<KnownAttributes>;
  return (
    isTexts(names) &&
    (listAttributes === undefined || isTexts(listAttributes)) &&
    (extensionsAppId === undefined || typeof extensionsAppId === "string") &&
    Array.isArray(flows) &&
    flows.every(isCollecting)
  );
}

function isCollecting(value: unknown): value is CollectingFlow {
  const { flow, gate, collects } = (value ?? {}) as Partial<CollectingFlow>;
  return typeof flow === "string" && ["undefined", "string"].includes(typeof gate) && isTexts(collects);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

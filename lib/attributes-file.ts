import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { createListSchema } from "../engine/fields";
import { SetupError } from "./errors";
import { loadDefaultExport } from "./load-typescript";

/** The file that `npm run gate -- entra types` writes beside settings.ts. */
export const ATTRIBUTES_FILE = "entra-attributes.ts";

const texts = createListSchema(v.string());

const collectingFlow = v.object({
  flow: v.string(),
  /** Absent for the unnamed gate. */
  gate: v.optional(v.string()),
  /** Short names of attributes. */
  collects: texts,
});
export type CollectingFlow = Readonly<v.InferOutput<typeof collectingFlow>>;

const knownAttributes = v.object({
  /** Short names of all attributes of the tenant. */
  names: texts,
  /** Client id of the app that registers custom attributes. */
  extensionsAppId: v.optional(v.string()),
  flows: createListSchema(collectingFlow),
  /** Short names of attributes that hold lists of texts. */
  listAttributes: v.optional(texts),
});
/** The tenant's attributes in entra-attributes.ts. */
export type KnownAttributes = Readonly<v.InferOutput<typeof knownAttributes>>;

/** Reads the attributes' file. Undefined if there is none. Throws a SetupError if the file was changed by hand. */
export function knownAttributesIn(folder: string): KnownAttributes | undefined {
  const file = join(folder, ATTRIBUTES_FILE);
  if (!existsSync(file)) return undefined;
  const fileExport = loadDefaultExport(file);
  if (!v.is(knownAttributes, fileExport)) {
    throw new SetupError(`${ATTRIBUTES_FILE} was changed by hand: write it again with npm run gate -- entra types.`);
  }
  return fileExport;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { packageRoot } from "../../lib/app-root";

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The published schema of a detail type. */
export function schemaOf(detailType: string): Schema {
  return JSON.parse(readFileSync(join(packageRoot, "docs", "schemas", `${detailType}.json`), "utf8")) as Schema;
}

/** What is wrong with a detail: empty where it agrees with its schema and holds no field that the schema leaves out. */
export function flawsOf(detailType: string): (detail: unknown) => readonly string[] {
  const schema = schemaOf(detailType);
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  return (detail) => {
    validate(detail);
    const errors = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    const unknown = Object.keys(detail as object).filter((name) => !Object.hasOwn(schema.properties, name));
    return [...errors, ...unknown.map((name) => `${name} is not in the schema`)];
  };
}

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Context, defineRule, type Rule } from "../sign-up/rule";
import type { OfKnownAttributes } from "../sign-up/tenant-attributes";
import { schemaProblem } from "./schema-problem";

/**
 * Refuses no one: asks again for attributes, `email` included, that a schema does not accept. Takes a schema of any library
 * that speaks Standard Schema (https://standardschema.dev). The person is told all problems at once, in words of ours or of the
 * policy (`text`), never in the library's. What the schema makes of the values is not used: `format` and `assign` reshape.
 * Throws TypeError for what is no Standard Schema.
 *
 * A function gives a schema that depends on the moment of the sign-up, such as an age: it is called for each sign-up, and once,
 * for the beginning of 1970, as the policy is loaded.
 *
 * @example
 * beforeCreateUser([validate(v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)) }))])
 */
export function validate<Schema extends StandardSchemaV1>(
  schemaAt: (at: Pick<Context, "now">) => Schema & OfKnownAttributes<StandardSchemaV1.InferInput<Schema>>,
): Rule<"before-create-user">;
export function validate<Schema extends StandardSchemaV1>(
  schema: Schema & OfKnownAttributes<StandardSchemaV1.InferInput<Schema>>,
): Rule<"before-create-user">;
export function validate(given: StandardSchemaV1 | ((at: Pick<Context, "now">) => StandardSchemaV1)): Rule<"before-create-user"> {
  // A schema can be a function too.
  const schemaAt = typeof given === "function" && !("~standard" in given) ? given : () => given as StandardSchemaV1;
  return defineRule({
    name: "validate",
    asks: keysOf(checked(schemaAt({ now: new Date(0) }))),
    async decide({ attributes, email }, { now }) {
      const values: Readonly<Record<string, unknown>> = { ...attributes, email };
      const standard = checked(schemaAt({ now }))["~standard"];
      const result = await standard.validate(values);
      if (result.issues === undefined) return { kind: "continue" };
      return { kind: "invalid", problems: result.issues.map((issue) => schemaProblem(issue, standard.vendor, values)) };
    },
  });
}

function checked(schema: StandardSchemaV1): StandardSchemaV1 {
  if (schema?.["~standard"]?.version === 1) return schema;
  throw new TypeError("validate takes a Standard Schema, like v.object({ … }) of valibot.");
}

/** The attributes of an object schema. Standard Schema does not tell them: valibot keeps them in `entries`, zod in `shape`. */
function keysOf(schema: object): readonly string[] {
  const { entries, shape } = schema as { readonly entries?: unknown; readonly shape?: unknown };
  const members = entries ?? shape;
  return typeof members === "object" && members !== null ? Object.keys(members) : [];
}

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { inLanguageOf } from "../messages/valibot";
import { defineRule, type Rule } from "../sign-up/rule";
import type { Problem } from "../sign-up/verdict";

/**
 * Checks the attributes, `email` included, against a schema of any library that speaks Standard Schema
 * (standardschema.dev). The person is told all problems at once. What the schema makes of the values is not used:
 * `format` and `assign` reshape.
 */
export function validate(schema: StandardSchemaV1): Rule<"before-create-user"> {
  if (schema?.["~standard"]?.version !== 1) throw new TypeError("validate takes a Standard Schema, like v.object({ … }) of valibot.");
  return defineRule({
    name: "validate",
    async decide({ attributes, email, locales }) {
      const values: Readonly<Record<string, unknown>> = { ...attributes, email };
      const standard = schema["~standard"];
      const result = await inLanguageOf(standard.vendor, locales, () => standard.validate(values));
      if (result.issues === undefined) return { kind: "continue" };
      return { kind: "invalid", problems: result.issues.map((issue) => problemOf(issue, values)) };
    },
  });
}

function problemOf(issue: StandardSchemaV1.Issue, values: Readonly<Record<string, unknown>>): Problem {
  const first = issue.path?.[0];
  const key = typeof first === "object" ? first.key : first;
  if (key === undefined) return { reason: "attribute.invalid", message: issue.message };
  const attribute = String(key);
  // What libraries say of a missing value by themselves speaks of "undefined" and is no text for a person.
  if (values[attribute] === undefined && /\bundefined\b/.test(issue.message)) return { attribute, reason: "attribute.required" };
  return { attribute, reason: "attribute.invalid", message: issue.message };
}

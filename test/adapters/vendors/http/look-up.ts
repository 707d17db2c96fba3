import * as v from "valibot";
import { system } from "../../../../adapters/system";
import { type HttpOptions, http } from "../../../../adapters/vendors/http/http-source";
import { noServices } from "../../../../engine/sign-up/rule-services";
import type { Attributes } from "../../../../engine/sign-up/sign-up";
import { hashOf, person } from "../../../engine/sign-up/people";

export const schema = v.object({ title: v.string(), seats: v.optional(v.number()) });

type Options = HttpOptions<typeof schema>;

/** A source that knows somebody's title. */
export function crm(origin: string, changes: Partial<Options> = {}) {
  return http({
    name: "crm",
    url: `${origin}/people/{email}?code={extension_Code}`,
    schema,
    attributes: ({ title, seats }) => ({ jobTitle: title, ...(seats !== undefined && { extension_Seats: seats }) }),
    trust: ["entra"],
    onFailure: "block",
    ...changes,
  });
}

/** What rules get from the engine: these secrets, and time. */
export function contextWith(secrets: Readonly<Record<string, string>> = {}, remainingMs = 5_000) {
  return {
    records: { get: () => undefined },
    findings: {},
    received: person(),
    said: [],
    now: new Date(),
    signal: new AbortController().signal,
    remainingMs: () => remainingMs,
    hashOf,
    services: {
      secret: async (name: string) => {
        const value = secrets[name];
        if (value === undefined) throw new Error(`no secret ${name}`);
        return value;
      },
      ...system,
      call: noServices("They").call,
      read: async () => new Map(),
      write: async () => true,
    },
  };
}

/** What a source finds of somebody. */
export async function lookUp(
  source: ReturnType<typeof crm>,
  {
    attributes = { extension_Code: "A-1" },
    context = contextWith(),
  }: { attributes?: Attributes; context?: ReturnType<typeof contextWith> } = {},
) {
  return await source.find(person({ attributes, trust: "any" }), context);
}

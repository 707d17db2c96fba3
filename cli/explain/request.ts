import { readFileSync } from "node:fs";
import { apiConnector, describedAccountId } from "../../engine/protocols/api-connector";
import { dialectOf } from "../../engine/protocols/extension";
import { jsonFlaw } from "../../local/data/json-flaw";
import { CommandError } from "../failure";

/** A sign-up as described at the terminal. */
export interface RequestParts {
  readonly email: string;
  readonly issuer?: string;
  /** The account's id at the issuer. */
  readonly id?: string;
  /** A JSON file: attributes, or a whole request as Entra sends it. */
  readonly attributes?: string;
  readonly locales?: string;
}

/** The body that Entra would send. What is said at the terminal goes before what the file says. */
export async function requestBody({ email, issuer, id, attributes, locales }: RequestParts): Promise<string> {
  return JSON.stringify({
    ...(attributes !== undefined && (await objectIn(attributes))),
    email,
    ...(issuer !== undefined && {
      identities: [{ signInType: "federated", issuer, issuerAssignedId: describedAccountId({ email, issuer, id }) }],
    }),
    ...(locales !== undefined && { ui_locales: locales }),
  });
}

async function objectIn(file: string): Promise<object> {
  const text = textOf(file);
  const flaw = await jsonFlaw(text);
  if (flaw !== undefined) throw new CommandError(`${file}${flaw}`);
  const value: unknown = JSON.parse(text);
  if (dialectOf(value) !== apiConnector) {
    throw new CommandError(
      `${file} holds an external tenant's call: write its attributes alone, {"displayName": "Kim"}, and --issuer and --id.`,
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new CommandError(`${file} holds no JSON object: write {"displayName": "Kim"}, or a whole request as Entra sends it.`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}.`, undefined, { cause: error });
  }
}
